/** Commands that write in a build folder wait for each other; `--no-wait` has them end instead. */
import type { Command } from 'commander';
import { EXIT } from '../../diagnostics.js';
import type { Access } from '../../io/build/lock-build.js';
import type { Progress } from '../terminal/progress.js';
import { writeStderr } from '../terminal/streams.js';

export interface AccessOptions {
  /** False with `--no-wait`. */
  readonly wait?: boolean;
}

export const withWait = (command: Command): Command =>
  command.option('--no-wait', `end with exit code ${EXIT.busy} where another blnet works in the folder`);

export const accessOf = (command: string, o: AccessOptions, progress: Progress): Access => ({
  purpose: `blnet ${command}`,
  wait: o.wait !== false,
  onWait: (what) => {
    progress.clear();
    writeStderr(`waiting: ${what}\n`);
  },
});
