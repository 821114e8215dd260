/**
 * Results of the grid, one JSON document a line. Each carries its block's parameters, weights included, so the fit
 * depends on neither the folding search nor the quantization that once made them.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Block, BlockParams } from '../../src/ir/hardware.js';
import { type Family, RESOURCE_NAMES, type Resources } from '../../src/ir/resources.js';
import { decode, encode } from './json-arrays.js';

export interface GridRow {
  readonly seed: number;
  readonly block: string;
  readonly kind: BlockParams['kind'];
  /** In the order of RESOURCE_NAMES. */
  readonly found: readonly number[];
  readonly params: BlockParams;
}

export const gridFile = (family: Family): string => `bench/estimate/grid-${family}.jsonl`;

export const gridRow = (seed: number, block: Block, found: Resources): GridRow => ({
  seed,
  block: block.name,
  kind: block.params.kind,
  found: RESOURCE_NAMES.map((n) => found[n]),
  params: block.params,
});

export const readRows = (family: Family): GridRow[] =>
  existsSync(gridFile(family))
    ? readFileSync(gridFile(family), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line, decode) as GridRow)
    : [];

/** What a run of the grid was about; rows of it that did not come again are of designs that no longer exist. */
export interface GridRange {
  readonly first: number;
  readonly last: number;
  /** All where absent. */
  readonly kinds?: readonly string[];
}

/** New rows replace those of the range; sorted, so that a rerun gives the same file. */
export function mergeRows(family: Family, rows: readonly GridRow[], range: GridRange): void {
  const { first, last, kinds } = range;
  const isOld = (r: GridRow): boolean =>
    r.seed >= first && r.seed <= last && (kinds?.includes(r.kind) ?? true);
  const all = [...readRows(family).filter((r) => !isOld(r)), ...rows];
  const sorted = all.sort(
    (a, b) => a.kind.localeCompare(b.kind) || a.seed - b.seed || a.block.localeCompare(b.block),
  );
  writeFileSync(gridFile(family), `${sorted.map((r) => JSON.stringify(r, encode)).join('\n')}\n`);
}

export interface GridPoint {
  readonly row: GridRow;
  readonly block: Block;
  readonly found: Resources;
}

export const readGrid = (family: Family): GridPoint[] =>
  readRows(family).map((row) => ({
    row,
    found: Object.fromEntries(RESOURCE_NAMES.map((n, i) => [n, row.found[i]])) as unknown as Resources,
    block: { name: row.block, layer: '', params: row.params, inputs: [], outputs: [] },
  }));
