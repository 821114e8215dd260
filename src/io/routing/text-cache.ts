/** Netlists and routed designs on disk by the hash of all they depend on, compressed; one folder for each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { cacheFolder } from '../cache.js';
import { writeWhole } from '../files.js';

export interface TextCache {
  /** All of the files, or undefined. */
  get(key: string, files: readonly string[]): ReadonlyMap<string, string> | undefined;
  set(key: string, texts: ReadonlyMap<string, string>): void;
}

export const noTextCache: TextCache = { get: () => undefined, set: () => undefined };

/** What cannot be read is a miss, what cannot be written is left out. */
export function diskTextCache(folder: string | null = cacheFolder('routing')): TextCache {
  if (folder === null) return noTextCache;
  const pathOf = (key: string, file: string): string => join(folder, key, `${file}.gz`);
  return {
    get: (key, files) => {
      try {
        return new Map(files.map((file) => [file, gunzipSync(readFileSync(pathOf(key, file))).toString()]));
      } catch {
        return undefined;
      }
    },
    set: (key, texts) => {
      try {
        for (const [file, text] of texts) writeWhole(pathOf(key, file), gzipSync(text, { level: 1 }));
      } catch {
        // As in the synthesis cache: the result only has to be found again next time.
      }
    },
  };
}
