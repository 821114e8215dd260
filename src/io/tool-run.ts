/**
 * One run of an outside tool over files of its own: a process in a temporary folder, its log line by line, a time limit,
 * a signal, and the end of its log as the error when it fails.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BlnetError } from '../diagnostics.js';
import { signalGroup } from './process.js';
import { makeTemporary, removeTemporary, sweepFiles } from './temporary.js';

/** What ends a run before its time, and who sees its log. */
export interface RunLimits {
  /** Sees every line of the log. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Seconds after which the run is stopped. */
  readonly limitSeconds?: number | undefined;
  /** Stops the run; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface ToolRun extends RunLimits {
  /** As errors name it. */
  readonly tool: string;
  readonly command: string;
  readonly args: readonly string[];
  /** By path in the folder in which the tool runs. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that it leaves there. */
  readonly results: readonly string[];
  /** Of the results: bytes as they are in latin1; UTF-8 where absent. */
  readonly encoding?: 'utf8' | 'latin1';
}

/** Lines of the log that an error message shows. */
const TAIL_LINES = 12;

/** Hands complete lines on and keeps the last ones. */
export class LineLog {
  readonly tail: string[] = [];
  private rest = '';

  constructor(private readonly onLine?: (line: string) => void) {}

  add(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() as string;
    for (const line of lines) this.take(line);
  }

  /** The last line may lack its end. */
  end(): void {
    if (this.rest !== '') this.take(this.rest);
    this.rest = '';
  }

  private take(line: string): void {
    if (line.trim() !== '' && this.tail.push(line) > TAIL_LINES) this.tail.shift();
    this.onLine?.(line);
  }
}

export function failed(tool: string, how: number | string, log: LineLog): BlnetError {
  log.end();
  return new BlnetError('BLN402', {
    where: tool,
    found: `it ended with ${how}; its last lines:\n${log.tail.join('\n')}`,
    hint: 'run it on the build folder by hand to see the whole log',
  });
}

const tooLong = (tool: string, seconds: number): BlnetError =>
  new BlnetError('BLN402', {
    where: tool,
    found: `not done after ${seconds} s`,
    hint: 'give it more with --timeout <seconds>',
  });

/**
 * Calls `stop` when the run's time is over or its signal comes, once at most.
 * @returns the error that ended it, if one did, and how to stop watching
 */
export function watch(tool: string, { limitSeconds, signal }: RunLimits, stop: () => void) {
  let cause: unknown = null;
  const end = (why: unknown): void => {
    if (cause !== null) return;
    cause = why;
    stop();
  };
  const timer =
    limitSeconds === undefined
      ? undefined
      : setTimeout(() => end(tooLong(tool, limitSeconds)), 1000 * limitSeconds);
  const aborted = (): void => end(signal?.reason);
  signal?.addEventListener('abort', aborted);
  if (signal?.aborted) aborted();
  return {
    cause: (): unknown => cause,
    done: (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    },
  };
}

async function runIn(folder: string, r: ToolRun): Promise<void> {
  for (const [name, text] of r.files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const log = new LineLog(r.onLine);
  const child = spawn(r.command, r.args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that it can be ended as a whole, and its temporary files where they are removed.
    detached: true,
    env: { ...process.env, TMPDIR: folder },
  });
  const watched = watch(r.tool, r, () => signalGroup(child.pid, 'SIGKILL'));
  try {
    const code = await new Promise<number | string>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => log.add(text));
      child.on('error', reject);
      child.on('close', (exit, signal) => resolve(exit ?? signal ?? 'no exit code'));
    });
    if (watched.cause() !== null) throw watched.cause();
    if (code !== 0) throw failed(r.tool, code, log);
  } finally {
    watched.done();
  }
}

/** Texts of the results by name. Errors: BLN402 with the end of the log; whatever the signal gives as its reason. */
export async function runTool(r: ToolRun): Promise<ReadonlyMap<string, string>> {
  sweepFiles(tmpdir());
  const temporary = makeTemporary(tmpdir(), 'tool');
  const folder = join(temporary.path, 'file');
  try {
    mkdirSync(folder);
    await runIn(folder, r);
    return new Map(r.results.map((name) => [name, readFileSync(join(folder, name), r.encoding ?? 'utf8')]));
  } finally {
    removeTemporary(temporary.path);
  }
}
