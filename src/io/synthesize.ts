/**
 * Synthesises the blocks of an accelerator one by one: what is in the cache is taken from there, the rest goes to
 * Yosys in batches, equal blocks once.
 */

import { assertInternal } from '../diagnostics.js';
import { type CellCounts, type Family, type Resources, resourcesOf } from '../estimate/resources.js';
import { parseStat } from '../estimate/yosys-stat.js';
import {
  memoryFiles,
  type SynthesisUnit,
  synthesisBatch,
  synthesisScript,
  wrapperName,
  wrapperText,
} from './synthesis-batch.js';
import { cacheKey, noCache, type SynthesisCache } from './synthesis-cache.js';
import type { Yosys } from './yosys.js';

export interface SynthesisOptions {
  readonly yosys: Yosys;
  readonly family: Family;
  /** Modules by file name. */
  readonly library: ReadonlyMap<string, string>;
  readonly cache?: SynthesisCache;
  /** Expected LUTs of a unit; they decide what goes into one batch, and how far the work is. */
  readonly weightOf?: (unit: SynthesisUnit) => number;
  /** Share of the work that is done, 0..1. */
  readonly onProgress?: (done: number) => void;
}

/** Expected LUTs of a batch: enough that the start of Yosys costs little, few enough that progress is seen. */
const BATCH_WEIGHT = { native: 3000, wasm: 9000 } as const;

interface Work {
  readonly key: string;
  readonly unit: SynthesisUnit;
  readonly weight: number;
}

export const sourcesOf = (files: Iterable<string>): string[] =>
  [...files].filter((name) => name.endsWith('.v')).sort();

/** What synthesis sees of a Verilog text: no comments, no proofs, no checks of simulations, no blank lines. */
const essence = (text: string): string =>
  text
    .replace(/`ifdef FORMAL[\s\S]*?`endif/g, '')
    .replace(/`ifndef SYNTHESIS[\s\S]*?`endif/g, '')
    .replace(/\/\/.*$/gm, '')
    .replace(/\s+/g, ' ');

/** Texts of the modules that a block is made of: what it instantiates, and what these do. */
function modulesOf(module: string, library: ReadonlyMap<string, string>): string {
  const names = new Set([module]);
  const texts: string[] = [];
  // The set grows while it is walked.
  for (const name of names) {
    const text = essence(library.get(`${name}.v`) ?? '');
    texts.push(text);
    for (const [used] of text.matchAll(/\bblnet_\w+/g)) names.add(used);
  }
  return texts.join('\n');
}

function keyOf(unit: SynthesisUnit, options: SynthesisOptions): string {
  const contents = memoryFiles(unit, 'unit').map(([, text]) => text);
  const { version } = options.yosys;
  return cacheKey([
    version,
    synthesisScript([], 'top', options.family),
    modulesOf(unit.rtl.module, options.library),
    wrapperText(unit, 'unit'),
    ...contents,
  ]);
}

function batches(work: readonly Work[], limit: number): Work[][] {
  const all: Work[][] = [];
  let room = 0;
  for (const w of work) {
    if (room < w.weight || all.length === 0) {
      all.push([]);
      room = limit;
    }
    (all.at(-1) as Work[]).push(w);
    room -= w.weight;
  }
  return all;
}

/** Cells of each unit, in order. Errors: BLN402 when Yosys fails. */
export async function synthesizeCells(
  units: readonly SynthesisUnit[],
  options: SynthesisOptions,
): Promise<CellCounts[]> {
  const cache = options.cache ?? noCache;
  const found = new Map<string, CellCounts>();
  const work = new Map<string, Work>();
  const keys = units.map((unit) => {
    const key = keyOf(unit, options);
    const known = found.get(key) ?? cache.get(key);
    if (known) found.set(key, known);
    else work.set(key, { key, unit, weight: 60 + (options.weightOf?.(unit) ?? 200) });
    return key;
  });
  const total = [...work.values()].reduce((sum, w) => sum + w.weight, 0);
  let done = 0;
  for (const batch of batches([...work.values()], BATCH_WEIGHT[options.yosys.choice])) {
    const { files, top } = synthesisBatch(
      batch.map((w) => w.unit),
      options.library,
    );
    const script = synthesisScript(sourcesOf(files.keys()), top, options.family);
    const stat = parseStat(await options.yosys.run({ files, script }));
    batch.forEach((w, i) => {
      const cells = stat.get(wrapperName(i));
      assertInternal(cells !== undefined, `no statistics of ${w.unit.block.name}`, 'synthesis');
      found.set(w.key, cells);
      cache.set(w.key, cells);
      done += w.weight;
    });
    options.onProgress?.(done / total);
  }
  return keys.map((key) => found.get(key) as CellCounts);
}

/** As `synthesizeCells`, summed to resources. */
export async function synthesizeUnits(
  units: readonly SynthesisUnit[],
  options: SynthesisOptions,
): Promise<Resources[]> {
  const cells = await synthesizeCells(units, options);
  return cells.map((c, i) => resourcesOf(c, options.family, (units[i] as SynthesisUnit).block.name));
}
