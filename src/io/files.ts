/** Reading and writing with errors that a user can act on. */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { BlnetError } from '../diagnostics.js';
import { checkLimit, LIMITS, type LimitName } from '../limits.js';

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const PIECE = 2 ** 16;

/** All bytes of an open file. A pipe or a device may have no end, and says nothing of its size. */
function readUpTo(file: number, limit: LimitName, path: string): Uint8Array {
  const { most } = LIMITS[limit];
  const stat = fstatSync(file);
  if (stat.isDirectory()) throw new Error('it is a folder');
  if (stat.isFile()) checkLimit(limit, stat.size, path);
  const pieces: Uint8Array[] = [];
  let held = 0;
  while (held <= most) {
    const piece = Buffer.alloc(Math.min(Math.max(PIECE, stat.size - held + 1), most + 1 - held));
    const read = readSync(file, piece, 0, piece.length, null);
    if (read <= 0) break;
    pieces.push(piece.subarray(0, read));
    held += read;
  }
  checkLimit(limit, held, path);
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
}

/** Errors: BLN301, BLN207 for a file of more bytes than `limit` allows. */
export function readBytes(path: string, limit: LimitName = 'documentBytes'): Uint8Array {
  try {
    const file = openSync(path, 'r');
    try {
      return readUpTo(file, limit, path);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof BlnetError) throw error;
    throw new BlnetError('BLN301', { where: path, found: reasonOf(error), hint: 'check the path' });
  }
}

/** Errors: BLN301, BLN207. */
export const readText = (path: string): string => new TextDecoder().decode(readBytes(path));

/** Errors: BLN301, BLN207, BLN107 for text that is not JSON. */
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
