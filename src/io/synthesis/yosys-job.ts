/** What a run of Yosys is asked and how it answers, whichever Yosys it is; and how the end of its log becomes an error. */
import { BlnetError } from '../../diagnostics.js';

export type YosysChoice = 'native' | 'wasm';

export interface YosysJob {
  readonly files: ReadonlyMap<string, string>;
  readonly script: string;
  /** Sees every line of the log. */
  readonly onLine?: (line: string) => void;
  /** Seconds after which the run is stopped. */
  readonly limitSeconds?: number | undefined;
  /** Stops the run; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface Yosys {
  readonly choice: YosysChoice;
  /** As `yosys -V` prints it. */
  readonly version: string;
  /** Whether runs go on side by side; false where they share this thread. */
  readonly parallel: boolean;
  /**
   * Runs a script over the files; returns the text of `stat.json`.
   * Errors: BLN402 with the end of the log; whatever the signal gives as its reason.
   */
  run(job: YosysJob): Promise<string>;
}

/** Commands of the script one by one, since the option -s would parse file names with blanks differently. */
export const SCRIPT_FILE = 'synthesis.ys';

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

const nameOf = (choice: YosysChoice): string => (choice === 'native' ? 'yosys' : '@yowasp/yosys');

export function failed(choice: YosysChoice, how: number | string, log: LineLog): BlnetError {
  log.end();
  return new BlnetError('BLN402', {
    where: nameOf(choice),
    found: `it ended with ${how}; its last lines:\n${log.tail.join('\n')}`,
    hint: 'run Yosys on the build folder by hand to see the whole log',
  });
}

const tooLong = (choice: YosysChoice, seconds: number): BlnetError =>
  new BlnetError('BLN402', {
    where: nameOf(choice),
    found: `not done after ${seconds} s`,
    hint: 'give it more with --timeout <seconds>',
  });

/**
 * Calls `stop` when the job's time is over or its signal comes, once at most.
 * @returns the error that ended it, if one did, and how to stop watching
 */
export function watch(choice: YosysChoice, job: YosysJob, stop: () => void) {
  let cause: unknown = null;
  const end = (why: unknown): void => {
    if (cause !== null) return;
    cause = why;
    stop();
  };
  const { limitSeconds, signal } = job;
  const timer =
    limitSeconds === undefined
      ? undefined
      : setTimeout(() => end(tooLong(choice, limitSeconds)), 1000 * limitSeconds);
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
