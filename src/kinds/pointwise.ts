/**
 * Matrix-vector engine: per pixel, `foldOut` passes over a vector of `foldIn` beats, `pe` x `simd` products a cycle.
 * The vector is kept in a two-vector buffer, so the next pixel arrives while this one is computed.
 */
import type { BlockKind, CycleModel, HlsCall } from '../ir/block-kind.js';
import type { PointwiseParams } from '../ir/hardware.js';
import { engineProcesses, SHALLOW } from './hls.js';
import { MacPipeline, macStages } from './pipeline.js';
import { checkRequant, requantImage, requantParameters } from './requant.js';
import { packWords } from './words.js';

/** Beats of the input buffer. */
const bufferDepth = (p: PointwiseParams): number => 2 * p.foldIn;

class PointwiseModel implements CycleModel {
  peakLevel = 0;
  private level = 0;
  private beat = 0;
  private pass = 0;
  private readonly depth: number;
  private readonly out: MacPipeline;

  constructor(
    private readonly p: PointwiseParams,
    private readonly input: number,
    output: number,
  ) {
    this.depth = bufferDepth(p);
    this.out = new MacPipeline(output, p.pe / p.lanesOut);
  }

  plan(valid: Uint8Array, fire: Uint8Array): void {
    fire[this.input] = valid[this.input] && this.level < this.depth ? 1 : 0;
  }

  commit(valid: Uint8Array, fire: Uint8Array): void {
    const { foldIn, foldOut } = this.p;
    const lastPass = this.pass === foldOut - 1;
    // The last pass frees each beat as it reads it, so the beat it needs is always the oldest one.
    const issue = this.out.open && this.level > (lastPass ? 0 : this.beat);
    let last = 0;
    this.level += fire[this.input] as number;
    if (issue) {
      if (lastPass) this.level--;
      if (++this.beat === foldIn) {
        this.beat = 0;
        this.pass = lastPass ? 0 : this.pass + 1;
        last = 1;
      }
    }
    if (this.level > this.peakLevel) this.peakLevel = this.level;
    this.out.commit(last, valid, fire);
  }
}

export const pointwise: BlockKind<'pointwise'> = {
  kind: 'pointwise',
  summary: 'Matrix-vector engine with PE x SIMD lanes: 1x1 convolutions, stem and classifier.',
  check: (p) => {
    const problems = checkRequant(p.requant);
    if (p.pe % p.lanesOut !== 0) problems.push(`${p.lanesOut} output lanes do not divide ${p.pe} PEs`);
    if (p.pe / p.lanesOut > p.foldIn) {
      problems.push(`${p.pe / p.lanesOut} output beats per pass do not fit its ${p.foldIn} cycles`);
    }
    if (p.weights.length !== p.foldIn * p.foldOut * p.pe * p.simd)
      problems.push('weights do not fill the ROM');
    return problems;
  },
  cyclesPerFrame: (p) => p.pixels * p.foldIn * p.foldOut,
  macsPerFrame: (p) => p.pixels * p.foldIn * p.foldOut * p.pe * p.simd,
  cost: (p) => ({
    dsp: p.pe * p.simd + p.lanesOut,
    romBits:
      p.weights.length * p.weightBits + p.foldOut * p.pe * (p.requant.multiplierBits + p.requant.offsetBits),
    ramBits: bufferDepth(p) * p.simd * p.xBits,
  }),
  timing: (p) => ({
    intake: {
      kind: 'buffered',
      beats: p.foldIn,
      need: (issue) => (issue % p.foldIn) + 1,
      issuesPerStep: 1,
      // A place is free again when the last pass has read the beat two vectors earlier.
      room: (beat) => (p.foldOut - 1) * p.foldIn + beat + 1 - 2 * p.foldIn * p.foldOut,
      beatsPerStep: 1,
      forwards: false,
    },
    issues: p.foldIn * p.foldOut,
    emits: (i) => i % p.foldIn === p.foldIn - 1,
    stages: macStages(p.pe / p.lanesOut),
  }),
  cycleModel: (p, block) => new PointwiseModel(p, block.inputs[0] as number, block.outputs[0] as number),
  rtl: (p) => ({
    module: 'blnet_pointwise',
    parameters: [
      ['SIMD', p.simd],
      ['FOLD_IN', p.foldIn],
      ['PE', p.pe],
      ['FOLD_OUT', p.foldOut],
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
        wordBits: p.pe * p.simd * p.weightBits,
        words: packWords(p.weights, p.pe * p.simd, p.weightBits),
      },
      requantImage(p.requant, p.requantRom, p.lanesOut),
    ],
    inputPorts: ['s_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: (p) => {
    const mac: HlsCall = {
      function: 'blnet_pointwise',
      parameters: [
        ['PIXELS', p.pixels],
        ['SIMD', p.simd],
        ['FOLD_IN', p.foldIn],
        ['PE', p.pe],
        ['FOLD_OUT', p.foldOut],
        ['X_BITS', p.xBits],
        ['X_SIGNED', p.xSigned ? 1 : 0],
        ['W_BITS', p.weightBits],
        ['ACC_BITS', p.requant.accBits],
      ],
      roms: [{ name: 'weights', bits: p.weightBits, signed: true, lanes: p.pe * p.simd, values: p.weights }],
    };
    // The function keeps one vector; the channel holds the next one while passes go over it.
    const inputDepth = p.foldOut > 1 ? Math.max(SHALLOW, p.foldIn) : SHALLOW;
    return engineProcesses(mac, inputDepth, { ...p, results: p.pixels * p.foldOut });
  },
};
