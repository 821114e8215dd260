/**
 * FIFO in memory: balances the branches between a fork and its join. Its depth is a correctness parameter.
 */
import type { BlockKind, CycleModel } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { delay } from '../ir/block-timing.js';
import { fifoBill } from './bills/streams.js';
import { Pipeline } from './pipeline.js';

/** Memory output register. */
const LATENCY = 1;
/** Beats that fit behind the memory: its output register and the output FIFO. */
const OUTPUT_STAGE_BEATS = 3;

class FifoModel implements CycleModel {
  peakLevel = 0;
  private level = 0;
  private readonly out: Pipeline;

  constructor(
    private readonly depth: number,
    private readonly input: number,
    output: number,
  ) {
    this.out = new Pipeline(output, LATENCY);
  }

  plan(valid: Uint8Array, fire: Uint8Array): void {
    fire[this.input] = valid[this.input] && this.level < this.depth ? 1 : 0;
  }

  commit(valid: Uint8Array, fire: Uint8Array): void {
    const issue = this.out.open && this.level > 0 ? 1 : 0;
    // A beat needs a place beside those of the level before it, even if one leaves in the same cycle.
    if (fire[this.input] && this.level >= this.peakLevel) this.peakLevel = this.level + 1;
    this.level += (fire[this.input] as number) - issue;
    this.out.commit(issue, valid, fire);
  }
}

export const fifo: BlockKind<'fifo'> = {
  kind: 'fifo',
  summary: 'FIFO in memory, between a fork and its join.',
  check: (p) => checkCounts(p, ['beats', 'lanes', 'bits', 'depth']),
  ports: ({ lanes, bits, beats }) => ({
    inputs: [{ lanes, bits, beats }],
    outputs: [{ lanes, bits, beats }],
  }),
  cyclesPerFrame: (p) => p.beats,
  macsPerFrame: () => 0,
  bill: fifoBill,
  timing: (p) => ({
    intake: {
      kind: 'buffered',
      beats: 1,
      need: () => 1,
      issuesPerStep: 1,
      room: () => 1 - p.depth,
      beatsPerStep: 1,
      forwards: false,
      queue: true,
    },
    issues: 1,
    emits: 'all',
    stages: [delay(LATENCY)],
  }),
  cycleModel: (p, block) => new FifoModel(p.depth, block.inputs[0] as number, block.outputs[0] as number),
  rtl: (p) => ({
    module: 'blnet_fifo',
    parameters: [
      ['DATA_BITS', p.lanes * p.bits],
      ['DEPTH', p.depth],
    ],
    memories: [],
    inputPorts: ['s_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: (p) => ({ form: 'channel', depth: p.depth + OUTPUT_STAGE_BEATS }),
};
