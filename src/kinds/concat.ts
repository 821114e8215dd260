/**
 * Channels of two streams one behind the other: per pixel the beats of the first, then those of the second.
 */
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import type { ShapeOf } from '../ir/hardware.js';
import { BillWriter } from './bills/writer.js';
import { oneProcess } from './hls.js';

export interface ConcatParams {
  readonly kind: 'concat';
  readonly pixels: number;
  readonly lanes: number;
  readonly bits: number;
  /** Beats per pixel of the first and of the second input; only the second may end in a part of a beat. */
  readonly aBeats: number;
  readonly bBeats: number;
}

declare module '../ir/hardware.js' {
  interface BlockTypes {
    concat: ConcatParams;
  }
}

const beatsOf = (p: ShapeOf<'concat'>): number => p.aBeats + p.bBeats;

/** The RTL module's parameters, in front of which the HLS function has the number of pixels. */
const parametersOf = (p: ConcatParams): ReadonlyArray<readonly [string, number]> => [
  ['DATA_BITS', p.lanes * p.bits],
  ['A_BEATS', p.aBeats],
  ['B_BEATS', p.bBeats],
];

export const concat: BlockKind<'concat'> = {
  kind: 'concat',
  summary: 'Concatenation of channels: beats of one stream, then beats of the other, pixel by pixel.',
  check: (p) => checkCounts(p, ['pixels', 'lanes', 'bits', 'aBeats', 'bBeats']),
  ports: ({ pixels, lanes, bits, aBeats, bBeats }) => ({
    inputs: [
      { lanes, bits, beats: pixels * aBeats },
      { lanes, bits, beats: pixels * bBeats },
    ],
    outputs: [{ lanes, bits, beats: pixels * (aBeats + bBeats) }],
  }),
  cyclesPerFrame: (p) => p.pixels * beatsOf(p),
  macsPerFrame: () => 0,
  bill: (p, target) =>
    new BillWriter(target)
      // One of two beats, chosen in front of the output FIFO.
      .use('pick', p.lanes * p.bits)
      .counter(beatsOf(p))
      .fifo2(p.lanes * p.bits).bill,
  timing: (p) => ({
    intakes: [
      { kind: 'direct', takes: (issue) => issue < p.aBeats },
      { kind: 'direct', takes: (issue) => issue >= p.aBeats },
    ],
    issues: beatsOf(p),
    emits: 'all',
    stages: [],
  }),
  rtl: (p) => ({
    module: 'blnet_concat',
    parameters: parametersOf(p),
    memories: [],
    inputPorts: ['a_axis', 'b_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: (p) => oneProcess('blnet_concat', [['PIXELS', p.pixels], ...parametersOf(p)]),
};
