/**
 * Lock files: one writer at a time. The file names its owner; a lock whose owner has died is taken over, and so is one
 * of another machine that gave no sign of life for an hour. Taking over is itself done under a lock, named after
 * the one that is taken, so that two who see the same stale lock cannot both get it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BlnetError } from '../diagnostics.js';
import { errorCode, removeFile } from './folders.js';
import { groupLives, lifeOf, ownerText, parseOwner, thisOwner } from './owner.js';
import { sweepFiles, withTemporary } from './temporary.js';

export interface Lock {
  /** Notes a process group that must end, too, before others may have the lock. */
  setGroup(group: number | null): void;
  release(): void;
}

/** What a lock file holds, as JSON. */
interface LockRecord {
  readonly blnet: 'lock';
  readonly id: string;
  readonly owner: string;
  /** Command that holds it. */
  readonly purpose: string;
  readonly since: string;
  readonly group: number | null;
}

/** Time without a sign of life after which an owner that cannot be asked counts as gone. */
const LEASE_MS = 3_600_000;
const SIGN_OF_LIFE_MS = 60_000;
/** A file without content is being written, unless its writer was killed in that moment. */
const WRITING_MS = 5_000;

interface Seen {
  readonly id: string;
  readonly isStale: boolean;
  readonly who: string;
}

/** Undefined when there is none. */
function look(path: string): Seen | undefined {
  let text: string;
  let ageMs: number;
  try {
    text = readFileSync(path, 'utf8');
    ageMs = Date.now() - statSync(path).mtimeMs;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const r = parseRecord(text);
  if (!r) {
    const id = createHash('sha256').update(text).digest('hex').slice(0, 12);
    return { id, isStale: ageMs > WRITING_MS, who: 'another blnet' };
  }
  const owner = parseOwner(r.owner);
  const life = owner ? lifeOf(owner) : 'unknown';
  const who = `${r.purpose}, process ${owner?.pid} since ${r.since}`;
  if (life === 'unknown')
    return { id: r.id, isStale: ageMs > LEASE_MS, who: `${who}, on another machine or in another container` };
  if (life === 'dead' && r.group !== null && owner?.boot === thisOwner().boot && groupLives(r.group))
    return { id: r.id, isStale: false, who: `what ${r.purpose} had started (process group ${r.group})` };
  return { id: r.id, isStale: life === 'dead', who };
}

function parseRecord(text: string): LockRecord | undefined {
  try {
    const r = JSON.parse(text) as Partial<LockRecord> | null;
    if (r?.blnet !== 'lock' || typeof r.id !== 'string' || typeof r.owner !== 'string') return undefined;
    if (!/^[0-9a-f]{12}$/.test(r.id) || typeof r.purpose !== 'string' || typeof r.since !== 'string')
      return undefined;
    return { ...(r as LockRecord), group: Number.isSafeInteger(r.group) ? (r.group as number) : null };
  } catch {
    return undefined;
  }
}

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** Creates the file with its content at once, unless it is there. */
function create(path: string, record: LockRecord): boolean {
  const text = JSON.stringify(record);
  return withTemporary(dirname(path), basename(path), (temporary) => {
    try {
      writeFileSync(join(temporary, 'file'), text);
      linkSync(join(temporary, 'file'), path);
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      if (!NO_LINKS.has(errorCode(error) ?? '')) throw error;
      return createUnlinked(path, text);
    }
  });
}

/** For file systems without hard links: there is a moment in which the file is empty. */
function createUnlinked(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Leftovers of takers that were killed in the act. */
function sweep(path: string): void {
  sweepFiles(dirname(path));
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(`${basename(path)}-`)) continue;
    const guard = join(dirname(path), name);
    if (look(guard)?.isStale) removeFile(guard);
  }
}

const newRecord = (purpose: string): LockRecord => ({
  blnet: 'lock',
  id: randomBytes(6).toString('hex'),
  owner: ownerText(thisOwner()),
  purpose,
  since: new Date().toISOString(),
  group: null,
});

/**
 * Takes a lock, or says who has it.
 * @param what what is in use, for the message @param purpose command that wants it
 * Errors: BLN304 when somebody has it; errors of the file system.
 */
export function takeLock(path: string, what: string, purpose: string): Lock {
  let record = newRecord(purpose);
  while (!create(path, record)) {
    const seen = look(path);
    if (!seen) continue;
    if (!seen.isStale) throw inUse(what, seen.who, path);
    const guard = takeLock(`${path}-${seen.id}`, what, purpose);
    try {
      if (look(path)?.id === seen.id) removeFile(path);
    } finally {
      guard.release();
    }
  }
  sweep(path);
  const sign = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // It is gone with its folder; `release` will see that.
    }
  }, SIGN_OF_LIFE_MS);
  sign.unref();
  return {
    setGroup: (group) => {
      record = { ...record, group };
      writeFileSync(path, JSON.stringify(record));
    },
    release: () => {
      clearInterval(sign);
      if (look(path)?.id === record.id) removeFile(path);
    },
  };
}

/** Who has the lock now; undefined when nobody does. */
export const holderOf = (path: string): string | undefined => {
  const seen = look(path);
  return seen && !seen.isStale ? seen.who : undefined;
};

export const inUse = (what: string, who: string, path: string): BlnetError =>
  new BlnetError('BLN304', {
    where: what,
    found: `in use by ${who}`,
    hint: `wait for it (the default), or remove ${path} if you know that it runs no more`,
  });
