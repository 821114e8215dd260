/**
 * Fits the coefficients of src/estimate/coefficients.ts to the grid's results (bench/estimate/grid-FAMILY.jsonl) and
 * prints how well each kind is met. Needs no Yosys: designs are made again from their seeds.
 * Usage: node build/bench-js/bench/estimate/fit.js
 */
import { existsSync, writeFileSync } from 'node:fs';
import { PARTS, type Part } from '../../src/estimate/bill.js';
import { billOf } from '../../src/estimate/bills/index.js';
import { logicLuts, type ResolvedBill, resolveBill } from '../../src/estimate/price.js';
import type { Family, Resources } from '../../src/estimate/resources.js';
import { KINDS } from '../../src/kinds/index.js';
import { gridFile, readGrid } from './grid-file.js';
import { type Point, solve } from './least-squares.js';

const NAMES = Object.keys(PARTS) as Part[];
/** How strongly coefficients are held to their expected values. */
const RIDGE = 0.003;

interface Measured {
  readonly seed: number;
  readonly block: string;
  readonly kind: string;
  readonly found: Resources;
  readonly bill: ResolvedBill;
}

function measured(family: Family): Measured[] {
  return readGrid(family).map(({ row, found, block }) => ({
    ...row,
    found,
    bill: resolveBill(billOf(KINDS, block), family),
  }));
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;

function fitFamily(family: Family): Record<string, number> {
  const grid = measured(family);
  const points = grid.map(
    ({ bill, found }): Point => ({
      row: NAMES.map((name) => bill.parts[name] ?? 0),
      y: found.lut - bill.exact.lut,
      // Relative errors count, except on tiny blocks.
      weight: 1 / (found.lut + 40),
    }),
  );
  const x = solve(
    points,
    NAMES.map((name) => PARTS[name].expected),
    RIDGE,
  );
  const coefficients = Object.fromEntries(
    NAMES.map((name, i) => [name, Math.round(1000 * (x[i] as number)) / 1000]),
  );
  const verbose = process.argv.includes('--verbose');
  const byKind = new Map<string, { lut: number[]; ff: number[]; exact: number; all: number }>();
  for (const m of grid) {
    const lut = m.bill.exact.lut + logicLuts(m.bill.parts, coefficients);
    const error = {
      lut: (lut - m.found.lut) / Math.max(1, m.found.lut),
      ff: (m.bill.exact.ff - m.found.ff) / Math.max(1, m.found.ff),
    };
    const entry = byKind.get(m.kind) ?? { lut: [], ff: [], exact: 0, all: 0 };
    entry.lut.push(error.lut);
    entry.ff.push(error.ff);
    entry.all++;
    const exact = (['dsp', 'ramb18', 'ramb36', 'lutram'] as const).every(
      (n) => m.bill.exact[n] === m.found[n],
    );
    if (exact) entry.exact++;
    byKind.set(m.kind, entry);
    if (verbose) {
      const e = m.bill.exact;
      process.stdout.write(
        `${m.seed} ${m.block} ${m.kind}: lut ${lut.toFixed(0)}/${m.found.lut} ff ${e.ff}/${m.found.ff}` +
          `${exact ? '' : ` MEMORY/DSP ${JSON.stringify(e)} ${JSON.stringify(m.found)}`} ${JSON.stringify(m.bill.parts)}\n`,
      );
    }
  }
  process.stdout.write(`${family}: ${grid.length} blocks\n`);
  for (const [kind, { lut, ff, exact, all }] of byKind) {
    const worst = (v: number[]) => percent(v.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0));
    process.stdout.write(
      `  ${kind.padEnd(14)} ${String(all).padStart(3)}  LUT median ${percent(median(lut.map(Math.abs)))} worst ${worst(lut)}` +
        `  FF median ${percent(median(ff.map(Math.abs)))} worst ${worst(ff)}  DSP and memory exact ${exact}/${all}\n`,
    );
  }
  return coefficients;
}

const FAMILIES: readonly Family[] = ['xc7', 'xcup', 'ecp5'];
const all = FAMILIES.filter((f) => existsSync(gridFile(f))).map((f) => [f, fitFamily(f)] as const);
const record = (c: Record<string, number>): string =>
  NAMES.map((name) => `    // LUTs per ${PARTS[name].unit}\n    ${name}: ${c[name]},`).join('\n');
// A family without a grid of its own borrows that of the first.
const table = FAMILIES.map((f) => {
  const found = all.find(([family]) => family === f) ?? all[0];
  return `  ${f}: {\n${record((found as (typeof all)[number])[1])}\n  },`;
});
writeFileSync(
  'src/estimate/coefficients.ts',
  `/**
 * LUTs per unit of each part, by family. Written by bench/estimate/fit.ts from bench/estimate/grid-*.jsonl: do not edit,
 * fit again (docs/estimates.md says how).
 */
import type { Coefficients } from './price.js';
import type { Family } from './resources.js';

export const COEFFICIENTS: Readonly<Record<Family, Coefficients>> = {
${table.join('\n')}
};
`,
);
