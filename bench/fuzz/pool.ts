/**
 * Worker processes that run cases, and a watchdog over them: a case that takes more processor time or memory than it may
 * ends with its process, and is reported as such.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { CaseKind } from './cases.js';
import type { Answer, Question } from './worker.js';

/** Processor time of a case, so that a busy machine makes no difference. */
export const MOST_SECONDS = 20;
export const MOST_MIB = 2048;
/** A case that does nothing for so long hangs. */
const MOST_WALL_SECONDS = 300;
/** A worker that has grown so far is replaced, so that what a case adds can be told. */
const TIRED_MIB = 1200;
const TICKS_PER_SECOND = 100;
const POLL_MS = 500;

/** User and system time of a process so far, from /proc; 0 where there is none (then its own account must do). */
function cpuSecondsOf(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

class Worker {
  private child: ChildProcess | undefined;

  constructor(private readonly entry: string) {}

  private async ready(): Promise<ChildProcess> {
    if (this.child) return this.child;
    const child = fork(this.entry, {
      execArgv: ['--max-old-space-size=1900'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`a worker ended with ${code} before its first case`)));
    });
    this.child = child;
    return child;
  }

  async run(question: Question): Promise<Answer> {
    const child = await this.ready();
    const started = performance.now();
    const before = cpuSecondsOf(child.pid);
    const answer = await new Promise<Answer>((resolve) => {
      let printed = '';
      const onError = (text: Buffer) => {
        printed = (printed + text.toString()).slice(-1000);
      };
      const end = (a: Answer): void => {
        clearInterval(watch);
        child.off('message', onAnswer);
        child.off('exit', onExit);
        child.stderr?.off('data', onError);
        resolve(a);
      };
      const used = () => cpuSecondsOf(child.pid) - before;
      const failed = (outcome: string, error: string): Answer => ({
        ...question,
        outcome,
        error,
        cpuSeconds: used(),
        peakMiB: 0,
      });
      const onAnswer = (a: Answer) => end(a);
      const onExit = (code: number | null, signal: string | null) => {
        this.child = undefined;
        end(failed('crash', `the process ended with ${code ?? signal}: ${printed}`));
      };
      const watch = setInterval(() => {
        const seconds = (performance.now() - started) / 1000;
        if (used() <= MOST_SECONDS && seconds <= MOST_WALL_SECONDS) return;
        this.child = undefined;
        child.off('exit', onExit);
        child.kill('SIGKILL');
        end(failed('slow', `${used().toFixed(1)} s of processor time, ${seconds.toFixed(0)} s in all`));
      }, POLL_MS);
      child.on('message', onAnswer);
      child.on('exit', onExit);
      child.stderr?.on('data', onError);
      child.send(question);
    });
    if (answer.peakMiB > TIRED_MIB) this.close();
    return judged(answer);
  }

  close(): void {
    this.child?.disconnect();
    this.child = undefined;
  }
}

/** A case that stayed below the watchdog's eyes and yet took too much. */
const judged = (a: Answer): Answer =>
  a.outcome === 'slow' || a.outcome === 'crash'
    ? a
    : a.cpuSeconds > MOST_SECONDS
      ? { ...a, outcome: 'slow', error: `${a.cpuSeconds.toFixed(1)} s of processor time, then ${a.outcome}` }
      : a.peakMiB > MOST_MIB
        ? { ...a, outcome: 'big', error: `${Math.round(a.peakMiB)} MiB, then ${a.outcome}` }
        : a;

/** All cases of one kind, `jobs` at a time; seeds count from `first` on. */
export async function runCases(
  entry: string,
  kind: CaseKind,
  first: number,
  count: number,
  jobs: number,
  onAnswer: (a: Answer) => void,
): Promise<void> {
  let next = first;
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      const worker = new Worker(entry);
      while (next < first + count) onAnswer(await worker.run({ kind, seed: next++ }));
      worker.close();
    }),
  );
}
