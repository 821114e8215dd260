/**
 * FIFO in memory: balances the branches between a fork and its join. Its depth is a correctness parameter.
 */
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { delay } from '../ir/block-timing.js';
import { fifoBill } from './bills/streams.js';

/** Memory output register. */
const LATENCY = 1;
/** Beats that fit behind the memory: its output register and the output FIFO. */
const OUTPUT_STAGE_BEATS = 3;

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
    intakes: [
      {
        kind: 'buffered',
        beats: 1,
        need: () => 1,
        issuesPerStep: 1,
        room: () => 1 - p.depth,
        beatsPerStep: 1,
        forwards: false,
        queue: true,
      },
    ],
    issues: 1,
    emits: 'all',
    stages: [delay(LATENCY)],
  }),
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
