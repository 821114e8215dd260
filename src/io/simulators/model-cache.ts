/**
 * Simulators that Verilator has built, kept by the hash of everything that they are made of: RTL, testbench, Makefile,
 * tools and what the environment tells them. Memory files are read when a simulator runs, so weights are no part of it.
 */
import { copyFileSync, readFileSync, renameSync, statSync, utimesSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheFolder, cacheKey, keepNewest } from '../cache.js';
import { entryAt, makeFolders } from '../folders.js';
import { findTool } from '../process.js';

/** Models that are kept, the last ones used; each has some megabytes. */
const KEPT = 32;
/** Variables that Makefile and tools look at. */
const VARIABLES = ['OPTIMIZE', 'VERILATOR', 'CXX', 'CXXFLAGS', 'CPPFLAGS', 'LDFLAGS', 'MAKEFLAGS'];

/** Stands for a tool's version: the file that is run, without running it. */
function toolText(name: string): string {
  const path = findTool(name);
  if (!path) return `${name} absent`;
  const { size, mtimeMs } = statSync(path);
  return `${path} ${size} ${mtimeMs}`;
}

/** Undefined where a file is missing; make will say so. */
function keyOf(folder: string): string | undefined {
  try {
    const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
    const list = text('filelist.f');
    const sources = list.split(/\s+/).filter((name) => name !== '');
    return cacheKey([
      `${platform()} ${arch()}`,
      ...['verilator', 'verilator_bin', 'g++', 'clang++'].map(toolText),
      ...VARIABLES.map((name) => process.env[name] ?? ''),
      text('Makefile'),
      text('tb/testbench.cpp'),
      list,
      ...sources.map(text),
    ]);
  } catch {
    return undefined;
  }
}

/** Copies under a name of its own first, so that nobody runs half a file. */
function copyWhole(from: string, to: string): void {
  makeFolders(dirname(to));
  const half = `${to}.${process.pid}`;
  copyFileSync(from, half);
  renameSync(half, to);
}

/**
 * Puts the model at `program` where it was built before from the same sources, else builds it and keeps it. Without a
 * cache folder, or one that cannot be written, it is built every time.
 * @param program path of the simulator, relative to the build folder; newer than its sources, it is not built by make
 */
export async function withModel<T>(folder: string, program: string, build: () => Promise<T>): Promise<T> {
  const models = cacheFolder('models');
  const key = models === null ? undefined : keyOf(folder);
  if (models === null || key === undefined) return build();
  const kept = join(models, key);
  const path = join(folder, program);
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch {
      // The cache saves time and nothing else: what it cannot give or keep is built.
    }
  };
  // What lies there may have been built by hand, with other flags: make judges it, and it is not kept.
  if (entryAt(path)) return build();
  const isKept = entryAt(kept) !== undefined;
  if (isKept) attempt(() => copyWhole(kept, path));
  const result = await build();
  attempt(() => {
    if (isKept) utimesSync(kept, new Date(), new Date());
    else copyWhole(path, kept);
    keepNewest(models, KEPT);
  });
  return result;
}
