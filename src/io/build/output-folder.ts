/**
 * Where a build may go: a new name, an empty folder, or a build that blnet made. Everything that a user could lose
 * something by is refused before the work begins: the working directory, folders around it or around an input,
 * links, mount points, folders of somebody else.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { BlnetError } from '../../diagnostics.js';
import { PACKAGE_ROOT } from '../assets.js';
import { cannotWrite } from '../files.js';
import { entryAt } from '../folders.js';
import { withTemporary } from '../temporary.js';
import { MARK_FILE } from '../../report/build-files.js';
import { readMark } from './mark.js';

export interface Output {
  /** As the user named it. */
  readonly path: string;
  /** Folder that holds it; without links. It may not exist yet. */
  readonly parent: string;
  readonly target: string;
  /** The nearest folder above that exists. */
  readonly anchor: string;
}

const refusal = (where: string, found: string, hint: string): BlnetError =>
  new BlnetError('BLN302', {
    where: where === '' ? '-o' : where,
    found,
    need: 'a new name, an empty folder, or an earlier build',
    hint,
  });

const OTHER = 'name another folder with -o';
const NAME_BYTES = 255;

/** `path` is `folder`, or lies in it. */
const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** Errors: BLN302 for what names no folder. */
export function resolveOutput(path: string): Output {
  const name = basename(path);
  if (path === '' || name === '' || name === '.' || name === '..' || path.includes('\0'))
    throw refusal(path, 'no name of a folder', OTHER);
  const long = path.split(sep).find((part) => Buffer.byteLength(part) > NAME_BYTES);
  if (long !== undefined)
    throw refusal(path, `a name of ${Buffer.byteLength(long)} bytes, of 255 at most`, 'shorten the name');
  const missing: string[] = [];
  let above = dirname(path);
  for (;;) {
    const entry = existing(above);
    if (entry !== undefined) {
      const parent = join(entry, ...missing);
      return { path, parent, target: join(parent, name), anchor: entry };
    }
    const part = basename(above);
    // Behind a folder that does not exist `..` leads nowhere.
    if (part === '..' || above === dirname(above)) throw refusal(path, `there is no folder ${above}`, OTHER);
    if (part !== '.') missing.unshift(part);
    above = dirname(above);
  }
}

/** The folder without links, by the system's own rules for `..`; undefined where there is none. */
function existing(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !entryAt(path)) return undefined;
    throw cannotWrite(path, error);
  }
}

function mountPoints(): string[] {
  try {
    const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    return lines.map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
  } catch {
    return [];
  }
}

function workingDirectory(): string | undefined {
  try {
    return realpathSync.native(process.cwd());
  } catch {
    return undefined;
  }
}

/**
 * Whether a build may take the place of what is there, and may be written at all.
 * @param inputs files and folders that the work reads, which must not go with an old build
 * Errors: BLN302.
 */
export function checkOutput(output: Output, inputs: readonly string[]): void {
  const { path, target } = output;
  checkPlace(output, inputs);
  const there = entryAt(target);
  if (there?.isSymbolicLink()) throw refusal(path, 'a link', 'name the folder that it leads to');
  if (there && !there.isDirectory()) throw refusal(path, 'a file of this name', OTHER);
  if (there) checkContent(output);
  try {
    withTemporary(output.anchor, 'probe', () => undefined);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function checkPlace({ path, parent, target }: Output, inputs: readonly string[]): void {
  const here = workingDirectory();
  if (here !== undefined && isWithin(here, target))
    throw refusal(path, 'the working directory, or a folder around it', OTHER);
  if (isWithin(dirname(PACKAGE_ROOT), target) || isWithin(PACKAGE_ROOT, target))
    throw refusal(path, 'a folder around blnet itself', OTHER);
  const isMount =
    mountPoints().some((mount) => isWithin(mount, target)) ||
    (entryAt(target)?.isDirectory() && statSync(target).dev !== statSync(parent).dev);
  if (isMount) throw refusal(path, 'a mount point, or a folder around one', 'name a folder inside it');
  for (const input of inputs) {
    const real = existingInput(input);
    if (real !== undefined && isWithin(real, target))
      throw refusal(path, `${input} lies in it, and would go with it`, OTHER);
  }
}

function existingInput(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

/** What is in a folder decides whether it may be replaced. */
function checkContent({ path, target }: Output): void {
  let names: string[];
  try {
    names = readdirSync(target);
  } catch (error) {
    throw cannotWrite(path, error);
  }
  if (names.length === 0 || readMark(target)) return;
  if (names.includes(MARK_FILE))
    throw refusal(path, `a ${MARK_FILE} that this version cannot read`, 'remove the folder yourself, or name another');
  if (names.includes('manifest.json') && names.includes('network.json'))
    throw refusal(
      path,
      `a folder without ${MARK_FILE}: an older blnet may have made it, which did not say what is its own`,
      'remove it yourself if nothing in it is yours, or name another folder with -o',
    );
  throw refusal(path, 'a folder that is not a blnet build', `${OTHER}, or remove it yourself`);
}
