/** Formulas and coefficients against the committed results of Yosys, without Yosys. */
import { describe, expect, it } from 'vitest';
import {
  errorsOf,
  fitCoefficients,
  type Measured,
  measuredGrid,
  medianOf,
  worstOf,
} from '../../bench/estimate/fit-family.js';
import { Bill, type Coefficients } from '../../src/ir/bill.js';
import type { KindName } from '../../src/ir/hardware.js';
import type { Family } from '../../src/ir/resources.js';
import { KINDS } from '../../src/kinds/index.js';
import { FAMILIES, FAMILY_DATA } from '../../src/targets/index.js';

const COEFFICIENTS = Object.fromEntries(FAMILIES.map((f) => [f, FAMILY_DATA[f].coefficients])) as Readonly<
  Record<Family, Coefficients>
>;
const grids = new Map(FAMILIES.map((f) => [f, measuredGrid(f)]));
const gridOf = (family: Family): Measured[] => grids.get(family) as Measured[];

/** Errors of one kind's blocks. */
function kindErrors(family: Family, kind: KindName, coefficients: Coefficients = COEFFICIENTS[family]) {
  return errorsOf(
    gridOf(family).filter((m) => m.row.kind === kind),
    coefficients,
  );
}
/**
 * LUTs that are missed in the median and by the worst block, where it is more: functions differ in what they share,
 * products in how far their factors reach, and small blocks miss a few of few.
 */
const MEDIAN: Partial<Record<KindName, number>> = { lookup: 0.16, product: 0.2, select: 0.16 };
const WORST: Partial<Record<KindName, number>> = {
  lookup: 0.4,
  concat: 0.5,
  pointwise: 0.36,
  product: 0.35,
  select: 0.5,
};
const WORST_FF: Partial<Record<KindName, number>> = { product: 0.2, pointwise: 0.2 };
/** Between copies of a pipeline; in no grid yet: their bills are made of parts that others measure. */
const UNMEASURED = new Set<KindName>(['merge', 'turn']);
/** Memories of shuffled lanes, of which Yosys drops some columns and keeps others. */
const UNFOLLOWED = new Set<KindName>(['select']);

describe.each(FAMILIES)('%s', (family) => {
  it('coefficients are what the fit gives: edit the formulas, then fit again', () => {
    expect(fitCoefficients(family, gridOf(family))).toEqual(COEFFICIENTS[family]);
  });

  it('DSPs, block RAM and LUT RAM of every block are exact', () => {
    const wrong = errorsOf(gridOf(family), COEFFICIENTS[family]).filter(
      (e) => !e.isExact && !UNFOLLOWED.has(e.measured.row.kind),
    );
    expect(wrong.map(({ measured: m }) => [m.row.seed, m.row.block, m.bill.exact, m.found])).toEqual([]);
  });

  const measured = (Object.keys(KINDS) as KindName[]).filter((k) => !UNMEASURED.has(k));
  it.each(measured)('%s: LUTs and flip-flops', (kind) => {
    const errors = kindErrors(family, kind);
    expect(errors.length).toBeGreaterThan(0);
    expect(medianOf(errors.map((e) => e.lutError))).toBeLessThan(MEDIAN[kind] ?? 0.12);
    expect(Math.abs(worstOf(errors.map((e) => e.lutError)))).toBeLessThan(WORST[kind] ?? 0.25);
    expect(medianOf(errors.map((e) => e.ffError))).toBeLessThan(0.08);
    expect(Math.abs(worstOf(errors.map((e) => e.ffError)))).toBeLessThan(WORST_FF[kind] ?? 0.15);
  });
});

describe('a planted fault is seen', () => {
  it('a coefficient that is off by half', () => {
    const faulty = { ...COEFFICIENTS.xc7, fifoBit: 1.5 * COEFFICIENTS.xc7.fifoBit };
    expect(medianOf(kindErrors('xc7', 'fork').map((e) => e.lutError))).toBeLessThan(0.02);
    expect(medianOf(kindErrors('xc7', 'fork', faulty).map((e) => e.lutError))).toBeGreaterThan(0.3);
  });

  it('a register that is not counted', () => {
    const [first, ...rest] = gridOf('xc7').filter((m) => m.row.kind === 'fork') as [Measured, ...Measured[]];
    const bill = new Bill().include(first.bill).add('ff', -1);
    const errors = errorsOf([{ ...first, bill }, ...rest], COEFFICIENTS.xc7);
    expect(errors.filter((e) => e.ffError !== 0)).toHaveLength(1);
  });
});
