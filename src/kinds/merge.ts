/**
 * Frames of two streams in turn: some of the first, then one of the second. A chain of these puts in order what copies of a
 * pipeline make.
 */
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { BillWriter } from './bills/writer.js';
import { noHls } from './hls.js';

export interface MergeParams {
  readonly kind: 'merge';
  /** Of a frame. */
  readonly beats: number;
  readonly lanes: number;
  readonly bits: number;
  /** Frames of the first input in each round. */
  readonly frames: number;
}

declare module '../ir/hardware.js' {
  interface BlockTypes {
    merge: MergeParams;
  }
}

export const merge: BlockKind<'merge'> = {
  kind: 'merge',
  summary: 'Frames of two streams in turn: what copies of a pipeline make, in order.',
  check: (p) => checkCounts(p, ['beats', 'lanes', 'bits', 'frames']),
  // Counted by the frames that pass each port.
  ports: ({ beats, lanes, bits }) => ({
    inputs: [
      { lanes, bits, beats },
      { lanes, bits, beats },
    ],
    outputs: [{ lanes, bits, beats }],
  }),
  cyclesPerFrame: (p) => p.beats,
  macsPerFrame: () => 0,
  bill: (p, target) =>
    new BillWriter(target)
      // One of two beats, chosen in front of the output FIFO.
      .use('pick', p.lanes * p.bits)
      .counter((p.frames + 1) * p.beats)
      .fifo2(p.lanes * p.bits).bill,
  // A period is a round.
  timing: (p) => ({
    intakes: [
      { kind: 'direct', takes: (issue) => issue < p.frames * p.beats },
      { kind: 'direct', takes: (issue) => issue >= p.frames * p.beats },
    ],
    issues: (p.frames + 1) * p.beats,
    emits: 'all',
    stages: [],
  }),
  rtl: (p) => ({
    module: 'blnet_merge',
    parameters: [
      ['DATA_BITS', p.lanes * p.bits],
      ['BEATS', p.beats],
      ['A_FRAMES', p.frames],
    ],
    memories: [],
    inputPorts: ['a_axis', 'b_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: noHls,
};
