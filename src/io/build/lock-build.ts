/** Work inside a build folder, one command at a time: RTL simulation, reports, vendor tools. */
import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BlnetError } from '../../diagnostics.js';
import { cannotWrite, writeFiles } from '../files.js';
import { interruptible, sleep } from '../interrupt.js';
import { type Lock, takeLock } from '../lock.js';
import { LOCK, noteFiles } from './mark.js';

/** What happens when somebody else works in the folder: by default it is an error. */
export interface Access {
  /** Command that wants the folder. */
  readonly purpose: string;
  readonly wait: boolean;
  /** Called once when the waiting begins, with what is waited for. */
  readonly onWait: (what: string) => void;
}

const ALONE: Access = { purpose: 'blnet', wait: false, onWait: () => {} };
const POLL_MS = 200;

/**
 * Tries until nobody is in the way. Signals are kept while it tries, and end the waiting.
 * Errors: those of `attempt`; BLN304 without waiting.
 */
export function whenFree<T>(access: Access | undefined, attempt: () => T): Promise<T> {
  const { wait, onWait } = access ?? ALONE;
  return interruptible(async (signal) => {
    for (let isFirst = true; ; isFirst = false) {
      try {
        const result = attempt();
        // Signals come between the turns of the event loop.
        await new Promise(setImmediate);
        signal.throwIfAborted();
        return result;
      } catch (error) {
        if (!wait || !(error instanceof BlnetError) || error.diagnostic.code !== 'BLN304') throw error;
        if (isFirst) onWait(`${error.diagnostic.where}: ${error.diagnostic.found}`);
      }
      await sleep(POLL_MS, signal);
    }
  });
}

/** Which folder it is, whatever its name; undefined where there is none. */
export function instanceOf(folder: string): string | undefined {
  const stats = statSync(folder, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.dev}:${stats.ino}`;
}

export interface OpenBuild {
  readonly folder: string;
  /** As `instanceOf` had it when the build was read. */
  readonly instance: string;
}

/** Errors: BLN303 when a compilation has replaced the build since it was read. */
export function assertSame({ folder, instance }: OpenBuild): void {
  if (instanceOf(folder) === instance) return;
  throw new BlnetError('BLN303', {
    where: folder,
    found: 'another build took its place meanwhile',
    hint: 'run the command again',
  });
}

/** Errors: BLN304 when somebody else works in the build; BLN303 when it is another one by now; BLN302. */
export function whileLocked<T>(
  build: OpenBuild,
  access: Access | undefined,
  work: (lock: Lock) => Promise<T>,
): Promise<T> {
  return interruptible(async () => {
    const lock = await whenFree(access, () => lockOf(build, (access ?? ALONE).purpose));
    try {
      assertSame(build);
      return await work(lock);
    } finally {
      lock.release();
    }
  });
}

function lockOf({ folder }: OpenBuild, purpose: string): Lock {
  try {
    return takeLock(join(realpathSync.native(folder), LOCK), folder, purpose);
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

/** The same files, in a folder of their own. */
export const inFolder = <T>(folder: string, files: ReadonlyMap<string, T>): Map<string, T> =>
  new Map([...files].map(([name, content]) => [`${folder}/${name}`, content]));

/** Writes files into a build and notes them as blnet's own. Errors: as `whileLocked`. */
export function writeIntoBuild(
  build: OpenBuild,
  access: Access | undefined,
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<void> {
  return whileLocked(build, access, async () => {
    writeFiles(build.folder, files);
    noteFiles(build.folder, files);
  });
}
