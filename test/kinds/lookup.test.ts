/** Tables: odd lane counts, 1 to 8 bits on either side, of either sign; every entry is read. */
import { expect, it } from 'vitest';
import type { BlockParams } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import { rangeOf } from '../../src/ir/quant-graph.js';
import { lookup } from '../../src/kinds/lookup.js';
import { blockCase, type GridPoint, runGrid } from '../support/kind-grid.js';

const BEATS = 40;

/** lanes, bits and sign of the input, of the output */
const GRID: ReadonlyArray<readonly [number, number, boolean, number, boolean]> = [
  [1, 8, true, 8, true],
  [3, 8, false, 8, true],
  [7, 5, true, 3, false],
  [2, 1, false, 8, false],
  [5, 2, true, 2, true],
  [4, 7, false, 1, false],
];

const paramsOf = ([lanes, xBits, xSigned, outBits, outSigned]: (typeof GRID)[number], seed: number) => {
  const prng = new Prng(seed);
  const [lo, hi] = rangeOf({ bits: outBits, signed: outSigned });
  const table = Int16Array.from({ length: 2 ** xBits }, () => prng.int(lo, hi));
  return { kind: 'lookup', beats: BEATS, lanes, xBits, xSigned, outBits, outSigned, table } as const;
};

runGrid(
  'lookup',
  GRID.map((row, i): GridPoint => {
    const p = paramsOf(row, i + 1);
    const at = (x: number): number => p.table[x < 0 ? x + 2 ** p.xBits : x];
    return {
      title: `${p.lanes} lanes, ${p.xSigned ? 's' : 'u'}${p.xBits} to ${p.outSigned ? 's' : 'u'}${p.outBits}`,
      case: blockCase(
        `lookup${i}`,
        p as BlockParams,
        { lanes: p.lanes, bits: p.xBits, signed: p.xSigned, beats: BEATS },
        { lanes: p.lanes, bits: p.outBits, signed: p.outSigned },
        (frame) => frame.map((beat) => beat.map(at)),
      ),
    };
  }),
);

it('a table that does not fit is refused', () => {
  const p = paramsOf(GRID[0], 1);
  expect(lookup.check(p)).toEqual([]);
  expect(lookup.check({ ...p, table: p.table.slice(1) })).toEqual(['a table of 255 entries for 8 bits']);
  expect(lookup.check({ ...p, outSigned: false }).join()).toMatch(/entries of -\d+\.\.\d+, 0\.\.255 fit/);
  expect(lookup.check({ ...p, xBits: 9 })).toEqual(['9 to 8 bits, 8 fit']);
  expect(lookup.check({ ...p, lanes: 0 }).join()).toMatch(/lanes is 0/);
});
