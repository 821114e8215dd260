/** The claim of docs/estimates.md, on whole networks that the fit never saw and from what Yosys made of them. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { medianOf, worstOf } from '../../bench/estimate/fit-family.js';
import { readRows } from '../../bench/estimate/grid-file.js';
import { JUDGED } from '../../bench/estimate/judged-networks.js';
import { errorsIn, exactIn, type Judgement, judge, judgementTable } from '../../bench/estimate/judgement.js';

describe('estimate against flat synthesis for xc7', () => {
  let rows: Judgement[] = [];
  beforeAll(() => {
    rows = judge('xc7');
  });

  it('at least 12 networks, none of them in the grid', () => {
    expect(rows.length).toBeGreaterThanOrEqual(12);
    const fitted = new Set(readRows('xc7').map((r) => r.seed));
    expect(JUDGED.filter((n) => fitted.has(n.seed))).toEqual([]);
  });

  it.each(['lut', 'ff'] as const)('%s within 10 %% in the median and 20 %% at worst', (name) => {
    const errors = errorsIn(rows, name);
    expect(medianOf(errors)).toBeLessThanOrEqual(0.1);
    expect(Math.abs(worstOf(errors))).toBeLessThanOrEqual(0.2);
  });

  it.each(['dsp', 'ramb18', 'ramb36'] as const)('%s exact', (name) => {
    expect(exactIn(rows, name)).toBe(rows.length);
  });

  it('the table in the documentation is this one', () => {
    expect(readFileSync('docs/estimates.md', 'utf8')).toContain(judgementTable('xc7', rows));
  });
});
