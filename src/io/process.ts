/** Outside tools: found on PATH, run with their output kept, ended with blnet, and named in the error when they fail. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BlnetError } from '../diagnostics.js';
import { interruptible } from './interrupt.js';
import type { Lock } from './lock.js';

/** Full path of a command, or undefined. */
export function findTool(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return undefined;
}

/** Errors: BLN401, with the package that brings the tool. */
export function requireTool(name: string, hint: string): string {
  const path = findTool(name);
  if (!path) throw new BlnetError('BLN401', { where: name, found: 'not on PATH', hint });
  return path;
}

export interface Outcome {
  readonly status: number | null;
  /** stdout and stderr together, in the order in which they came. */
  readonly output: string;
  readonly seconds: number;
}

/** Time that ended processes have to remove what they left half-written. */
const GRACE_MS = 2000;

/** Sends a signal to a whole process group; one that has ended does not matter. */
export function signalGroup(group: number | undefined, signal: NodeJS.Signals): void {
  if (group === undefined) return;
  try {
    process.kill(-group, signal);
  } catch {
    // It has ended already.
  }
}

/**
 * Runs a command to its end, in a process group of its own: when blnet is interrupted, so is everything that the
 * command has started.
 * @param lock is held for the folder; it is not free before the group has ended, even where blnet is killed
 * Errors: BLN402 when it cannot start; `Interrupted`.
 */
export function run(
  command: string,
  args: readonly string[],
  folder: string,
  lock?: Pick<Lock, 'setGroup'>,
): Promise<Outcome> {
  const started = performance.now();
  return interruptible(async (signal) => {
    signal.throwIfAborted();
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    if (child.pid !== undefined) lock?.setGroup(child.pid);
    let hardEnd: NodeJS.Timeout | undefined;
    const stop = (): void => {
      signalGroup(child.pid, 'SIGTERM');
      hardEnd = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MS);
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      let output = '';
      const status = await new Promise<number | null>((resolve, reject) => {
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk: Buffer) => {
            output += chunk.toString();
          });
        child.on('error', (error) =>
          reject(new BlnetError('BLN402', { where: command, found: error.message })),
        );
        child.on('close', resolve);
      });
      // Processes that closed their output may still run.
      if (signal.aborted) signalGroup(child.pid, 'SIGKILL');
      signal.throwIfAborted();
      lock?.setGroup(null);
      return { status, output, seconds: (performance.now() - started) / 1000 };
    } finally {
      clearTimeout(hardEnd);
      signal.removeEventListener('abort', stop);
    }
  });
}

/** The end of a tool's output: where the reason stands when it fails. */
export const lastLines = (output: string): string => output.trim().split('\n').slice(-12).join('\n');

/** The same, and a failure is an error with the last lines of the tool's output. Errors: BLN402. */
export async function runOk(
  command: string,
  args: readonly string[],
  folder: string,
  lock?: Pick<Lock, 'setGroup'>,
): Promise<Outcome> {
  const outcome = await run(command, args, folder, lock);
  if (outcome.status === 0) return outcome;
  throw new BlnetError('BLN402', {
    where: [command, ...args].join(' '),
    found: `exit ${outcome.status}\n${lastLines(outcome.output)}`,
    hint: 'run it by hand in the build folder; `blnet doctor` lists the versions that are known to work',
  });
}
