/** `blnet run`: images on a board, over its serial port. */
import { Command, Option } from 'commander';
import { BlnetError } from '../../diagnostics.js';
import { type BoardRun, runBoard } from '../../io/board/run-board.js';
import { type Build, readBuildFolder } from '../../io/build/build-folder.js';
import { interruptible } from '../../io/interrupt.js';
import { emit, facts, fail, grouped, table, withJson } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';
import {
  type Frames,
  framesOf,
  framesOption,
  IMAGES_HELP,
  nonNegativeInteger,
  positiveNumber,
} from './arguments.js';

interface RunOptions {
  readonly port: string;
  readonly frames: number;
  readonly retries: number;
  readonly timeout: number;
  readonly json?: boolean;
}

const EPILOGUE = `
The build is one of blnet compile --board, and the board holds the bitstream of
its blnet route. Every answer is compared with the integer reference. The host
program board/NAME_host.py does the talking; it also runs alone, on image files.
Without a board: make -C DIR/board sim, then DIR/board/sim prints a port behind
which the same design runs in Verilator.
The exit code is 7 when an answer differs.`;

export function runCommand(): Command {
  const command = new Command('run')
    .argument('<dir>', 'build folder')
    .argument('[images]', `${IMAGES_HELP} (default: the samples kept in the build)`)
    .requiredOption('--port <path>', 'serial port of the board, as /dev/ttyUSB0')
    .addOption(framesOption(1))
    .addOption(
      new Option('--retries <n>', 'more tries after a fault of the line')
        .argParser(nonNegativeInteger)
        .default(2),
    )
    .addOption(
      new Option('--timeout <seconds>', 'longest wait for an answer').argParser(positiveNumber).default(5),
    )
    .addHelpText('after', EPILOGUE);
  return withJson(command).action(async (folder: string, images: string | undefined, o: RunOptions) => {
    const progress = new Progress(o.json);
    try {
      const build = readBuildFolder(folder);
      const frames = framesOf(build, o.frames, images);
      progress.stage(`the board at ${o.port}`);
      const onLine = (line: string): void => {
        if (/^frame \d+ of \d+$/.test(line)) progress.stage(line);
      };
      const { port, retries, timeout: replySeconds } = o;
      const run = await interruptible((signal) =>
        runBoard({ build, port, frames: frames.values, retries, replySeconds, onLine, signal }),
      );
      progress.clear();
      emit(o, { ...run, labels: frames.labels }, () => runText(build, run, frames));
      complain(folder, run);
    } finally {
      progress.clear();
    }
  });
}

/** Errors: exit code of BLN501 when an answer is not the reference's. */
function complain(folder: string, { frames }: BoardRun): void {
  const wrong = frames.flatMap((f, i) => (f.equal ? [] : [i + 1]));
  if (wrong.length === 0) return;
  fail(
    new BlnetError('BLN501', {
      where: folder,
      found: `frames ${wrong.join(', ')} of ${frames.length} differ from the integer reference`,
      hint: 'the clock may be beyond what the design reaches: route it again, and load that bitstream',
    }),
  );
}

function runText(build: Build, { clockMhz, frames }: BoardRun, { labels }: Frames): string {
  const { latencyCycles } = build.manifest.simulated;
  const rows = frames.map((f, i) => [
    `${i + 1}`,
    `${f.class}`,
    f.reals[f.class].toPrecision(4),
    `${labels[i] ?? '-'}`,
    grouped(f.cycles),
    (f.cycles / clockMhz).toFixed(1),
    f.equal ? 'equal' : 'DIFFERS',
  ]);
  return [
    table(['frame>', 'class>', 'score>', 'label>', 'cycles>', 'us>', 'reference'], rows),
    '',
    facts([
      ['clock', `${clockMhz} MHz, as the bitstream says`],
      ['latency', `${grouped(latencyCycles)} cycles simulated, to the last beat out and fed at full speed`],
    ]),
  ].join('\n');
}
