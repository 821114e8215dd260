/** Upsampling: one pixel to several lane groups, one column, one row; factors of 1 to 4 in either direction, zeros. */
import { expect, it } from 'vitest';
import { upsample } from '../../src/kinds/upsample.js';
import { blockCase, runGrid } from '../support/kind-grid.js';

/** height, width, groups, lanes, rows, columns, what copies hold */
const GRID: ReadonlyArray<readonly [number, number, number, number, number, number, number | null]> = [
  [3, 4, 1, 2, 2, 2, null],
  [2, 5, 3, 1, 2, 2, null],
  [4, 1, 2, 3, 2, 2, null],
  [1, 6, 1, 1, 2, 2, null],
  [1, 1, 1, 1, 2, 2, null],
  [3, 3, 5, 1, 2, 2, null],
  [3, 4, 2, 1, 3, 3, null],
  [2, 3, 1, 3, 1, 3, null],
  [3, 2, 2, 2, 4, 1, null],
  [2, 4, 3, 1, 1, 1, null],
  [3, 3, 2, 2, 2, 2, 0x7f],
  [3, 1, 1, 1, 3, 2, 0],
  [2, 5, 2, 3, 1, 2, 5],
];

runGrid(
  'upsample',
  GRID.map(([height, width, groups, lanes, rows, columns, fill], i) => {
    const format = { lanes, bits: 7, signed: true };
    const copy = Array<number>(lanes).fill(fill === 0x7f ? -1 : (fill ?? 0));
    return {
      title: `${height}x${width}, ${groups} groups of ${lanes}, x${rows}x${columns}, ${fill ?? 'repeated'}`,
      case: blockCase(
        `upsample${i}`,
        { kind: 'upsample', height, width, groups, lanes, bits: 7, rows, columns, fill },
        { ...format, beats: height * width * groups },
        format,
        (frame) => {
          const beats: number[][] = [];
          for (let y = 0; y < rows * height; y++)
            for (let x = 0; x < columns * width; x++)
              for (let g = 0; g < groups; g++) {
                const from = (Math.floor(y / rows) * width + Math.floor(x / columns)) * groups + g;
                const isCopy = fill !== null && (y % rows > 0 || x % columns > 0);
                beats.push(isCopy ? copy : frame[from]);
              }
          return beats;
        },
      ),
    };
  }),
);

it('factors and copies that do not fit are refused', () => {
  const p = {
    kind: 'upsample',
    height: 2,
    width: 2,
    groups: 1,
    lanes: 1,
    bits: 7,
    rows: 3,
    columns: 1,
    fill: 127,
  } as const;
  expect(upsample.check(p)).toEqual([]);
  expect(upsample.check({ ...p, fill: 128 }).join()).toMatch(/copies of 128, which 7 bits do not hold/);
  expect(upsample.check({ ...p, rows: 0 }).join()).toMatch(/rows is 0/);
});
