#!/usr/bin/env node
/** The command line: one file per command, errors as coded diagnostics with an exit code of their own. */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { BlnetError, CODES, EXIT } from '../diagnostics.js';
import { Interrupted } from '../io/interrupt.js';
import { visibleLines } from '../text/visible.js';
import { VERSION } from '../version.js';
import { chalkStderr } from './terminal/colour.js';
import { complain, ExitWith } from './terminal/output.js';
import {
  forgetDocument,
  openStreams,
  stdoutProblem,
  writeDocument,
  writeStderr,
} from './terminal/streams.js';

/** Loaded when asked for: all of them together take longer to load than some take to run. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['compile', async () => (await import('./commands/compile.js')).compileCommand()],
  ['simulate', async () => (await import('./commands/simulate.js')).simulateCommand()],
  ['verify', async () => (await import('./commands/verify.js')).verifyCommand()],
  ['accuracy', async () => (await import('./commands/accuracy.js')).accuracyCommand()],
  ['inspect', async () => (await import('./commands/inspect.js')).inspectCommand()],
  ['wave', async () => (await import('./commands/wave.js')).waveCommand()],
  ['report', async () => (await import('./commands/report.js')).reportCommand()],
  ['demo', async () => (await import('./commands/demo.js')).demoCommand()],
  ['doctor', async () => (await import('./commands/doctor.js')).doctorCommand()],
  ['completion', async () => (await import('./commands/completion.js')).completionCommand()],
  ['estimate', async () => (await import('./commands/estimate.js')).estimateCommand()],
  ['synth', async () => (await import('./commands/synth.js')).synthCommand()],
  ['route', async () => (await import('./commands/route.js')).routeCommand()],
  ['run', async () => (await import('./commands/run.js')).runCommand()],
  ['ui', async () => (await import('./commands/ui.js')).uiCommand()],
  ['explore', async () => (await import('./commands/explore.js')).exploreCommand()],
  ['sweep', async () => (await import('./commands/sweep.js')).sweepCommand()],
]);

const EPILOGUE = `
Exit codes:
  0  done                 ${EXIT.usage}  usage    ${EXIT.input}  bad input
  ${EXIT.unsupported}  unsupported model    ${EXIT.io}  files    ${EXIT.tool}  outside tool missing or failed
  ${EXIT.mismatch}  verification failed  ${EXIT.internal}  a bug in blnet       ${EXIT.busy}  folder in use (--no-wait)

Start with:
  blnet demo
  blnet compile MODEL.onnx -o build/net --calibration IMAGES
  blnet verify build/net --frames 8`;

const isVersion = (word: string | undefined): boolean => word === '--version' || word === '-V';

/** With every command, or with the one that `only` names. */
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
  const one = only === undefined ? undefined : COMMANDS.get(only);
  const wanted = isVersion(only) ? [] : one ? [one] : COMMANDS.values();
  for (const make of wanted) {
    program.addCommand((await make()).copyInheritedSettings(program));
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

export async function main(argv: readonly string[]): Promise<number> {
  forgetDocument();
  try {
    // Completion lists the other commands.
    const program = await createProgram(argv[0] === 'completion' ? undefined : argv[0]);
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
