/** Netlists and routed designs on disk by the hash of all they depend on, compressed; one folder for each. */
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { cacheFolder, keepNewest } from '../cache.js';
import { writeWhole } from '../files.js';

export interface TextCache {
  /** All of the files, or undefined. */
  get(key: string, files: readonly string[]): ReadonlyMap<string, string> | undefined;
  set(key: string, texts: ReadonlyMap<string, string>): void;
}

/** Results that are kept, the last ones used: a netlist of a large part and its three seeds have some 50 megabytes. */
export const KEPT_TEXTS = 48;

export const noTextCache: TextCache = { get: () => undefined, set: () => undefined };

/** A result that is used is not among the oldest; a cache that is only read keeps its order. */
function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // It saves time and nothing else.
  }
}

/** What cannot be read is a miss, what cannot be written is left out. */
export function diskTextCache(folder: string | null = cacheFolder('routing')): TextCache {
  if (folder === null) return noTextCache;
  const pathOf = (key: string, file: string): string => join(folder, key, `${file}.gz`);
  return {
    get: (key, files) => {
      try {
        const texts = new Map(
          files.map((file) => [file, gunzipSync(readFileSync(pathOf(key, file))).toString()]),
        );
        touch(join(folder, key));
        return texts;
      } catch {
        return undefined;
      }
    },
    set: (key, texts) => {
      try {
        for (const [file, text] of texts) writeWhole(pathOf(key, file), gzipSync(text, { level: 1 }));
        keepNewest(folder, KEPT_TEXTS);
      } catch {
        // As in the synthesis cache: the result only has to be found again next time.
      }
    },
  };
}
