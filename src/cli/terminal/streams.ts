/**
 * stdout and stderr of the program. What goes into a file is written to its last byte, or the failure is kept for the
 * exit code; a closed pipe ends neither the work nor its verdict.
 */
import { fstatSync, writeSync } from 'node:fs';
import { BlnetError } from '../../diagnostics.js';
import { printable, printableJson } from '../../text/terminal.js';

let failure: NodeJS.ErrnoException | undefined;
let isFile = false;
/** Whether a JSON document is on stdout already: there is never a second one. */
let hasDocument = false;

const note = (error: NodeJS.ErrnoException): void => {
  failure ??= error;
};

/** For the program itself; tests that call `main` have streams of their own. */
export function openStreams(): void {
  process.stdout.on('error', note);
  // Nobody is there to be told.
  process.stderr.on('error', () => {});
  try {
    const stats = fstatSync(1);
    isFile = stats.isFile() || (stats.isCharacterDevice() && !process.stdout.isTTY);
  } catch (error) {
    note(error as NodeJS.ErrnoException);
  }
}

/** Node takes a file that has no more room for half a text as written. */
function writeToFile(text: string): void {
  let rest = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(1, rest));
  } catch (error) {
    note(error as NodeJS.ErrnoException);
  }
}

function write(text: string): void {
  if (isFile) writeToFile(text);
  else process.stdout.write(text);
}

/** Lines with our colours; whatever else a terminal would act on is named. */
export const writeStdout = (text: string): void => write(printable(text));

export const writeStderr = (text: string): void => {
  process.stderr.write(printable(text));
};

/** One document a run; a second one is left out. */
export function writeDocument(document: unknown): void {
  if (hasDocument) return;
  hasDocument = true;
  write(`${printableJson(JSON.stringify(document, null, 2))}\n`);
}

/** At the beginning of a run. */
export function forgetDocument(): void {
  hasDocument = false;
}

/** After the last text: what went wrong with stdout. A reader that has gone (`| head`) is no error. */
export async function stdoutProblem(): Promise<BlnetError | undefined> {
  if (!process.stdout.destroyed) await new Promise((resolve) => process.stdout.write('', resolve));
  await new Promise(setImmediate);
  if (failure === undefined || failure.code === 'EPIPE') return undefined;
  const hint = 'make room on the disk, or write it to another place';
  return new BlnetError('BLN302', { where: 'stdout', found: failure.message, hint });
}
