#!/usr/bin/env node
/** The command line: one file per command, errors as coded diagnostics with an exit code of their own. */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { BlnetError, CODES, EXIT, formatDiagnostic } from '../diagnostics.js';
import { VERSION } from '../version.js';
import { accuracyCommand } from './accuracy.js';
import { chalkStderr } from './colour.js';
import { compileCommand } from './compile.js';
import { completionCommand } from './completion.js';
import { demoCommand } from './demo.js';
import { doctorCommand } from './doctor.js';
import { estimateCommand } from './estimate.js';
import { exploreCommand } from './explore.js';
import { inspectCommand } from './inspect.js';
import { ExitWith } from './output.js';
import { reportCommand } from './report.js';
import { simulateCommand } from './simulate.js';
import { synthCommand } from './synth.js';
import { verifyCommand } from './verify.js';
import { waveCommand } from './wave.js';

const COMMANDS = [
  compileCommand,
  simulateCommand,
  verifyCommand,
  accuracyCommand,
  inspectCommand,
  waveCommand,
  reportCommand,
  demoCommand,
  doctorCommand,
  completionCommand,
  estimateCommand,
  synthCommand,
  exploreCommand,
];

const EPILOGUE = `
Exit codes:
  0  done                 ${EXIT.usage}  usage    ${EXIT.input}  bad input
  ${EXIT.unsupported}  unsupported model    ${EXIT.io}  files    ${EXIT.tool}  outside tool missing or failed
  ${EXIT.mismatch}  verification failed  ${EXIT.internal}  a bug in blnet

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
    await createProgram().parseAsync([...argv], { from: 'user' });
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
