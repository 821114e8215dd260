/**
 * Synthesises the blocks of an accelerator one by one: what is in the cache is taken from there, the rest goes to
 * Yosys in batches, equal blocks once, several batches side by side. What fails or takes too long in company is tried
 * again alone, so that one block costs its neighbours nothing but time.
 */

import { BlnetError } from '../../diagnostics.js';
import { parseStat } from '../../estimate/yosys-stat.js';
import type { Family, Resources } from '../../ir/resources.js';
import { type CellCounts, resourcesOf } from '../../targets/cells.js';
import { cacheKey } from '../cache.js';
import { drain } from '../drain.js';
import {
  memoryFiles,
  type SynthesisUnit,
  statOf,
  synthesisBatch,
  synthesisScript,
  wrapperName,
  wrapperText,
} from './synthesis-batch.js';
import { noCache, type SynthesisCache } from './synthesis-cache.js';
import { SynthesisMeter, type SynthesisProgress } from './synthesis-progress.js';
import type { Yosys } from './yosys.js';

export interface SynthesisOptions {
  readonly yosys: Yosys;
  readonly family: Family;
  /** Modules by file name. */
  readonly library: ReadonlyMap<string, string>;
  readonly cache?: SynthesisCache;
  /** Expected LUTs of a unit; they decide what goes into one batch, and how far the work is. */
  readonly weightOf?: (unit: SynthesisUnit) => number;
  /** Runs of Yosys side by side, 1 or more; 1 where absent. */
  readonly jobs?: number | undefined;
  /** Seconds that one run may take. */
  readonly limitSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** When a batch starts and when it ends; always the same object. */
  readonly onProgress?: ((progress: SynthesisProgress) => void) | undefined;
}

/** What came of a unit: its resources, or why there are none. */
export type Synthesis = (
  | { readonly resources: Resources; readonly problem: null }
  | { readonly resources: null; readonly problem: string }
) & {
  /** Known from an earlier run. */
  readonly cached: boolean;
};

/**
 * Expected LUTs of a batch: enough that the start of Yosys costs little (it reads its libraries in the time of some
 * 400 LUTs), few enough that progress is seen and an interruption loses little.
 */
const BATCH_WEIGHT = { native: 3000, wasm: 6000 } as const;
/** Smaller batches than this are not made only to keep all jobs busy. */
const LEAST_WEIGHT = 500;

interface Work {
  readonly key: string;
  readonly unit: SynthesisUnit;
  readonly weight: number;
}

type Cells = CellCounts | { readonly problem: string };

/** The Verilog files among some, for scripts. Errors: BLN303 for a name that would be more than one word there. */
export function sourcesOf(files: Iterable<string>): string[] {
  const sources = [...files].filter((name) => name.endsWith('.v')).sort();
  const odd = sources.find((name) => !/^[A-Za-z0-9][A-Za-z0-9_./-]*$/.test(name));
  if (odd === undefined) return sources;
  throw new BlnetError('BLN303', {
    where: odd,
    found: 'a Verilog file of a name that blnet never writes',
    need: 'names of letters, digits and _ . -',
    hint: 'compile again, or take the file out of the build',
  });
}

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

/** Runs side by side: none where they would share this thread. */
export const jobsOf = (yosys: Yosys, asked = 1): number => (yosys.parallel ? asked : 1);

const weightOf = (work: readonly Work[]): number => work.reduce((sum, w) => sum + w.weight, 0);

interface Bin {
  readonly work: Work[];
  room: number;
}

/** First fit, heaviest first: few batches, and none of the heavy ones is left alone at the end. */
function batches(work: readonly Work[], limit: number): Work[][] {
  const bins: Bin[] = [];
  for (const w of [...work].sort((a, b) => b.weight - a.weight)) {
    let bin = bins.find((b) => b.room >= w.weight);
    if (!bin) {
      bin = { work: [], room: limit };
      bins.push(bin);
    }
    bin.work.push(w);
    bin.room -= w.weight;
  }
  return bins.map((b) => b.work);
}

/** Cells of the units of a batch, in order. Errors: BLN402, or the signal's reason. */
async function runBatch(batch: readonly Work[], options: SynthesisOptions): Promise<CellCounts[]> {
  const { limitSeconds, signal } = options;
  const { files, top } = synthesisBatch(
    batch.map((w) => w.unit),
    options.library,
  );
  const script = synthesisScript(sourcesOf(files.keys()), top, options.family);
  const stat = parseStat(await statOf(options.yosys, { files, script, limitSeconds, signal }));
  return batch.map((w, i) => {
    const cells = stat.get(wrapperName(i));
    if (cells) return cells;
    throw new BlnetError('BLN402', {
      where: 'yosys stat -json',
      found: `nothing about ${w.unit.block.name}`,
      hint: 'run Yosys by hand to see its log',
    });
  });
}

async function synthesizeWork(
  work: readonly Work[],
  options: SynthesisOptions,
  onCells: (key: string, cells: Cells) => void,
): Promise<void> {
  const { yosys, onProgress } = options;
  const total = weightOf(work);
  const jobs = jobsOf(yosys, options.jobs);
  const meter = new SynthesisMeter(work.length, total);
  const limit = Math.max(LEAST_WEIGHT, Math.min(BATCH_WEIGHT[yosys.choice], total / jobs));
  const queue = batches(work, limit);
  await drain(queue, jobs, async (batch) => {
    const ended = meter.start({
      name: batch[0].unit.block.name,
      blocks: batch.length,
      weight: weightOf(batch),
    });
    onProgress?.(meter);
    let settled = false;
    try {
      const cells = await runBatch(batch, options);
      settled = true;
      batch.forEach((w, i) => {
        onCells(w.key, cells[i]);
      });
    } catch (error) {
      if (options.signal?.aborted || !(error instanceof BlnetError)) throw error;
      settled = batch.length === 1;
      if (settled) onCells(batch[0].key, { problem: error.diagnostic.found });
      else queue.unshift(...batch.map((w) => [w]));
    } finally {
      ended(settled);
      onProgress?.(meter);
    }
  });
}

/** A netlist may hold cells that nobody here knows how to count. */
function counted(cells: CellCounts, family: Family, name: string) {
  try {
    return { resources: resourcesOf(cells, family, name), problem: null };
  } catch (error) {
    if (!(error instanceof BlnetError)) throw error;
    return { resources: null, problem: error.diagnostic.found };
  }
}

/** What came of each unit, in order. Errors: the signal's reason. */
export async function synthesizeEach(
  units: readonly SynthesisUnit[],
  options: SynthesisOptions,
): Promise<Synthesis[]> {
  const cache = options.cache ?? noCache;
  const found = new Map<string, Cells>();
  const work = new Map<string, Work>();
  const keys = units.map((unit) => {
    const key = keyOf(unit, options);
    const known = found.get(key) ?? cache.get(key);
    if (known) found.set(key, known);
    else work.set(key, { key, unit, weight: 60 + (options.weightOf?.(unit) ?? 200) });
    return key;
  });
  await synthesizeWork([...work.values()], options, (key, cells) => {
    found.set(key, cells);
    if (!('problem' in cells)) cache.set(key, cells);
  });
  return keys.map((key, i): Synthesis => {
    const cells = found.get(key) as Cells;
    const cached = !work.has(key);
    if ('problem' in cells) return { resources: null, problem: cells.problem as string, cached };
    return { ...counted(cells, options.family, units[i].block.name), cached };
  });
}

/** As `synthesizeEach`, for those who need them all. Errors: BLN402 for the first unit that has no result. */
export async function synthesizeUnits(
  units: readonly SynthesisUnit[],
  options: SynthesisOptions,
): Promise<Resources[]> {
  const results = await synthesizeEach(units, options);
  return results.map((r, i) => {
    if (r.resources) return r.resources;
    throw new BlnetError('BLN402', { where: units[i].block.name, found: r.problem });
  });
}
