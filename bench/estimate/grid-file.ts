/**
 * Results of the grid, one JSON document a line. Blocks without constant memories carry their parameters; the others
 * are made again from their seed.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type Family, RESOURCE_NAMES, type Resources } from '../../src/estimate/resources.js';
import type { Block, BlockParams } from '../../src/ir/hardware.js';
import { gridDesign } from './designs.js';

export interface GridRow {
  readonly seed: number;
  readonly block: string;
  readonly kind: BlockParams['kind'];
  /** In the order of RESOURCE_NAMES. */
  readonly found: readonly number[];
  readonly params?: BlockParams;
}

export const gridFile = (family: Family): string => `bench/estimate/grid-${family}.jsonl`;

const hasArrays = (params: object): boolean =>
  Object.values(params).some(
    (v) => ArrayBuffer.isView(v) || (typeof v === 'object' && v !== null && hasArrays(v)),
  );

export function gridRow(seed: number, block: Block, found: Resources): GridRow {
  const row = {
    seed,
    block: block.name,
    kind: block.params.kind,
    found: RESOURCE_NAMES.map((n) => found[n]),
  };
  return hasArrays(block.params) ? row : { ...row, params: block.params };
}

export const readRows = (family: Family): GridRow[] =>
  existsSync(gridFile(family))
    ? readFileSync(gridFile(family), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as GridRow)
    : [];

/** New rows replace those of the same seed and block; sorted, so that a rerun gives the same file. */
export function mergeRows(family: Family, rows: readonly GridRow[]): void {
  const all = new Map([...readRows(family), ...rows].map((r) => [`${r.seed} ${r.block}`, r]));
  const sorted = [...all.values()].sort(
    (a, b) => a.kind.localeCompare(b.kind) || a.seed - b.seed || a.block.localeCompare(b.block),
  );
  writeFileSync(gridFile(family), `${sorted.map((r) => JSON.stringify(r)).join('\n')}\n`);
}

export interface GridPoint {
  readonly row: GridRow;
  readonly block: Block;
  readonly found: Resources;
}

export function readGrid(family: Family): GridPoint[] {
  const designs = new Map<number, ReturnType<typeof gridDesign>>();
  return readRows(family).map((row) => {
    const found = Object.fromEntries(RESOURCE_NAMES.map((n, i) => [n, row.found[i]])) as unknown as Resources;
    if (row.params) {
      return {
        row,
        found,
        block: { name: row.block, layer: '', params: row.params, inputs: [], outputs: [] },
      };
    }
    const hw = designs.get(row.seed) ?? gridDesign(row.seed);
    designs.set(row.seed, hw);
    const block = hw.blocks.find((b) => b.name === row.block);
    if (!block)
      throw new Error(`${gridFile(family)}: seed ${row.seed} has no block ${row.block}: run the grid again`);
    return { row, found, block };
  });
}
