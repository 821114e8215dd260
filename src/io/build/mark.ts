/**
 * The mark of a build folder: it says that blnet made the folder, and what blnet wrote into it, with a hash of each
 * file. Everything else in the folder is the user's: files that were added, and files that were changed since.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MARK_FILE, MARK_FORMAT, type Mark, markText } from '../../report/build-files.js';
import { readText, writeWhole } from '../files.js';
import { entryAt } from '../folders.js';
import { sweepFiles } from '../temporary.js';

export const LOCK = '.blnet-lock';

const hashOf = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

type Contents = ReadonlyMap<string, string | Uint8Array>;

const hashesOf = (files: Contents): Record<string, string> =>
  Object.fromEntries([...files].map(([path, content]) => [path, hashOf(content)]));

/** Text of the mark for a folder of these files. */
export const newMark = (files: Contents): string => markText(hashesOf(files));

/** Undefined where there is no mark, or none that this version understands. */
export function readMark(folder: string): Mark | undefined {
  if (!entryAt(join(folder, MARK_FILE))?.isFile()) return undefined;
  try {
    const m = JSON.parse(readText(join(folder, MARK_FILE))) as Partial<Mark> | null;
    const isMark = m?.blnet === 'build folder' && m.format === MARK_FORMAT && typeof m.files === 'object' && m.files;
    return isMark ? (m as Mark) : undefined;
  } catch {
    return undefined;
  }
}

/** Adds files that a command has written into a build to its mark; a folder without a mark stays without. */
export function noteFiles(folder: string, files: Contents): void {
  const mark = readMark(folder);
  if (mark) writeWhole(join(folder, MARK_FILE), markText({ ...mark.files, ...hashesOf(files) }));
}

/** What `make clean` removes, in the generated Makefiles' words, and what the lock leaves. */
const PRODUCTS = [
  /^obj_dir(_vcd|_netlist)?\//,
  /^(testbench|netlist)\.vvp$/,
  /^sim\/(result\.txt|windows\.log|rtl\.vcd|[a-z-]+\.unfinished)$/,
  /^hls\/[^/]+_(csim|all\.cpp)$/,
  /^synth\/vivado\/(utilization\.rpt|timing\.rpt|vivado\.log)$/,
  /^\.blnet-lock[0-9a-f-]*$/,
];

/** Documents that `--json > DIR/NAME` left: they speak of the build that goes, so they go with it. */
const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
  'accuracy.json': ['agreement', 'layers'],
  'verify.json': ['ok', 'differingTraces'],
};

function isDocument(path: string, text: string): boolean {
  try {
    const keys = DOCUMENTS[path];
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && !!document && !!keys?.every((key) => Object.hasOwn(document, key));
  } catch {
    return false;
  }
}

function isOwn(folder: string, path: string, mark: Mark): boolean {
  if (path === MARK_FILE || PRODUCTS.some((p) => p.test(path))) return true;
  const hash = Object.hasOwn(mark.files, path) ? mark.files[path] : undefined;
  const isNamed = Object.hasOwn(DOCUMENTS, path);
  if (hash === undefined && !isNamed) return false;
  try {
    const content = readFileSync(join(folder, path));
    return hashOf(content) === hash || (isNamed && isDocument(path, content.toString()));
  } catch {
    return false;
  }
}

/** Files, links and folders of the user in a build: paths of the highest that hold nothing of blnet's. */
export function foreignIn(folder: string, mark: Mark): string[] {
  const ownFolders = new Set(Object.keys(mark.files).flatMap(foldersAbove));
  const walk = (below: string): { readonly foreign: string[]; readonly isWhole: boolean } => {
    sweepFiles(join(folder, below));
    const foreign: string[] = [];
    let isWhole = true;
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = `${below}${entry.name}`;
      const isFolder = entry.isDirectory();
      if ((isFolder || entry.isFile()) && isOwn(folder, isFolder ? `${path}/` : path, mark)) isWhole = false;
      else if (!isFolder) foreign.push(path);
      else {
        const inside = walk(`${path}/`);
        const isForeign = inside.isWhole && !ownFolders.has(path);
        foreign.push(...(isForeign ? [path] : inside.foreign));
        isWhole &&= isForeign;
      }
    }
    return { foreign, isWhole };
  };
  return walk('').foreign.sort();
}

/** `a/b/c.v` -> `a`, `a/b`. */
const foldersAbove = (path: string): string[] =>
  path.split('/').flatMap((_, i, parts) => (i === 0 ? [] : [parts.slice(0, i).join('/')]));
