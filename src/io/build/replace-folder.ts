/**
 * One folder takes the place of another by renames, so that a kill at any moment leaves the old or the new one whole;
 * what the user had in the old one moves on into the new one. The next run finishes or undoes what was cut off.
 *
 *     .blnet-tmp-OWNER/new  written           killed here: goes away
 *     target -> .../old                       killed here: old goes back
 *     .../new -> target                       killed here: the rest is done
 *     .../old: the user's -> target, then .../old -> .../trash, which goes away
 */
import { readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { entryAt, makeFolders } from '../folders.js';
import { removeTemporary, type Temporary } from '../temporary.js';
import { foreignIn, readMark } from './mark.js';

/** Where a user's file that is in the way of a new one goes. */
const KEPT = 'kept';

const isEmptyFolder = (path: string): boolean =>
  entryAt(path)?.isDirectory() === true && readdirSync(path).length === 0;

/**
 * `temporary/new` becomes `target`. The lock of the target is held.
 * @returns where the user's files are now, relative to the target
 */
export function replaceFolder(temporary: string, target: string): string[] {
  const [fresh, old] = [join(temporary, 'new'), join(temporary, 'old')];
  if (!entryAt(target) || isEmptyFolder(target)) {
    renameSync(fresh, target);
    return [];
  }
  renameSync(target, old);
  try {
    renameSync(fresh, target);
  } catch (error) {
    renameSync(old, target);
    throw error;
  }
  return finish(temporary, target);
}

/** Moves what is the user's from the old folder to the new one; the rest may go then. */
function finish(temporary: string, target: string): string[] {
  const old = join(temporary, 'old');
  const mark = readMark(old);
  const foreign = mark ? foreignIn(old, mark) : readdirSync(old);
  const kept = foreign.flatMap((path) => moveInto(old, path, target));
  renameSync(old, join(temporary, 'trash'));
  return kept;
}

/** Folders that are in both are merged; a file in the way of another goes to `kept`, `kept-2`, ... */
function moveInto(from: string, path: string, target: string): string[] {
  const source = join(from, path);
  const there = entryAt(join(target, path));
  if (there?.isDirectory() && entryAt(source)?.isDirectory())
    return readdirSync(source).flatMap((name) => moveInto(from, join(path, name), target));
  let place = path;
  for (let n = 1; isTaken(target, place); n++) place = join(n === 1 ? KEPT : `${KEPT}-${n}`, path);
  makeFolders(dirname(join(target, place)));
  renameSync(source, join(target, place));
  return [place];
}

/** Something is there, or a file is where a folder would have to be. */
function isTaken(target: string, path: string): boolean {
  if (entryAt(join(target, path))) return true;
  const parts = path.split('/');
  return parts.some((_, i) => {
    const above = i === 0 ? undefined : entryAt(join(target, ...parts.slice(0, i)));
    return above !== undefined && !above.isDirectory();
  });
}

/** Finishes or undoes what a killed run left of a target. Its lock is held. */
export function settle({ path, target: name }: Temporary): void {
  const target = join(dirname(path), name);
  const old = join(path, 'old');
  if (name !== '' && entryAt(old)) {
    if (!entryAt(target) || isEmptyFolder(target)) renameSync(old, target);
    else if (!entryAt(join(path, 'new'))) finish(path, target);
    // Somebody has put another folder there since: the old one stays where it is.
    else return;
  }
  removeTemporary(path);
}
