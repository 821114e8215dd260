/** Progress of long work on stderr: a stage with its time, and a bar with the time left where a total is known. */

import { SingleBar } from 'cli-progress';
import { terminalText } from '../../text/terminal.js';
import { chalkStderr } from './colour.js';

/** Share of a stage that is done, 0..1; undefined while nothing can be said. */
export type Fraction = () => number | undefined;

/** A stage says nothing of time before this. */
const PATIENCE_MS = 2000;
const REFRESH_MS = 500;
/** Where the stream is no terminal, a long stage writes a line as often. */
const LINE_MS = 15_000;

/** 75 -> 1 min 15 s. */
function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** ` 12 s, about 30 s left`; the second half once a tenth of the work is done. */
export function timing(elapsedMs: number, done: number | undefined): string {
  const seconds = elapsedMs / 1000;
  const left =
    done !== undefined && done >= 0.1 && done <= 1
      ? `, about ${formatSeconds((seconds * (1 - done)) / done)} left`
      : '';
  return ` ${formatSeconds(seconds)}${left}`;
}

/** ` [######------]` of a share; nothing where none is known. */
export function miniBar(done: number | undefined, cells = 12): string {
  if (done === undefined) return '';
  const full = Math.min(cells, Math.floor(cells * done));
  return ` [${'#'.repeat(full)}${'-'.repeat(cells - full)}]`;
}

export class Progress {
  private bar: SingleBar | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly isLive: boolean;
  private readonly isSilent: boolean;

  /** Silent with `--json`; where the stream is no terminal, only stages of many seconds speak, in lines. */
  constructor(
    json: boolean | undefined,
    private readonly stream: NodeJS.WriteStream = process.stderr,
  ) {
    this.isSilent = json === true;
    this.isLive = !json && stream.isTTY === true;
  }

  /**
   * A stage; replaces the one before it. Its time shows while it waits for something outside this process. A name that
   * is a function is asked again each time.
   */
  readonly stage = (name: string | (() => string), fraction: Fraction = () => undefined): void => {
    this.clear();
    if (this.isSilent) return;
    const started = Date.now();
    if (!this.isLive) {
      this.every(LINE_MS, () => {
        const label = terminalText(typeof name === 'string' ? name : name());
        this.stream.write(`${label}:${timing(Date.now() - started, fraction())}\n`);
      });
      return;
    }
    const write = (text: string) => {
      const label = terminalText(typeof name === 'string' ? name : name());
      // A line that wraps could not be written over.
      const room = Math.max(0, (this.stream.columns || 80) - text.length - ' ...'.length - 1);
      this.stream.write(`\r\u001b[K${chalkStderr.dim(`${label.slice(0, room)} ...${text}`)}`);
    };
    write('');
    this.every(REFRESH_MS, () => {
      const elapsed = Date.now() - started;
      if (elapsed >= PATIENCE_MS) write(timing(elapsed, fraction()));
    });
  };

  private every(ms: number, action: () => void): void {
    this.timer = setInterval(action, ms);
    this.timer.unref();
  }

  /** Done so far, of a known total. */
  count(name: string, done: number, total: number): void {
    if (!this.isLive) return;
    if (!this.bar) {
      this.clear();
      this.bar = new SingleBar({
        format: `${name} [{bar}] {value}/{total}, {eta_formatted} left`,
        stream: this.stream,
        barsize: 24,
        clearOnComplete: true,
        // No modes of the terminal: a kill could not undo them.
        hideCursor: false,
        linewrap: true,
      });
      this.bar.start(total, 0);
    }
    this.bar.update(Math.min(done, total));
  }

  clear(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.bar?.stop();
    this.bar = undefined;
    if (this.isLive) this.stream.write('\r\u001b[K');
  }
}
