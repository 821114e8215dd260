/** Reading and writing with errors that a user can act on. */
import { closeSync, fstatSync, openSync, readSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { BlnetError } from '../diagnostics.js';
import { checkLimit, LIMITS, type LimitName } from '../limits.js';
import { entryAt, errorCode, makeFolders } from './folders.js';
import { sweepFiles, withTemporary } from './temporary.js';

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
  return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
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

/** BLN302 with what helps against the reason. */
export function cannotWrite(path: string, error: unknown): BlnetError {
  if (error instanceof BlnetError) return error;
  const hints: Readonly<Record<string, string>> = {
    ENAMETOOLONG: 'shorten the name: file systems take 255 bytes for one, 4096 for a path',
    ENOSPC: 'make room on the disk, or name a folder on another one',
    EDQUOT: 'make room on the disk, or name a folder on another one',
  };
  return new BlnetError('BLN302', {
    where: path,
    found: reasonOf(error),
    hint: hints[errorCode(error) ?? ''] ?? 'name a folder that you may write to',
  });
}

/**
 * Written in a temporary folder, then put in its place, so that no reader meets half a file. Links are followed;
 * devices and pipes are written to. Errors: BLN302.
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  try {
    makeFolders(dirname(path));
    const target = entryAt(path)?.isSymbolicLink() ? realpathSync.native(path) : path;
    const there = entryAt(target);
    if (there && !there.isFile() && !there.isDirectory()) {
      writeFileSync(target, content);
      return;
    }
    const folder = dirname(target);
    sweepFiles(folder);
    withTemporary(folder, basename(target), (temporary) => {
      writeFileSync(join(temporary, 'file'), content);
      renameSync(join(temporary, 'file'), target);
    });
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Files of a folder by path below it. Errors: BLN302; BLN901 for a path that leads out of the folder. */
export function writeFiles(folder: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  for (const [name, content] of files) {
    const isInside =
      name !== '' && normalize(name) === name && !name.startsWith('..') && !name.startsWith('/');
    if (!isInside) throw new BlnetError('BLN901', { where: folder, found: `a file outside of it: ${name}` });
    writeWhole(join(folder, name), content);
  }
}
