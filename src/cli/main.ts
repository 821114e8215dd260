#!/usr/bin/env node
/** The command line: one file per command, errors as coded diagnostics with an exit code of their own. */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { BlnetError, CODES, EXIT } from '../diagnostics.js';
import { Interrupted } from '../io/interrupt.js';
import { visibleLines } from '../text/visible.js';
import { VERSION } from '../version.js';
import { COMMANDS, type CommandEntry } from './command-list.js';
import { chalkStderr } from './terminal/colour.js';
import { complain, ExitWith, withJson } from './terminal/output.js';
import {
  forgetDocument,
  openStreams,
  stdoutProblem,
  writeDocument,
  writeStderr,
} from './terminal/streams.js';

const EPILOGUE = `
Exit codes:
  0  done                 ${EXIT.usage}  usage    ${EXIT.input}  bad input
  ${EXIT.unsupported}  unsupported model    ${EXIT.io}  files    ${EXIT.tool}  outside tool missing or failed
  ${EXIT.mismatch}  verification failed  ${EXIT.internal}  a bug in blnet       ${EXIT.busy}  folder in use (--no-wait)

Start with:
  blnet demo
  blnet compile MODEL.onnx -o build/net --calibration IMAGES
  blnet verify build/net --frames 8`;

/** What the program's help says of a command, without its file. */
function placeholder(name: string, { takes, description }: CommandEntry): Command {
  const command = withJson(new Command(name)).description(description);
  return takes === null ? command : command.arguments(takes);
}

/** The command itself. */
const loaded = async ({ description, load }: CommandEntry): Promise<Command> =>
  (await load()).description(description);

/**
 * @param only the command that is asked for: of the others only names and descriptions are there; all of them where it is left
 *   out
 */
export async function createProgram(only?: string): Promise<Command> {
  const program = new Command('blnet')
    .description(
      'Compiler and cycle-exact simulator for streaming FPGA accelerators of pruned, lightweight CNNs',
    )
    .version(VERSION)
    .showHelpAfterError('(add --help for what it takes)')
    .addHelpText('after', EPILOGUE)
    .configureOutput({ writeErr: (text) => writeStderr(visibleLines(text)) })
    .exitOverride();
  for (const [name, entry] of COMMANDS) {
    const command = only === undefined || only === name ? await loaded(entry) : placeholder(name, entry);
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}

/** Exit code of an error, after saying what it is; with `--json` on stdout as well. */
function report(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const found = error.message.replace(/^error: /, '');
    if (json) writeDocument({ error: { code: 'BLN001', title: CODES.BLN001.title, found } });
    return EXIT.usage;
  }
  if (error instanceof ExitWith || error instanceof Interrupted) return error.exitCode;
  if (error instanceof BlnetError) {
    if (json) writeDocument({ error: error.diagnostic });
    complain(error);
    return error.exitCode;
  }
  const found = error instanceof Error ? error.message : String(error);
  if (json) writeDocument({ error: { code: 'BLN902', title: CODES.BLN902.title, found } });
  writeStderr(
    `${chalkStderr.red('internal error')} ${visibleLines(error instanceof Error ? `${error.stack}` : String(error))}\n`,
  );
  writeStderr('This is a bug in blnet: please report it with the model and the command.\n');
  return EXIT.internal;
}

/** The command of a line; of all there are, where completion lists them. */
function wanted([first = '', second = '']: readonly string[]): string | undefined {
  if (first === 'completion') return undefined;
  return first === 'help' ? second : first;
}

export async function main(argv: readonly string[]): Promise<number> {
  forgetDocument();
  try {
    const program = await createProgram(wanted(argv));
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    return report(error, argv.includes('--json'));
  }
}

/** Whether node was started with this file, by its own path or by the link that npm makes. */
function isProgram(): boolean {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url);
}

if (isProgram()) {
  openStreams();
  const argv = process.argv.slice(2);
  const isJson = argv.includes('--json');
  process.on('uncaughtException', (error) => process.exit(report(error, isJson)));
  const code = await main(argv);
  const problem = await stdoutProblem();
  process.exitCode = problem && code === 0 ? report(problem, false) : code;
}
