/** The estimate against what Yosys made of whole networks that the fit never saw, from the committed results. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { medianOf, worstOf } from '../../bench/estimate/fit-family.js';
import { readRows } from '../../bench/estimate/grid-file.js';
import { JUDGED } from '../../bench/estimate/judged-networks.js';
import {
  errorsIn,
  exactIn,
  type Judgement,
  judge,
  judgementSummary,
  judgementTable,
  readKept,
  tableFile,
} from '../../bench/estimate/judgement.js';
import { FAMILIES } from '../../src/targets/index.js';

const MEDIAN = 0.1;
const WORST = 0.2;

const isWithin = (errors: readonly number[]): boolean =>
  medianOf(errors) <= MEDIAN && Math.abs(worstOf(errors)) <= WORST;

describe.each(FAMILIES)('held-out networks on %s', (family) => {
  const rows = judge(family);
  const networks = JUDGED[family];

  it('are all those of the list, and in no grid', () => {
    expect(rows.length).toBeGreaterThanOrEqual(12);
    expect(readKept(family).map((k) => k.network)).toEqual(networks);
    const seeds = new Set(readRows(family).map((r) => r.seed));
    expect(networks.filter((n) => seeds.has(n.seed))).toEqual([]);
  });

  it.each(['lut', 'ff'] as const)('%s: 10 %% in the median, 20 %% at worst', (name) => {
    const errors = errorsIn(rows, name);
    expect({ median: medianOf(errors), worst: worstOf(errors), isWithin: isWithin(errors) }).toMatchObject({
      isWithin: true,
    });
  });

  it('DSPs and block RAM are exact', () => {
    for (const name of ['dsp', 'ramb18', 'ramb36'] as const) expect(exactIn(rows, name)).toBe(rows.length);
  });

  it('the committed table is this one, and the document sums it up', () => {
    expect(readFileSync(tableFile(family), 'utf8')).toBe(`${judgementTable(family, rows)}\n`);
    const document = readFileSync('docs/estimates.md', 'utf8').replaceAll(/\s+/g, ' ');
    expect(document).toContain(judgementSummary(family, rows));
  });

  it('a planted fault is seen: a quarter too many LUTs, one DSP too many', () => {
    const faulty = rows.map(
      (r): Judgement => ({
        ...r,
        estimate: { ...r.estimate, lut: 1.25 * r.estimate.lut, dsp: r.estimate.dsp + 1 },
      }),
    );
    expect(isWithin(errorsIn(faulty, 'lut'))).toBe(false);
    expect(exactIn(faulty, 'dsp')).toBe(0);
  });
});
