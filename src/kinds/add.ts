/**
 * Join: takes a beat of both inputs in the same cycle and adds them with a scale each.
 */
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { DIRECT, delay } from '../ir/block-timing.js';
import type { AddParams } from '../ir/hardware.js';
import { rangeOf, signedBits } from '../ir/quant-graph.js';
import { addBill } from './bills/add.js';
import { oneProcess } from './hls.js';
import { checkRequant } from './requant.js';

/** Operands, products, sum, clamp. */
const LATENCY = 4;

/** The output's zero point joins the offset: one adder less. */
const totalOffset = (p: AddParams): number => p.offset + p.requant.zeroPoint * 2 ** p.requant.shift;

/** Width of the sum for every pair of inputs, and of the offset alone. */
function sumBits(p: AddParams): number {
  const [aMin, aMax] = rangeOf({ bits: p.aBits, signed: p.aSigned });
  const [bMin, bMax] = rangeOf({ bits: p.bBits, signed: p.bSigned });
  const offset = totalOffset(p);
  const lo = offset + aMin * p.multiplierA + bMin * p.multiplierB;
  const hi = offset + aMax * p.multiplierA + bMax * p.multiplierB;
  return Math.max(p.requant.shift + 1, signedBits(Math.min(lo, 0), Math.max(hi, 0)));
}

export const add: BlockKind<'add'> = {
  kind: 'add',
  summary: 'Two-scale addition that joins the two branches of a module or a residual.',
  check: (p) => {
    const problems = [
      ...checkCounts(p, ['beats', 'lanes', 'aBits', 'bBits']),
      ...checkCounts(p, ['multiplierA', 'multiplierB'], 0),
      ...checkRequant(p.requant),
    ];
    if (problems.length > 0) return problems;
    if (Math.max(p.multiplierA, p.multiplierB) >= 2 ** p.requant.multiplierBits)
      problems.push(`a multiplier of more than ${p.requant.multiplierBits} bits`);
    if (Math.max(p.aBits, p.bBits) > 8) problems.push(`inputs of ${p.aBits} and ${p.bBits} bits, 8 fit`);
    if (sumBits(p) > 48) problems.push(`sum of ${sumBits(p)} bits, 48 fit`);
    return problems;
  },
  ports: ({ lanes, beats, requant, ...p }) => ({
    inputs: [
      { lanes, bits: p.aBits, signed: p.aSigned, beats },
      { lanes, bits: p.bBits, signed: p.bSigned, beats },
    ],
    outputs: [{ lanes, bits: requant.outBits, values: [requant.min, requant.max], beats }],
  }),
  cyclesPerFrame: (p) => p.beats,
  macsPerFrame: () => 0,
  bill: (p, target) => addBill(p, { bits: sumBits(p), offset: totalOffset(p) }, target),
  timing: () => ({ intakes: [DIRECT, DIRECT], issues: 1, emits: 'all', stages: [delay(LATENCY)] }),
  rtl: (p) => ({
    module: 'blnet_add',
    parameters: [
      ['LANES', p.lanes],
      ['A_BITS', p.aBits],
      ['A_SIGNED', p.aSigned ? 1 : 0],
      ['B_BITS', p.bBits],
      ['B_SIGNED', p.bSigned ? 1 : 0],
      ['M_A', p.multiplierA],
      ['M_B', p.multiplierB],
      ['M_BITS', p.requant.multiplierBits],
      ['OFFSET', totalOffset(p)],
      ['SUM_BITS', sumBits(p)],
      ['SHIFT', p.requant.shift],
      ['OUT_BITS', p.requant.outBits],
      ['CLAMP_MIN', p.requant.min],
      ['CLAMP_MAX', p.requant.max],
    ],
    memories: [],
    inputPorts: ['a_axis', 'b_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: (p) =>
    oneProcess('blnet_add', [
      ['BEATS', p.beats],
      ['LANES', p.lanes],
      ['A_BITS', p.aBits],
      ['A_SIGNED', p.aSigned ? 1 : 0],
      ['B_BITS', p.bBits],
      ['B_SIGNED', p.bSigned ? 1 : 0],
      ['M_A', p.multiplierA],
      ['M_B', p.multiplierB],
      ['M_BITS', p.requant.multiplierBits],
      ['OFFSET', p.offset],
      ['C_BITS', signedBits(Math.min(0, p.offset), Math.max(0, p.offset))],
      ['SHIFT', p.requant.shift],
      ['OUT_BITS', p.requant.outBits],
      ['ZERO_POINT', p.requant.zeroPoint],
      ['CLAMP_MIN', p.requant.min],
      ['CLAMP_MAX', p.requant.max],
    ]),
};
