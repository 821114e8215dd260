/** FIFO: depths from 1 beat to more than a frame, narrow and wide. */
import { blockCase, runGrid } from '../support/kind-grid.js';

const BEATS = 40;
const GRID: [depth: number, lanes: number][] = [
  [1, 1],
  [2, 3],
  [3, 1],
  [7, 5],
  [16, 1],
  [100, 9],
];

runGrid(
  'fifo',
  GRID.map(([depth, lanes], i) => {
    const format = { lanes, bits: 8, signed: true };
    return {
      title: `depth ${depth}, ${lanes} lanes`,
      case: blockCase(
        `fifo${i}`,
        { kind: 'fifo', beats: BEATS, lanes, bits: 8, depth },
        { ...format, beats: BEATS },
        format,
        (frame) => [...frame],
      ),
    };
  }),
);
