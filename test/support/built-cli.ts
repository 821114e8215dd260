/** The compiled command line as a process of its own, for tests of signals, streams and kills. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const DIST = join(ROOT, 'dist');
export const CLI = join(DIST, 'cli/main.js');
export const KILL_AT = fileURLToPath(new URL('./kill-at.mjs', import.meta.url));

/** Throws where dist/ is older than src/: these tests would speak of another program. */
export function requireBuilt(): void {
  const newest = Math.max(
    ...readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile())
      .map((e) => statSync(join(e.parentPath, e.name)).mtimeMs),
  );
  const built = statSync(CLI, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (built < newest) throw new Error('dist/ is older than src/: run `make build`');
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly text: { stdout: string; stderr: string };
  readonly end: Promise<Ended>;
}

/** Starts node with these arguments. */
export function startNode(args: readonly string[], options: SpawnOptions = {}): Running {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
    });
  const end = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...text }));
  });
  return { child, text, end };
}

export const startCli = (args: readonly string[], options: SpawnOptions = {}): Running =>
  startNode([CLI, ...args], options);
