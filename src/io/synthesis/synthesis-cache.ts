/**
 * Results of synthesis on disk, by the hash of everything they depend on: the version of the tool, its commands, the
 * library, the block's wrapper and its memory contents. A changed folding then pays only for the blocks it changes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Check } from 'typebox/value';
import { CELLS_SCHEMA } from '../../schema/results.js';
import type { CellCounts } from '../../targets/cells.js';
import { cacheFolder } from '../cache.js';
import { writeWhole } from '../files.js';

export interface SynthesisCache {
  get(key: string): CellCounts | undefined;
  set(key: string, cells: CellCounts): void;
}

/** One small JSON file per block. A file that holds no counts is a miss, one that cannot be written is left out. */
export function diskCache(folder: string | null = cacheFolder('synthesis')): SynthesisCache {
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
