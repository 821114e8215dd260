/**
 * Every n-th frame of a stream: what stands between a fork and one of n copies of a pipeline. The others are dropped.
 */
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { DIRECT } from '../ir/block-timing.js';
import { BillWriter, clog2 } from './bills/writer.js';
import { noHls } from './hls.js';

export interface TurnParams {
  readonly kind: 'turn';
  /** Of a frame. */
  readonly beats: number;
  readonly lanes: number;
  readonly bits: number;
  /** Frames of a round, and the one of them that passes, from 0 on. */
  readonly frames: number;
  readonly turn: number;
}

declare module '../ir/hardware.js' {
  interface BlockTypes {
    turn: TurnParams;
  }
}

export const turn: BlockKind<'turn'> = {
  kind: 'turn',
  summary: 'Every n-th frame of a stream, for one of n copies of a pipeline; the others are dropped.',
  check: (p) => {
    const problems = [
      ...checkCounts(p, ['beats', 'lanes', 'bits']),
      ...checkCounts(p, ['frames'], 2),
      ...checkCounts(p, ['turn'], 0),
    ];
    if (problems.length === 0 && p.turn >= p.frames)
      problems.push(`frame ${p.turn} of a round of ${p.frames}, which begins with 0`);
    return problems;
  },
  // Counted by the frames that pass each port.
  ports: ({ beats, lanes, bits }) => ({
    inputs: [{ lanes, bits, beats }],
    outputs: [{ lanes, bits, beats }],
  }),
  cyclesPerFrame: (p) => p.beats,
  macsPerFrame: () => 0,
  bill: (p, target) =>
    new BillWriter(target)
      .counter(p.beats, p.frames)
      // Whose turn it is, and the beats that are offered.
      .use('pick', Math.ceil(clog2(p.frames) / (target.lutInputs - 1)) + 1)
      .fifo2(p.lanes * p.bits).bill,
  // A period is a round.
  timing: (p) => ({
    intakes: [DIRECT],
    issues: p.frames * p.beats,
    emits: (issue) => Math.floor(issue / p.beats) === p.turn,
    stages: [],
  }),
  rtl: (p) => ({
    module: 'blnet_turn',
    parameters: [
      ['DATA_BITS', p.lanes * p.bits],
      ['BEATS', p.beats],
      ['FRAMES', p.frames],
      ['TURN', p.turn],
    ],
    memories: [],
    inputPorts: ['s_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: noHls,
};
