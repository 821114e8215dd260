/**
 * Depthwise engine: each lane multiplies the taps of its own channel and adds them up over `foldTaps` beats.
 * It takes a beat a cycle; the line buffer before it decides the pace.
 */
import type { BlockKind, CycleModel, HlsCall } from '../ir/block-kind.js';
import { DIRECT } from '../ir/block-timing.js';
import { engineProcesses, SHALLOW } from './hls.js';

import { MacPipeline, macStages } from './pipeline.js';
import { checkRequant, requantImage, requantParameters } from './requant.js';
import { packWords } from './words.js';

class DepthwiseModel implements CycleModel {
  readonly peakLevel = 0;
  private phase = 0;
  private readonly out: MacPipeline;

  constructor(
    private readonly foldTaps: number,
    beatsOut: number,
    private readonly input: number,
    output: number,
  ) {
    this.out = new MacPipeline(output, beatsOut);
  }

  plan(valid: Uint8Array, fire: Uint8Array): void {
    fire[this.input] = valid[this.input] && this.out.open ? 1 : 0;
  }

  commit(valid: Uint8Array, fire: Uint8Array): void {
    let last = 0;
    if (fire[this.input] && ++this.phase === this.foldTaps) {
      this.phase = 0;
      last = 1;
    }
    this.out.commit(last, valid, fire);
  }
}

export const depthwise: BlockKind<'depthwise'> = {
  kind: 'depthwise',
  summary: 'Depthwise engine: one accumulator per lane over the taps that a window delivers.',
  check: (p) => {
    const problems = checkRequant(p.requant);
    if (p.lanes % p.lanesOut !== 0)
      problems.push(`${p.lanesOut} output lanes do not divide ${p.lanes} lanes`);
    if (p.lanes / p.lanesOut > p.foldTaps) {
      problems.push(`${p.lanes / p.lanesOut} output beats per group do not fit its ${p.foldTaps} cycles`);
    }
    if (p.weights.length !== p.groups * p.foldTaps * p.taps * p.lanes)
      problems.push('weights do not fill the ROM');
    return problems;
  },
  cyclesPerFrame: (p) => p.pixels * p.groups * p.foldTaps,
  macsPerFrame: (p) => p.pixels * p.groups * p.foldTaps * p.taps * p.lanes,
  cost: (p) => ({
    dsp: p.taps * p.lanes + p.lanesOut,
    romBits:
      p.weights.length * p.weightBits +
      p.groups * p.lanes * (p.requant.multiplierBits + p.requant.offsetBits),
    ramBits: 0,
  }),
  timing: (p) => ({
    intake: DIRECT,
    issues: p.foldTaps,
    emits: (i) => i === p.foldTaps - 1,
    stages: macStages(p.lanes / p.lanesOut),
  }),
  cycleModel: (p, block) =>
    new DepthwiseModel(
      p.foldTaps,
      p.lanes / p.lanesOut,
      block.inputs[0] as number,
      block.outputs[0] as number,
    ),
  rtl: (p) => ({
    module: 'blnet_depthwise',
    parameters: [
      ['LANES', p.lanes],
      ['TAPS', p.taps],
      ['FOLD_TAPS', p.foldTaps],
      ['GROUPS', p.groups],
      ['LANES_OUT', p.lanesOut],
      ['X_BITS', p.xBits],
      ['X_SIGNED', p.xSigned ? 1 : 0],
      ['W_BITS', p.weightBits],
      ...requantParameters(p.requant),
    ],
    memories: [
      {
        parameter: 'WEIGHT_FILE',
        suffix: 'weights',
        wordBits: p.taps * p.lanes * p.weightBits,
        words: packWords(p.weights, p.taps * p.lanes, p.weightBits),
      },
      requantImage(p.requant, p.requantRom, p.lanesOut),
    ],
    inputPorts: ['s_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: (p) => {
    const mac: HlsCall = {
      function: 'blnet_depthwise',
      parameters: [
        ['PIXELS', p.pixels],
        ['GROUPS', p.groups],
        ['LANES', p.lanes],
        ['TAPS', p.taps],
        ['FOLD_TAPS', p.foldTaps],
        ['X_BITS', p.xBits],
        ['X_SIGNED', p.xSigned ? 1 : 0],
        ['W_BITS', p.weightBits],
        ['ACC_BITS', p.requant.accBits],
      ],
      roms: [
        { name: 'weights', bits: p.weightBits, signed: true, lanes: p.taps * p.lanes, values: p.weights },
      ],
    };
    return engineProcesses(mac, SHALLOW, { ...p, results: p.pixels * p.groups, pe: p.lanes });
  },
};
