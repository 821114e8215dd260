/** Fits one family's coefficients to its grid, and tells how well each kind is met. */
import { type Bill, type Coefficients, PART_NAMES, PARTS, type Part } from '../../src/ir/bill.js';
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

/** Blocks with a part of their own, which is fitted behind all others; else they judge the fit and take no part in it. */
const OWN_PARTS: Partial<Record<string, Part | null>> = {
  lookup: 'functionTable',
  concat: null,
  product: null,
  select: null,
};

/** LUTs of one unit of a part that the others leave over. */
function leftOver(part: Part, grid: readonly Measured[], others: Coefficients): number {
  const luts = PART_NAMES.map((name) => (name === part ? 0 : others[name]));
  let [sum, units] = [0, 0];
  for (const { bill, found } of grid) {
    const weight = 1 / (found.lut + TINY) ** 2;
    const n = bill.of(part);
    sum += weight * n * (found.lut - bill.of('lut') - bill.logicLuts(luts));
    units += weight * n * n;
  }
  return units === 0 ? others[part] : Math.max(0, sum / units);
}

const rounded = (x: number): number => Math.round(1000 * x) / 1000;

export function fitCoefficients(family: Family, grid: readonly Measured[]): Coefficients {
  const points = grid
    .filter((m) => !(m.row.kind in OWN_PARTS))
    .map(
      ({ bill, found }): Point => ({
        row: PART_NAMES.map((name) => bill.of(name)),
        y: found.lut - bill.of('lut'),
        weight: 1 / (found.lut + TINY),
      }),
    );
  const expected = PART_NAMES.map((name) => PARTS[name][TARGETS[family].lutInputs === 6 ? 'lut6' : 'lut4']);
  const x = solve(points, expected, RIDGE);
  const first = Object.fromEntries(PART_NAMES.map((name, i) => [name, rounded(x[i])])) as Coefficients;
  const own = Object.entries(OWN_PARTS).flatMap(([kind, part]) =>
    part
      ? [
          [
            part,
            rounded(
              leftOver(
                part,
                grid.filter((m) => m.row.kind === kind),
                first,
              ),
            ),
          ],
        ]
      : [],
  );
  return { ...first, ...Object.fromEntries(own) };
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
