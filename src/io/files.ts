/** Reading and writing with errors that a user can act on. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { BlnetError } from '../diagnostics.js';

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Errors: BLN301. */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new BlnetError('BLN301', { where: path, found: reasonOf(error), hint: 'check the path' });
  }
}

export const readText = (path: string): string => new TextDecoder().decode(readBytes(path));

/** Errors: BLN301, BLN107 for text that is not JSON. */
export function readJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BlnetError('BLN107', { where: path, found: reasonOf(error), need: 'a JSON document' });
  }
}

/** Written under a temporary name, then renamed, so that no reader meets half a file. Errors: BLN302. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.tmp-${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new BlnetError('BLN302', {
      where: path,
      found: reasonOf(error),
      hint: 'name a folder that you may write to',
    });
  }
}
