/** A file read in parts, so that a large one never lies in memory as a whole; pipes and devices end where asked to. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { PartReader } from '../images/part-reader.js';

/** Opens `path` for the duration of a generator. Errors: those of node:fs. */
export function* readParts<T>(path: string, body: (reader: PartReader) => Generator<T>): Generator<T> {
  const file = openSync(path, 'r');
  try {
    const stat = fstatSync(file);
    const next = (length: number): Uint8Array => {
      const bytes = new Uint8Array(length);
      let held = 0;
      while (held < length) {
        const read = readSync(file, bytes, held, length - held, null);
        if (read === 0) break;
        held += read;
      }
      return bytes.subarray(0, held);
    };
    yield* body({ next, size: stat.isFile() ? stat.size : null });
  } finally {
    closeSync(file);
  }
}
