/**
 * Products of two streams: beat by beat, or every pixel of one by the one pixel of the other (a gate).
 */
import type { Bill } from '../ir/bill.js';
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { DIRECT, delay, type Intake } from '../ir/block-timing.js';
import type { RequantParams, RequantRom } from '../ir/hardware.js';
import { type QuantFormat, rangeOf, signedBits } from '../ir/quant-graph.js';
import type { Target } from '../ir/target.js';
import { multiplyLuts } from './bills/products.js';
import { requant } from './bills/requant.js';
import { BillWriter } from './bills/writer.js';
import { oneProcess, SHALLOW } from './hls.js';
import { checkRequant, requantParameters, requantPort, requantStages, scaleParameters } from './requant.js';

export interface ProductParams {
  readonly kind: 'product';
  readonly pixels: number;
  readonly groups: number;
  readonly lanes: number;
  /** The second input is one pixel a frame, kept for all pixels of the first. */
  readonly holds: boolean;
  readonly aBits: number;
  readonly aSigned: boolean;
  readonly aZero: number;
  readonly bBits: number;
  readonly bSigned: boolean;
  readonly bZero: number;
  readonly multiplier: number;
  readonly requant: RequantParams;
  /** Requantizer: 0 multiplies in DSPs, 1 in LUTs. */
  readonly scaleCycles: 0 | 1;
}

declare module '../ir/hardware.js' {
  interface BlockTypes {
    product: ProductParams;
  }
}

type Operand = Pick<QuantFormat, 'bits' | 'signed' | 'zeroPoint'>;

/** Signed bits of (a - zero) * (b - zero) for every pair of inputs. */
export function productBits(a: Operand, b: Operand): number {
  const ends = (f: Operand): number[] => rangeOf(f).map((v) => v - f.zeroPoint);
  const products = ends(a).flatMap((x) => ends(b).map((y) => x * y));
  return Math.max(2, signedBits(Math.min(0, ...products), Math.max(0, ...products)));
}

/** Operands, product (two), then the requantizer. */
const latencyOf = (p: ProductParams): number => 3 + requantStages(p.requant, p.scaleCycles);

const romOf = (p: ProductParams): RequantRom => ({
  multipliers: Int32Array.of(p.multiplier),
  biases: Float64Array.of(0),
  spreads: Int32Array.of(0),
  above: Int32Array.of(0),
  below: Int32Array.of(0),
});

/** All channels share one shift, and nothing is corrected by the sign. */
const ABSENT = new Set(['SPREAD_BITS', 'CORRECTION_BITS', 'CORRECTION_UNIT']);

/** A memory of two pixels; the beats of one are freed while the last pixel of its frame passes. */
const held = (p: ProductParams): Intake => ({
  kind: 'buffered',
  beats: p.groups,
  need: (issue) => Math.min(issue + 1, p.groups),
  issuesPerStep: 1,
  room: (beat) => beat + 1 - p.groups - p.pixels * p.groups,
  beatsPerStep: 1,
  forwards: false,
});

const parametersOf = (p: ProductParams): ReadonlyArray<readonly [string, number]> => [
  ['LANES', p.lanes],
  ['GROUPS', p.groups],
  ['PIXELS', p.pixels],
  ['HOLD', p.holds ? 1 : 0],
  ['A_BITS', p.aBits],
  ['A_SIGNED', p.aSigned ? 1 : 0],
  ['A_ZERO', p.aZero],
  ['B_BITS', p.bBits],
  ['B_SIGNED', p.bSigned ? 1 : 0],
  ['B_ZERO', p.bZero],
  ['MULTIPLIER', p.multiplier],
];

function productBill(p: ProductParams, target: Target): Bill {
  const { lanes, groups, pixels, aBits, bBits, multiplier, scaleCycles } = p;
  const [a, b] = [aBits + 2, bBits + 2];
  const w = new BillWriter(target);
  // Operands less their zero points, then the product in two stages; valid.
  w.ff(3 + lanes * (a + b))
    .use('add')
    .use('addBit', lanes * ((p.aZero === 0 ? 0 : a) + (p.bZero === 0 ? 0 : b)));
  multiplyLuts(w, lanes, { x: a, weight: b, sum: p.requant.accBits });
  if (p.holds)
    w.ff(1)
      .level(2 * groups)
      .counter(groups, pixels, 2 * groups)
      .ram(lanes * bBits, 2 * groups, 1, false);
  const constants = Array.from({ length: lanes }, () => multiplier);
  requant(w, p.requant, { scaleCycles, multiplierColumns: 0, constants, isConstantBias: true });
  return w.bill;
}

export const product: BlockKind<'product'> = {
  kind: 'product',
  summary: 'Product of two streams, or of one stream and a gate of one pixel a frame.',
  check: (p) => {
    const problems = [
      ...checkCounts(p, ['pixels', 'groups', 'lanes', 'aBits', 'bBits']),
      ...checkCounts(p, ['multiplier'], 0),
      ...checkRequant(p.requant, { ...romOf(p), entries: 1 }),
    ];
    if (problems.length > 0) return problems;
    if (p.scaleCycles !== 0 && p.scaleCycles !== 1)
      problems.push(`a result per ${p.scaleCycles} cycles, one leaves in every cycle`);
    if (Math.max(p.aBits, p.bBits) > 8) problems.push(`inputs of ${p.aBits} and ${p.bBits} bits, 8 fit`);
    const a = { bits: p.aBits, signed: p.aSigned, zeroPoint: p.aZero };
    const b = { bits: p.bBits, signed: p.bSigned, zeroPoint: p.bZero };
    for (const f of [a, b]) {
      const [lo, hi] = rangeOf(f);
      if (!Number.isInteger(f.zeroPoint) || f.zeroPoint < lo || f.zeroPoint > hi)
        problems.push(`zero point ${f.zeroPoint} outside of ${lo}..${hi}`);
    }
    if (p.requant.accBits < productBits(a, b))
      problems.push(`an accumulator of ${p.requant.accBits} bits for products of ${productBits(a, b)}`);
    if (p.requant.spreadBits > 0 || p.requant.correctionBits > 0)
      problems.push('shifts that differ or corrections, all channels share one shift');
    return problems;
  },
  ports: (p) => ({
    inputs: [
      { lanes: p.lanes, bits: p.aBits, signed: p.aSigned, beats: p.pixels * p.groups },
      {
        lanes: p.lanes,
        bits: p.bBits,
        signed: p.bSigned,
        beats: (p.holds ? 1 : p.pixels) * p.groups,
      },
    ],
    outputs: [requantPort(p.requant, p.lanes, p.pixels * p.groups)],
  }),
  cyclesPerFrame: (p) => p.pixels * p.groups,
  macsPerFrame: () => 0,
  bill: productBill,
  timing: (p) => ({
    intakes: [DIRECT, p.holds ? held(p) : DIRECT],
    issues: p.holds ? p.pixels * p.groups : 1,
    emits: 'all',
    stages: [delay(latencyOf(p))],
  }),
  rtl: (p) => ({
    module: 'blnet_product',
    parameters: [
      ...parametersOf(p),
      ...scaleParameters(p.requant, p.scaleCycles).filter(([name]) => !ABSENT.has(name)),
    ],
    memories: [],
    inputPorts: ['a_axis', 'b_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: (p) => ({
    ...oneProcess('blnet_product', [
      ...parametersOf(p),
      ...requantParameters(p.requant),
      ['SCALE_DSP', p.scaleCycles === 0 ? 1 : 0],
    ]),
    inputDepth: p.holds ? p.groups + SHALLOW : SHALLOW,
  }),
};
