/**
 * Mean over a frame: one sum per channel in a small memory, scaled and sent while the last pixel passes.
 */
import type { BlockKind, CycleModel } from '../ir/block-kind.js';
import { DIRECT, delay } from '../ir/block-timing.js';
import type { GlobalAvgPoolParams, RequantRom } from '../ir/hardware.js';
import { oneProcess } from './hls.js';
import { Pipeline } from './pipeline.js';
import { biasOf, checkRequant, requantParameters, requantStages, scaleParameters } from './requant.js';

/** Input register and sum, then the requantizer. */
const latencyOf = (p: GlobalAvgPoolParams): number => 2 + requantStages(p.requant, p.scaleCycles);

const romOf = (p: GlobalAvgPoolParams): RequantRom => ({
  multipliers: Int32Array.of(p.multiplier),
  offsets: Float64Array.of(p.offset),
});

class GlobalAvgPoolModel implements CycleModel {
  readonly peakLevel = 0;
  private group = 0;
  private pixel = 0;
  private readonly out: Pipeline;

  constructor(
    private readonly p: GlobalAvgPoolParams,
    private readonly input: number,
    output: number,
  ) {
    this.out = new Pipeline(output, latencyOf(p));
  }

  plan(valid: Uint8Array, fire: Uint8Array): void {
    fire[this.input] = valid[this.input] && this.out.open ? 1 : 0;
  }

  commit(valid: Uint8Array, fire: Uint8Array): void {
    const { groups, pixels } = this.p;
    let emit = 0;
    if (fire[this.input]) {
      emit = this.pixel === pixels - 1 ? 1 : 0;
      if (++this.group === groups) {
        this.group = 0;
        this.pixel = emit ? 0 : this.pixel + 1;
      }
    }
    this.out.commit(emit, valid, fire);
  }
}

export const globalAvgPool: BlockKind<'globalAvgPool'> = {
  kind: 'globalAvgPool',
  summary: 'Global average pooling: one sum per channel, scaled at the end of the frame.',
  check: (p) => checkRequant(p.requant, romOf(p)),
  cyclesPerFrame: (p) => p.pixels * p.groups,
  macsPerFrame: () => 0,
  cost: (p) => ({
    dsp: p.scaleCycles === 0 ? p.lanes : 0,
    romBits: 0,
    ramBits: p.groups * p.lanes * p.requant.accBits,
  }),
  timing: (p) => ({
    intake: DIRECT,
    issues: p.pixels * p.groups,
    emits: (i) => i >= (p.pixels - 1) * p.groups,
    stages: [delay(latencyOf(p))],
  }),
  cycleModel: (p, block) => new GlobalAvgPoolModel(p, block.inputs[0] as number, block.outputs[0] as number),
  rtl: (p) => ({
    module: 'blnet_global_avg_pool',
    parameters: [
      ['LANES', p.lanes],
      ['GROUPS', p.groups],
      ['PIXELS', p.pixels],
      ['X_BITS', p.xBits],
      ['X_SIGNED', p.xSigned ? 1 : 0],
      ['MULTIPLIER', p.multiplier],
      ['BIAS', biasOf(p.offset, p.multiplier, p.requant.shift)],
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
      ['MULTIPLIER', p.multiplier],
      ['OFFSET', p.offset],
      ...requantParameters(p.requant),
      ['SCALE_DSP', p.scaleCycles === 0 ? 1 : 0],
    ]),
};
