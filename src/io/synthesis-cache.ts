/**
 * Results of synthesis on disk, by the hash of everything they depend on: the version of the tool, its commands, the
 * library, the block's wrapper and its memory contents. A changed folding then pays only for the blocks it changes.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CellCounts } from '../targets/cells.js';

export interface SynthesisCache {
  get(key: string): CellCounts | undefined;
  set(key: string, cells: CellCounts): void;
}

export const cacheKey = (parts: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex').slice(0, 40);
};

/** `BLNET_CACHE`, else the user's cache folder. */
export const cacheFolder = (): string =>
  join(
    process.env.BLNET_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'blnet'),
    'synthesis',
  );

/** One small JSON file per block. A file that cannot be read is a miss, one that cannot be written is left out. */
export function diskCache(folder: string = cacheFolder()): SynthesisCache {
  return {
    get: (key) => {
      try {
        return JSON.parse(readFileSync(join(folder, `${key}.json`), 'utf8')) as CellCounts;
      } catch {
        return undefined;
      }
    },
    set: (key, cells) => {
      try {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, `${key}.json`), JSON.stringify(cells));
      } catch {
        // A read-only home is no reason to fail: the result only has to be found again next time.
      }
    },
  };
}

export const noCache: SynthesisCache = { get: () => undefined, set: () => undefined };
