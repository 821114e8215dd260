/**
 * Results of synthesis on disk, by the hash of everything they depend on: the version of the tool, its commands, the
 * library, the block's wrapper and its memory contents. A changed folding then pays only for the blocks it changes.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { Check } from 'typebox/value';
import { CELLS_SCHEMA } from '../../schema/results.js';
import type { CellCounts } from '../../targets/cells.js';
import { writeWhole } from '../files.js';

export interface SynthesisCache {
  get(key: string): CellCounts | undefined;
  set(key: string, cells: CellCounts): void;
}

export const cacheKey = (parts: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex').slice(0, 40);
};

/** `BLNET_CACHE`, else the user's cache folder; an empty variable counts as none. Null where the user has no home. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, home = homedir()): string | null {
  const { BLNET_CACHE: own, XDG_CACHE_HOME: shared } = env;
  if (own) return join(own, 'synthesis');
  // The XDG specification wants relative paths ignored.
  if (shared && isAbsolute(shared)) return join(shared, 'blnet', 'synthesis');
  return home ? join(home, '.cache', 'blnet', 'synthesis') : null;
}

/** One small JSON file per block. A file that holds no counts is a miss, one that cannot be written is left out. */
export function diskCache(folder: string | null = cacheFolder()): SynthesisCache {
  if (folder === null) return noCache;
  return {
    get: (key) => {
      try {
        const cells: unknown = JSON.parse(readFileSync(join(folder, `${key}.json`), 'utf8'));
        return Check(CELLS_SCHEMA, cells) ? cells : undefined;
      } catch {
        return undefined;
      }
    },
    set: (key, cells) => {
      try {
        writeWhole(join(folder, `${key}.json`), JSON.stringify(cells));
      } catch {
        // A read-only home is no reason to fail: the result only has to be found again next time.
      }
    },
  };
}

export const noCache: SynthesisCache = { get: () => undefined, set: () => undefined };
