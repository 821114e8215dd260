/**
 * Joins `ratio` narrow beats to a wide one. The last wide beat of a pixel leaves as soon as the pixel is complete;
 * its unused lanes are zero.
 */
import type { BlockKind, CycleModel } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { DIRECT } from '../ir/block-timing.js';
import type { WidthUpParams } from '../ir/hardware.js';
import { widthUpBill } from './bills/streams.js';
import { oneProcess } from './hls.js';
import { OutputFifo } from './pipeline.js';

class WidthUpModel implements CycleModel {
  readonly peakLevel = 0;
  private slot = 0;
  private group = 0;
  private readonly out: OutputFifo;

  constructor(
    private readonly p: WidthUpParams,
    private readonly input: number,
    output: number,
  ) {
    this.out = new OutputFifo(output);
  }

  plan(valid: Uint8Array, fire: Uint8Array): void {
    fire[this.input] = valid[this.input] && this.out.open ? 1 : 0;
  }

  commit(valid: Uint8Array, fire: Uint8Array): void {
    let push = 0;
    if (fire[this.input]) {
      const pixelEnds = this.group === this.p.groupsIn - 1;
      push = pixelEnds || this.slot === this.p.ratio - 1 ? 1 : 0;
      this.slot = push ? 0 : this.slot + 1;
      this.group = pixelEnds ? 0 : this.group + 1;
    }
    this.out.commit(push, valid, fire);
  }
}

export const widthUp: BlockKind<'widthUp'> = {
  kind: 'widthUp',
  summary: 'Width conversion from narrow to wide beats.',
  check: (p) => [
    ...checkCounts(p, ['pixels', 'lanesIn', 'bits', 'groupsIn']),
    ...checkCounts(p, ['ratio'], 2),
  ],
  ports: ({ pixels, lanesIn, bits, ratio, groupsIn }) => ({
    inputs: [{ lanes: lanesIn, bits, beats: pixels * groupsIn }],
    outputs: [{ lanes: ratio * lanesIn, bits, beats: pixels * Math.ceil(groupsIn / ratio) }],
  }),
  cyclesPerFrame: (p) => p.pixels * p.groupsIn,
  macsPerFrame: () => 0,
  bill: widthUpBill,
  timing: (p) => ({
    intake: DIRECT,
    issues: p.groupsIn,
    emits: (i) => i === p.groupsIn - 1 || i % p.ratio === p.ratio - 1,
    stages: [],
  }),
  cycleModel: (p, block) => new WidthUpModel(p, block.inputs[0] as number, block.outputs[0] as number),
  rtl: (p) => ({
    module: 'blnet_width_up',
    parameters: [
      ['IN_BITS', p.lanesIn * p.bits],
      ['RATIO', p.ratio],
      ['GROUPS_IN', p.groupsIn],
    ],
    memories: [],
    inputPorts: ['s_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: (p) =>
    oneProcess('blnet_width_up', [
      ['PIXELS', p.pixels],
      ['IN_BITS', p.lanesIn * p.bits],
      ['RATIO', p.ratio],
      ['GROUPS_IN', p.groupsIn],
    ]),
};
