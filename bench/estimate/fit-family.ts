/** Fits one family's coefficients to its grid, and tells how well each kind is met. */
import { type Bill, type Coefficients, PART_NAMES, PARTS } from '../../src/ir/bill.js';
import type { Family, Resources } from '../../src/ir/resources.js';
import { bind, KINDS } from '../../src/kinds/index.js';
import { TARGETS } from '../../src/targets/index.js';
import { type GridRow, readGrid } from './grid-file.js';
import { type Point, solve } from './least-squares.js';

/** How strongly coefficients are held to their expected values, relative to what the grid says of them. */
const RIDGE = 0.1;
/** LUTs of a block below which an error counts absolutely rather than relatively. */
const TINY = 40;

export interface Measured {
  readonly row: GridRow;
  readonly found: Resources;
  readonly bill: Bill;
}

export const measuredGrid = (family: Family): Measured[] =>
  readGrid(family).map(({ row, found, block }) => ({
    row,
    found,
    bill: bind(KINDS, block).bill(TARGETS[family]),
  }));

export function fitCoefficients(family: Family, grid: readonly Measured[]): Coefficients {
  const points = grid.map(
    ({ bill, found }): Point => ({
      row: PART_NAMES.map((name) => bill.of(name)),
      y: found.lut - bill.of('lut'),
      weight: 1 / (found.lut + TINY),
    }),
  );
  const expected = PART_NAMES.map((name) => PARTS[name][TARGETS[family].lutInputs === 6 ? 'lut6' : 'lut4']);
  const x = solve(points, expected, RIDGE);
  return Object.fromEntries(
    PART_NAMES.map((name, i) => [name, Math.round(1000 * x[i]) / 1000]),
  ) as Coefficients;
}

export interface BlockError {
  readonly measured: Measured;
  /** Estimated LUTs, not rounded. */
  readonly lut: number;
  /** Relative errors. */
  readonly lutError: number;
  readonly ffError: number;
  /** DSPs, block RAM and LUT RAM. */
  readonly isExact: boolean;
}

export function errorsOf(grid: readonly Measured[], coefficients: Coefficients): BlockError[] {
  const luts = PART_NAMES.map((part) => coefficients[part]);
  return grid.map((measured) => {
    const { found, bill } = measured;
    const lut = bill.of('lut') + bill.logicLuts(luts);
    return {
      measured,
      lut,
      lutError: (lut - found.lut) / Math.max(1, found.lut),
      ffError: (bill.of('ff') - found.ff) / Math.max(1, found.ff),
      isExact: (['dsp', 'ramb18', 'ramb36', 'lutram'] as const).every((n) => bill.of(n) === found[n]),
    };
  });
}

export const medianOf = (values: readonly number[]): number => {
  const s = values.map(Math.abs).sort((a, b) => a - b);
  const half = s.length >> 1;
  return s.length % 2 ? s[half] : (s[half - 1] + s[half]) / 2;
};

export const worstOf = (values: readonly number[]): number =>
  values.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
