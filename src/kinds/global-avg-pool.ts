/**
 * Mean over a frame: one sum per channel in a small memory, scaled and sent while the last pixel passes.
 */
import { poolAccumulatorBits } from '../ir/accumulator.js';
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { DIRECT, delay } from '../ir/block-timing.js';
import type { GlobalAvgPoolParams, RequantRom } from '../ir/hardware.js';
import { globalAvgPoolBill } from './bills/global-avg-pool.js';
import { oneProcess } from './hls.js';
import { checkRequant, requantParameters, requantPort, requantStages, scaleParameters } from './requant.js';

/** Input register and sum, then the requantizer. */
const latencyOf = (p: GlobalAvgPoolParams): number => 2 + requantStages(p.requant, p.scaleCycles);

const romOf = (p: GlobalAvgPoolParams): RequantRom => ({
  multipliers: Int32Array.of(p.multiplier),
  biases: Float64Array.of(p.bias),
  spreads: Int32Array.of(0),
  above: Int32Array.of(p.above),
  below: Int32Array.of(p.below),
});

const constants = (p: GlobalAvgPoolParams): ReadonlyArray<readonly [string, number]> => [
  ['MULTIPLIER', p.multiplier],
  ['BIAS', p.bias],
  ['ABOVE', p.above],
  ['BELOW', p.below],
];

export const globalAvgPool: BlockKind<'globalAvgPool'> = {
  kind: 'globalAvgPool',
  summary: 'Global average pooling: one sum per channel, scaled at the end of the frame.',
  check: (p) => {
    const problems = [
      ...checkCounts(p, ['pixels', 'groups', 'lanes', 'xBits']),
      ...checkCounts(p, ['multiplier'], 0),
      ...checkRequant(p.requant, { ...romOf(p), entries: 1 }),
    ];
    if (problems.length > 0) return problems;
    if (p.requant.spreadBits > 0) problems.push('shifts that differ, all channels share one');
    if (p.scaleCycles !== 0 && p.scaleCycles !== 1)
      problems.push(`a result per ${p.scaleCycles} cycles, the mean leaves in every cycle`);
    if (p.requant.accBits < poolAccumulatorBits(p.pixels, { bits: p.xBits, signed: p.xSigned }))
      problems.push(
        `an accumulator of ${p.requant.accBits} bits does not hold the sum of ${p.pixels} pixels`,
      );
    return problems;
  },
  ports: (p) => ({
    inputs: [{ lanes: p.lanes, bits: p.xBits, signed: p.xSigned, beats: p.pixels * p.groups }],
    outputs: [requantPort(p.requant, p.lanes, p.groups)],
  }),
  cyclesPerFrame: (p) => p.pixels * p.groups,
  macsPerFrame: () => 0,
  bill: globalAvgPoolBill,
  timing: (p) => ({
    intakes: [DIRECT],
    issues: p.pixels * p.groups,
    emits: (i) => i >= (p.pixels - 1) * p.groups,
    stages: [delay(latencyOf(p))],
  }),
  rtl: (p) => ({
    module: 'blnet_global_avg_pool',
    parameters: [
      ['LANES', p.lanes],
      ['GROUPS', p.groups],
      ['PIXELS', p.pixels],
      ['X_BITS', p.xBits],
      ['X_SIGNED', p.xSigned ? 1 : 0],
      ...constants(p),
      ...scaleParameters(p.requant, p.scaleCycles),
    ],
    memories: [],
    inputPorts: ['s_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: (p) =>
    oneProcess('blnet_global_avg_pool', [
      ['LANES', p.lanes],
      ['GROUPS', p.groups],
      ['PIXELS', p.pixels],
      ['X_BITS', p.xBits],
      ['X_SIGNED', p.xSigned ? 1 : 0],
      ...constants(p),
      ...requantParameters(p.requant),
      ['SCALE_DSP', p.scaleCycles === 0 ? 1 : 0],
    ]),
};
