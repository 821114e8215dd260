/**
 * Splits a wide beat into narrow ones. The last wide beat of a pixel gives only as many as hold channels.
 */
import type { BlockKind, CycleModel } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import type { WidthDownParams } from '../ir/hardware.js';
import { widthDownBill } from './bills/streams.js';
import { oneProcess } from './hls.js';
import { OutputFifo } from './pipeline.js';

class WidthDownModel implements CycleModel {
  readonly peakLevel = 0;
  /** Narrow beats still in the hold register. */
  private held = 0;
  /** Narrow beats of this pixel not yet loaded. */
  private remaining: number;
  private readonly out: OutputFifo;

  constructor(
    private readonly p: WidthDownParams,
    private readonly input: number,
    output: number,
  ) {
    this.remaining = p.groupsOut;
    this.out = new OutputFifo(output);
  }

  plan(valid: Uint8Array, fire: Uint8Array): void {
    const free = this.held === 0 || (this.held === 1 && this.out.open);
    fire[this.input] = valid[this.input] && free ? 1 : 0;
  }

  commit(valid: Uint8Array, fire: Uint8Array): void {
    const push = this.out.open && this.held > 0 ? 1 : 0;
    this.held -= push;
    if (fire[this.input]) {
      this.held = Math.min(this.p.ratio, this.remaining);
      this.remaining -= this.held;
      if (this.remaining === 0) this.remaining = this.p.groupsOut;
    }
    this.out.commit(push, valid, fire);
  }
}

export const widthDown: BlockKind<'widthDown'> = {
  kind: 'widthDown',
  summary: 'Width conversion from wide to narrow beats.',
  check: (p) => [
    ...checkCounts(p, ['pixels', 'lanesOut', 'bits', 'groupsOut']),
    ...checkCounts(p, ['ratio'], 2),
  ],
  ports: ({ pixels, lanesOut, bits, ratio, groupsOut }) => ({
    inputs: [{ lanes: ratio * lanesOut, bits, beats: pixels * Math.ceil(groupsOut / ratio) }],
    outputs: [{ lanes: lanesOut, bits, beats: pixels * groupsOut }],
  }),
  cyclesPerFrame: (p) => p.pixels * p.groupsOut,
  macsPerFrame: () => 0,
  bill: widthDownBill,
  timing: (p) => ({
    intake: {
      kind: 'buffered',
      beats: Math.ceil(p.groupsOut / p.ratio),
      need: (issue) => Math.floor(issue / p.ratio) + 1,
      issuesPerStep: 1,
      // The hold register takes a beat while it sends the last part of the one before.
      room: (beat) => beat * p.ratio,
      beatsPerStep: 1,
      forwards: true,
    },
    issues: p.groupsOut,
    emits: 'all',
    stages: [],
  }),
  cycleModel: (p, block) => new WidthDownModel(p, block.inputs[0] as number, block.outputs[0] as number),
  rtl: (p) => ({
    module: 'blnet_width_down',
    parameters: [
      ['OUT_BITS', p.lanesOut * p.bits],
      ['RATIO', p.ratio],
      ['GROUPS_OUT', p.groupsOut],
    ],
    memories: [],
    inputPorts: ['s_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: (p) =>
    oneProcess('blnet_width_down', [
      ['PIXELS', p.pixels],
      ['OUT_BITS', p.lanesOut * p.bits],
      ['RATIO', p.ratio],
      ['GROUPS_OUT', p.groupsOut],
    ]),
};
