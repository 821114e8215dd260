/**
 * Copies every beat to two consumers; takes one when both output FIFOs have room.
 */
import type { BlockKind, CycleModel } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { DIRECT } from '../ir/block-timing.js';
import { forkBill } from './bills/streams.js';
import { oneProcess } from './hls.js';
import { OutputFifo } from './pipeline.js';

class ForkModel implements CycleModel {
  readonly peakLevel = 0;
  private readonly outs: readonly OutputFifo[];

  constructor(
    private readonly input: number,
    outputs: readonly number[],
  ) {
    this.outs = outputs.map((o) => new OutputFifo(o));
  }

  plan(valid: Uint8Array, fire: Uint8Array): void {
    fire[this.input] = valid[this.input] && this.outs.every((o) => o.open) ? 1 : 0;
  }

  commit(valid: Uint8Array, fire: Uint8Array): void {
    for (const o of this.outs) o.commit(fire[this.input] as number, valid, fire);
  }
}

export const fork: BlockKind<'fork'> = {
  kind: 'fork',
  summary: 'Copies a stream to two consumers.',
  check: (p) => checkCounts(p, ['beats', 'lanes', 'bits']),
  ports: ({ lanes, bits, beats }) => ({
    inputs: [{ lanes, bits, beats }],
    outputs: [
      { lanes, bits, beats },
      { lanes, bits, beats },
    ],
  }),
  cyclesPerFrame: (p) => p.beats,
  macsPerFrame: () => 0,
  bill: forkBill,
  timing: () => ({ intake: DIRECT, issues: 1, emits: 'all', stages: [] }),
  cycleModel: (_, block) => new ForkModel(block.inputs[0] as number, block.outputs),
  rtl: (p) => ({
    module: 'blnet_fork',
    parameters: [['DATA_BITS', p.lanes * p.bits]],
    memories: [],
    inputPorts: ['s_axis'],
    outputPorts: ['m0_axis', 'm1_axis'],
  }),
  hls: (p) =>
    oneProcess('blnet_fork', [
      ['BEATS', p.beats],
      ['DATA_BITS', p.lanes * p.bits],
    ]),
};
