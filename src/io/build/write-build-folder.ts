/**
 * Writes a build folder whole or not at all. One writer at a time: the lock beside the folder keeps other compilations
 * out, the lock inside an earlier build whoever works in it.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BlnetError } from '../../diagnostics.js';
import { cannotWrite } from '../files.js';
import { entryAt, makeFolders, removeFile, removeIfEmpty } from '../folders.js';
import { holderOf, inUse, type Lock, takeLock } from '../lock.js';
import { litterIn, makeTemporary, removeTemporary, type Temporary } from '../temporary.js';
import { MARK_FILE } from '../../report/build-files.js';
import { LOCK, newMark } from './mark.js';
import { checkOutput, type Output, resolveOutput } from './output-folder.js';
import { replaceFolder, settle } from './replace-folder.js';

const PURPOSE = 'blnet compile';

/** Beside the folder; a hash, since a long name could not get longer. */
const lockBeside = (target: string): string => {
  const hash = createHash('sha256').update(basename(target)).digest('hex').slice(0, 12);
  return join(dirname(target), `.blnet-lock-${hash}`);
};

/** Who writes the folder at this moment. */
export const writerOf = (target: string): string | undefined => holderOf(lockBeside(target));

/** Finishes or undoes what killed runs left in the folder above a build. */
export function settleBeside(parent: string): void {
  for (const litter of litterIn(parent)) {
    try {
      settleOne(join(parent, litter.target), litter);
    } catch {
      // Somebody is at it, or we may not write here: whoever writes next will try again.
    }
  }
}

function settleOne(target: string, litter: Temporary): void {
  if (litter.target === '') return removeTemporary(litter.path);
  const lock = takeLock(lockBeside(target), target, PURPOSE);
  try {
    settle(litter);
    const inside = join(target, LOCK);
    if (entryAt(inside) && holderOf(inside) === undefined) removeFile(inside);
  } finally {
    lock.release();
  }
}

/**
 * Before long work: what killed runs left is put in order, and what would be refused in the end is refused now.
 * Errors: BLN302; BLN304 when somebody works in the folder.
 */
export function prepareOutput(path: string, inputs: readonly string[]): void {
  const output = resolveOutput(path);
  if (entryAt(output.parent)) settleBeside(output.parent);
  checkOutput(output, inputs);
  for (const lock of [lockBeside(output.target), join(output.target, LOCK)]) {
    const holder = holderOf(lock);
    if (holder !== undefined) throw inUse(path, holder, lock);
  }
}

const NAME_BYTES = 255;

/** Names of layers become names of files. */
function checkNames(path: string, names: Iterable<string>): void {
  for (const name of names) {
    const long = name.split('/').find((part) => Buffer.byteLength(part) > NAME_BYTES);
    if (long === undefined) continue;
    throw new BlnetError('BLN302', {
      where: path,
      found: `a file name of ${Buffer.byteLength(long)} bytes: ${long.slice(0, 40)}...`,
      need: `names of ${NAME_BYTES} bytes at most`,
      hint: 'shorten the names of layers in the model',
    });
  }
}

/**
 * @param inputs files and folders that were read, which must not go with an old build
 * @returns where files of the user that were in an earlier build are now, relative to the folder
 * Errors: BLN302; BLN304 when somebody works in the folder.
 */
export function writeBuildFolder(
  path: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  inputs: readonly string[] = [],
): string[] {
  checkNames(path, files.keys());
  const output = resolveOutput(path);
  checkOutput(output, inputs);
  try {
    makeFolders(output.parent);
    return writeLocked(output, files, inputs);
  } catch (error) {
    removeNew(output);
    throw cannotWrite(path, error);
  }
}

function writeLocked(
  { path, parent, target }: Output,
  files: ReadonlyMap<string, string | Uint8Array>,
  inputs: readonly string[],
): string[] {
  const locks: Lock[] = [takeLock(lockBeside(target), path, PURPOSE)];
  try {
    if (entryAt(join(target, MARK_FILE))) locks.push(takeLock(join(target, LOCK), path, PURPOSE));
    // Again, now that nobody else can change it.
    checkOutput(resolveOutput(path), inputs);
    const { path: temporary } = makeTemporary(parent, basename(target));
    try {
      for (const [name, content] of [...files, [MARK_FILE, newMark(files)] as const]) {
        const file = join(temporary, 'new', name);
        makeFolders(dirname(file));
        writeFileSync(file, content);
      }
      return replaceFolder(temporary, target);
    } finally {
      removeTemporary(temporary);
    }
  } finally {
    for (const lock of locks.reverse()) lock.release();
  }
}

/** Folders above the target that were made for it and hold nothing. */
function removeNew({ parent, anchor }: Output): void {
  try {
    for (let folder = parent; folder !== anchor; folder = dirname(folder)) removeIfEmpty(folder);
  } catch {
    // The error that led here says more.
  }
}
