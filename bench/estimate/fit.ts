/**
 * Fits the coefficients of src/estimate/coefficients.ts to the grid's results and prints how well each kind is met;
 * with --verbose every block. Needs no Yosys.
 * Usage: node build/bench-js/bench/estimate/fit.js [--verbose]
 */
import { existsSync, writeFileSync } from 'node:fs';
import { PARTS } from '../../src/estimate/bill.js';
import type { Coefficients } from '../../src/estimate/price.js';
import type { Family } from '../../src/estimate/resources.js';
import {
  type BlockError,
  errorsOf,
  fitCoefficients,
  measuredGrid,
  medianOf,
  PART_NAMES,
  worstOf,
} from './fit-family.js';
import { gridFile } from './grid-file.js';

const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;

function printKinds(family: Family, errors: readonly BlockError[]): void {
  process.stdout.write(`${family}: ${errors.length} blocks\n`);
  for (const kind of new Set(errors.map((e) => e.measured.row.kind))) {
    const of = errors.filter((e) => e.measured.row.kind === kind);
    const summary = (v: number[]) => `median ${percent(medianOf(v))} worst ${percent(worstOf(v))}`;
    const lut = summary(of.map((e) => e.lutError));
    const ff = summary(of.map((e) => e.ffError));
    const exact = of.filter((e) => e.isExact).length;
    process.stdout.write(
      `  ${kind.padEnd(14)} ${String(of.length).padStart(3)}  LUT ${lut}, FF ${ff}, DSP and memory exact ${exact}\n`,
    );
  }
}

function printBlocks(errors: readonly BlockError[]): void {
  for (const { measured, lut, isExact } of errors) {
    const { row, found, bill } = measured;
    const memory = isExact ? '' : ` NOT EXACT ${JSON.stringify(bill.exact)} ${JSON.stringify(found)}`;
    process.stdout.write(
      `${row.seed} ${row.block} ${row.kind}: lut ${lut.toFixed(0)}/${found.lut} ff ${bill.exact.ff}/${found.ff}` +
        `${memory} ${JSON.stringify(bill.parts)}\n`,
    );
  }
}

function fitFamily(family: Family): Coefficients {
  const grid = measuredGrid(family);
  const coefficients = fitCoefficients(grid);
  const errors = errorsOf(grid, coefficients);
  if (process.argv.includes('--verbose')) printBlocks(errors);
  printKinds(family, errors);
  return coefficients;
}

/** xc7 first: a family without a grid of its own has its coefficients. */
const FAMILIES: readonly Family[] = ['xc7', 'xcup', 'ecp5'];
const fitted = new Map(FAMILIES.filter((f) => existsSync(gridFile(f))).map((f) => [f, fitFamily(f)]));

const constantOf = (family: Family): string => family.toUpperCase();
const lines = (c: Coefficients): string =>
  PART_NAMES.map((name) => `  // LUTs per ${PARTS[name].unit}\n  ${name}: ${c[name]},`).join('\n');
const tables = [...fitted].map(([f, c]) => `const ${constantOf(f)}: Coefficients = {\n${lines(c)}\n};\n`);
const entries = FAMILIES.map((f) =>
  fitted.has(f) ? `  ${f}: ${constantOf(f)},` : `  // No grid of its own.\n  ${f}: ${constantOf('xc7')},`,
);
writeFileSync(
  'src/estimate/coefficients.ts',
  `/**
 * LUTs per unit of each part, by family. Written by bench/estimate/fit.ts from bench/estimate/grid-*.jsonl: do not
 * edit, fit again (docs/estimates.md says how).
 */
import type { Coefficients } from './price.js';
import type { Family } from './resources.js';

${tables.join('\n')}
export const COEFFICIENTS: Readonly<Record<Family, Coefficients>> = {
${entries.join('\n')}
};
`,
);
