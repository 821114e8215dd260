/** What a run of Yosys is asked and how it answers, whichever Yosys it is. */
import type { RunLimits } from '../tool-run.js';

export type YosysChoice = 'native' | 'wasm';

export interface YosysJob extends RunLimits {
  readonly files: ReadonlyMap<string, string>;
  readonly script: string;
  /** Files that the script writes. */
  readonly results: readonly string[];
}

export interface Yosys {
  readonly choice: YosysChoice;
  /** As `yosys -V` prints it. */
  readonly version: string;
  /** Folder of its libraries; null where they are no files. */
  readonly share: string | null;
  /** Whether runs go on side by side; false where they share this thread. */
  readonly parallel: boolean;
  /**
   * Runs a script over the files; returns the texts of the results by name.
   * Errors: BLN402 with the end of the log; whatever the signal gives as its reason.
   */
  run(job: YosysJob): Promise<ReadonlyMap<string, string>>;
}

/** Commands of the script one by one, since the option -s would parse file names with blanks differently. */
export const SCRIPT_FILE = 'synthesis.ys';

/** As errors name it. */
export const toolName = (choice: YosysChoice): string => (choice === 'native' ? 'yosys' : '@yowasp/yosys');

/** The text of a file that a run was asked for. */
export const resultOf = (results: ReadonlyMap<string, string>, name: string): string =>
  results.get(name) as string;
