#!/usr/bin/env node
/** The command line: one file per command, errors as coded diagnostics with an exit code of their own. */
import chalk from 'chalk';
import { Command, CommanderError } from 'commander';
import { BlnetError, EXIT, formatDiagnostic } from '../diagnostics.js';
import { VERSION } from '../version.js';
import { accuracyCommand } from './accuracy.js';
import { compileCommand } from './compile.js';
import { demoCommand } from './demo.js';
import { inspectCommand } from './inspect.js';
import { simulateCommand } from './simulate.js';
import { verifyCommand } from './verify.js';

const COMMANDS = [
  compileCommand,
  simulateCommand,
  verifyCommand,
  accuracyCommand,
  inspectCommand,
  demoCommand,
];

const EPILOGUE = `
Exit codes:
  0 done   ${EXIT.usage} usage   ${EXIT.input} bad input   ${EXIT.unsupported} unsupported model   ${EXIT.io} files   ${EXIT.tool} outside tool   ${EXIT.mismatch} verification failed

Start with:
  blnet demo
  blnet compile MODEL.onnx -o build/net --calibration IMAGES
  blnet verify build/net --frames 8`;

export function createProgram(): Command {
  const program = new Command('blnet')
    .description(
      'Compiler and cycle-exact simulator for streaming FPGA accelerators of pruned, lightweight CNNs',
    )
    .version(VERSION)
    .showHelpAfterError('(add --help for what it takes)')
    .addHelpText('after', EPILOGUE)
    .exitOverride();
  for (const make of COMMANDS) program.addCommand(make().copyInheritedSettings(program));
  return program;
}

/** Exit code of an error, after saying what it is; with `--json` on stdout as well. */
function report(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  if (error instanceof BlnetError) {
    if (json) process.stdout.write(`${JSON.stringify({ error: error.diagnostic }, null, 2)}\n`);
    process.stderr.write(`${chalk.red('error')} ${formatDiagnostic(error.diagnostic)}\n`);
    return error.exitCode;
  }
  process.stderr.write(
    `${chalk.red('internal error')} ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.stderr.write('This is a bug in blnet: please report it with the model and the command.\n');
  return EXIT.internal;
}

export async function main(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync([...argv], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return report(error, argv.includes('--json'));
  }
}

// A closed pipe (`blnet inspect ... | head`) ends the program quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

process.exitCode = await main(process.argv.slice(2));
