#!/usr/bin/env node
/** The command line: one file per command, errors as coded diagnostics with an exit code of their own. */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { BlnetError, CODES, EXIT, formatDiagnostic } from '../diagnostics.js';
import { VERSION } from '../version.js';
import { chalkStderr } from './colour.js';
import { ExitWith } from './output.js';

/** Loaded when asked for: all of them together take longer to load than some take to run. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['compile', async () => (await import('./compile.js')).compileCommand()],
  ['simulate', async () => (await import('./simulate.js')).simulateCommand()],
  ['verify', async () => (await import('./verify.js')).verifyCommand()],
  ['accuracy', async () => (await import('./accuracy.js')).accuracyCommand()],
  ['inspect', async () => (await import('./inspect.js')).inspectCommand()],
  ['wave', async () => (await import('./wave.js')).waveCommand()],
  ['report', async () => (await import('./report.js')).reportCommand()],
  ['demo', async () => (await import('./demo.js')).demoCommand()],
  ['doctor', async () => (await import('./doctor.js')).doctorCommand()],
  ['completion', async () => (await import('./completion.js')).completionCommand()],
  ['estimate', async () => (await import('./estimate.js')).estimateCommand()],
  ['synth', async () => (await import('./synth.js')).synthCommand()],
  ['explore', async () => (await import('./explore.js')).exploreCommand()],
]);

const EPILOGUE = `
Exit codes:
  0  done                 ${EXIT.usage}  usage    ${EXIT.input}  bad input
  ${EXIT.unsupported}  unsupported model    ${EXIT.io}  files    ${EXIT.tool}  outside tool missing or failed
  ${EXIT.mismatch}  verification failed  ${EXIT.internal}  a bug in blnet

Start with:
  blnet demo
  blnet compile MODEL.onnx -o build/net --calibration IMAGES
  blnet verify build/net --frames 8`;

/** With every command, or with the one that `only` names. */
export async function createProgram(only?: string): Promise<Command> {
  const program = new Command('blnet')
    .description(
      'Compiler and cycle-exact simulator for streaming FPGA accelerators of pruned, lightweight CNNs',
    )
    .version(VERSION)
    .showHelpAfterError('(add --help for what it takes)')
    .addHelpText('after', EPILOGUE)
    .exitOverride();
  const one = only === undefined ? undefined : COMMANDS.get(only);
  for (const make of one ? [one] : COMMANDS.values()) {
    program.addCommand((await make()).copyInheritedSettings(program));
  }
  return program;
}

const print = (document: object) => process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);

/** Exit code of an error, after saying what it is; with `--json` on stdout as well. */
function report(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const found = error.message.replace(/^error: /, '');
    if (json) print({ error: { code: 'BLN001', title: CODES.BLN001.title, found } });
    return EXIT.usage;
  }
  if (error instanceof ExitWith) return error.exitCode;
  if (error instanceof BlnetError) {
    if (json) print({ error: error.diagnostic });
    process.stderr.write(`${chalkStderr.red('error')} ${formatDiagnostic(error.diagnostic)}\n`);
    return error.exitCode;
  }
  process.stderr.write(
    `${chalkStderr.red('internal error')} ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.stderr.write('This is a bug in blnet: please report it with the model and the command.\n');
  return EXIT.internal;
}

export async function main(argv: readonly string[]): Promise<number> {
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
  // A closed pipe (`blnet inspect ... | head`) ends the program quietly.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
  });
  process.exitCode = await main(process.argv.slice(2));
}
