/** Outside tools: found on PATH, run with their output kept, and named in the error when they fail. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BlnetError } from '../diagnostics.js';

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

/** Runs a command to its end. Errors: BLN402 when it cannot start. */
export function run(command: string, args: readonly string[], folder: string): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => reject(new BlnetError('BLN402', { where: command, found: error.message })));
    child.on('close', (status) => resolve({ status, output, seconds: (performance.now() - started) / 1000 }));
  });
}

/** The end of a tool's output: where the reason stands when it fails. */
export const lastLines = (output: string): string => output.trim().split('\n').slice(-12).join('\n');

/** The same, and a failure is an error with the last lines of the tool's output. Errors: BLN402. */
export async function runOk(command: string, args: readonly string[], folder: string): Promise<Outcome> {
  const outcome = await run(command, args, folder);
  if (outcome.status === 0) return outcome;
  throw new BlnetError('BLN402', {
    where: [command, ...args].join(' '),
    found: `exit ${outcome.status}\n${lastLines(outcome.output)}`,
    hint: 'run it by hand in the build folder; `blnet doctor` lists the versions that are known to work',
  });
}
