/** Steps in the file system that others are made of: folders made one by one, removals that may find nothing left. */
import { lstatSync, mkdirSync, rmdirSync, type Stats, statSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';

export const errorCode = (error: unknown): string | undefined => (error as NodeJS.ErrnoException)?.code;

/** Without following a link; undefined where nothing is. */
export function entryAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The folder and those above it. Node's own recursive mkdir never returns in /proc. */
export function makeFolders(path: string): void {
  const parent = dirname(path);
  if (parent !== path && !entryAt(path) && !entryAt(parent)) makeFolders(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Made before, or by somebody else meanwhile; a link to a folder does, too.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

const ABSENT = new Set(['ENOENT', 'ENOTDIR']);

export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!ABSENT.has(errorCode(error) ?? '')) throw error;
  }
}

/** Removes a folder that holds nothing; one that does stays. */
export function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!ABSENT.has(errorCode(error) ?? '') && !['ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? ''))
      throw error;
  }
}
