/** Nearest-neighbour x2: one pixel to several lane groups, one column, one row. */
import { blockCase, runGrid } from '../support/kind-grid.js';

/** height, width, groups, lanes */
const GRID: [number, number, number, number][] = [
  [3, 4, 1, 2],
  [2, 5, 3, 1],
  [4, 1, 2, 3],
  [1, 6, 1, 1],
  [1, 1, 1, 1],
  [3, 3, 5, 1],
];

runGrid(
  'upsample',
  GRID.map(([height, width, groups, lanes], i) => {
    const format = { lanes, bits: 7, signed: true };
    return {
      title: `${height}x${width}, ${groups} groups of ${lanes}`,
      case: blockCase(
        `upsample${i}`,
        { kind: 'upsample', height, width, groups, lanes, bits: 7 },
        { ...format, beats: height * width * groups },
        format,
        (frame) => {
          const beats: number[][] = [];
          for (let y = 0; y < 2 * height; y++)
            for (let x = 0; x < 2 * width; x++)
              for (let g = 0; g < groups; g++) beats.push(frame[((y >> 1) * width + (x >> 1)) * groups + g]);
          return beats;
        },
      ),
    };
  }),
);
