/** Progress of long work on stderr: stages, and a bar with the time left where a total is known. */

import chalk from 'chalk';
import { SingleBar } from 'cli-progress';

export class Progress {
  private bar: SingleBar | undefined;
  private readonly isLive: boolean;

  /** Silent with `--json` and wherever stderr is no terminal. */
  constructor(json: boolean | undefined) {
    this.isLive = !json && process.stderr.isTTY === true;
  }

  /** A stage without a known length; replaces the one before it. */
  readonly stage = (name: string): void => {
    this.clear();
    if (this.isLive) process.stderr.write(chalk.dim(`${name} ...`));
  };

  /** Done so far, of a known total. */
  count(name: string, done: number, total: number): void {
    if (!this.isLive) return;
    if (!this.bar) {
      this.clear();
      this.bar = new SingleBar({
        format: `${name} [{bar}] {value}/{total}, {eta_formatted} left`,
        stream: process.stderr,
        clearOnComplete: true,
        hideCursor: true,
      });
      this.bar.start(total, 0);
    }
    this.bar.update(done);
  }

  clear(): void {
    this.bar?.stop();
    this.bar = undefined;
    if (this.isLive) process.stderr.write('\r\x1b[K');
  }
}
