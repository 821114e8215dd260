/**
 * Temporary folders that tell whose they are: by their name, and by a record inside that repeats the name, so that a
 * copy of one, or a folder that merely looks like one, is nobody's litter. Those of processes that died are found here.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { entryAt, removeFile, removeIfEmpty } from './folders.js';
import { lifeOf, OWNER_PATTERN, ownerText, parseOwner, thisOwner } from './owner.js';

const RECORD = 'owner.json';
/** What may lie in one: a file, a folder in the making, the one it replaces, and what may go. */
const PARTS = ['file', 'new', 'old', 'trash'] as const;
const NAME = new RegExp(`^\\.blnet-tmp-(${OWNER_PATTERN})-\\w{6}$`);
/** An owner on another machine counts as gone after this; temporaries live for moments. */
const LEASE_MS = 3_600_000;

export interface Temporary {
  readonly path: string;
  /** Name, in the same folder, of what is being replaced. */
  readonly target: string;
}

/** Errors: those of the file system. */
export function makeTemporary(parent: string, target: string): Temporary {
  const path = mkdtempSync(join(parent, `.blnet-tmp-${ownerText(thisOwner())}-`));
  try {
    writeFileSync(join(path, RECORD), JSON.stringify({ blnet: 'temporary', name: basename(path), target }));
  } catch (error) {
    removeTemporary(path);
    throw error;
  }
  return { path, target };
}

/** Everything but `old`, which holds what is not ours alone; the record goes last, so that a second try finds it. */
export function removeTemporary(path: string): void {
  for (const part of PARTS) {
    if (part === 'old') continue;
    rmSync(join(path, part), { recursive: true, force: true });
  }
  if (entryAt(join(path, 'old'))) return;
  removeFile(join(path, RECORD));
  removeIfEmpty(path);
}

/** Runs the work with a folder that goes away after it. */
export function withTemporary<T>(parent: string, target: string, work: (path: string) => T): T {
  const { path } = makeTemporary(parent, target);
  try {
    return work(path);
  } finally {
    removeTemporary(path);
  }
}

/** Removes what killed writers of single files left in a folder. */
export function sweepFiles(parent: string): void {
  for (const { path } of litterIn(parent))
    if (!entryAt(join(path, 'old')) && !entryAt(join(path, 'new'))) removeTemporary(path);
}

/** Temporaries in a folder whose owner is gone; no target where its record is not whole. A folder that cannot be read has none. */
export function litterIn(parent: string): Temporary[] {
  let names: string[];
  try {
    names = readdirSync(parent);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const path = join(parent, name);
    const target = NAME.test(name) ? litterTarget(path) : undefined;
    return target === undefined ? [] : [{ path, target }];
  });
}

/** Undefined for what is no litter. */
function litterTarget(path: string): string | undefined {
  try {
    const owner = parseOwner(NAME.exec(basename(path))?.[1] ?? '');
    if (!owner || !entryAt(path)?.isDirectory() || !isGone(path, lifeOf(owner))) return undefined;
    const content = readdirSync(path);
    if (content.some((name) => name !== RECORD && !(PARTS as readonly string[]).includes(name)))
      return undefined;
    const record = content.includes(RECORD)
      ? parseRecord(readFileSync(join(path, RECORD), 'utf8'))
      : undefined;
    // Killed before the record was whole: then there is nothing else in it.
    if (!record) return content.every((name) => name === RECORD) ? '' : undefined;
    return record.name === basename(path) ? record.target : undefined;
  } catch {
    return undefined;
  }
}

function isGone(path: string, life: ReturnType<typeof lifeOf>): boolean {
  if (life !== 'unknown') return life === 'dead';
  return Date.now() - statSync(path).mtimeMs > LEASE_MS;
}

function parseRecord(text: string): { readonly name: string; readonly target: string } | undefined {
  try {
    const r = JSON.parse(text) as { blnet?: unknown; name?: unknown; target?: unknown } | null;
    if (r?.blnet !== 'temporary' || typeof r.name !== 'string' || typeof r.target !== 'string')
      return undefined;
    return basename(r.target) === r.target && !['', '.', '..'].includes(r.target)
      ? { name: r.name, target: r.target }
      : undefined;
  } catch {
    return undefined;
  }
}
