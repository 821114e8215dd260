/**
 * Fits the coefficients of src/targets/*-coefficients.ts to the grids' results and prints how well each kind is met;
 * with --verbose every block. Needs no Yosys.
 * Usage: node build/bench-js/bench/estimate/fit.js [--verbose]
 */
import { existsSync, writeFileSync } from 'node:fs';
import { type Bill, type Coefficients, PART_NAMES, PARTS } from '../../src/ir/bill.js';
import type { Family } from '../../src/ir/resources.js';
import { FAMILIES } from '../../src/targets/index.js';
import { type BlockError, errorsOf, fitCoefficients, measuredGrid, medianOf, worstOf } from './fit-family.js';
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

const unitsOf = (bill: Bill): object =>
  Object.fromEntries(PART_NAMES.filter((n) => bill.of(n) !== 0).map((n) => [n, bill.of(n)]));

function printBlocks(errors: readonly BlockError[]): void {
  for (const { measured, lut, lutError, isExact } of errors) {
    const { row, found, bill } = measured;
    const memory = isExact ? '' : ` NOT EXACT ${JSON.stringify(bill.exact)} ${JSON.stringify(found)}`;
    process.stdout.write(
      `${row.seed} ${row.block} ${row.kind}: lut ${lut.toFixed(0)}/${found.lut} ${percent(lutError)} ff ${bill.of('ff')}/${found.ff}` +
        `${memory} ${JSON.stringify(unitsOf(bill))}\n`,
    );
  }
}

function fitFamily(family: Family): Coefficients {
  const grid = measuredGrid(family);
  const coefficients = fitCoefficients(family, grid);
  const errors = errorsOf(grid, coefficients);
  if (process.argv.includes('--verbose')) printBlocks(errors);
  printKinds(family, errors);
  return coefficients;
}

const lines = (c: Coefficients): string =>
  PART_NAMES.map((name) => `  // LUTs per ${PARTS[name].unit}\n  ${name}: ${c[name]},`).join('\n');

for (const family of FAMILIES) {
  if (!existsSync(gridFile(family))) continue;
  writeFileSync(
    `src/targets/${family}-coefficients.ts`,
    `/**
 * LUTs per unit of each part for ${family}. Written by bench/estimate/fit.ts from bench/estimate/grid-${family}.jsonl: do not
 * edit, fit again (docs/estimates.md says how).
 */
import type { Coefficients } from '../ir/bill.js';

export const ${family.toUpperCase()}_COEFFICIENTS: Coefficients = {
${lines(fitFamily(family))}
};
`,
  );
}
