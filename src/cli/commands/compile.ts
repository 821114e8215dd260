/** `blnet compile`: a model to a build folder. */
import { Command, Option } from 'commander';
import { BACKENDS, type CompileConfig } from '../../config.js';
import { type Access, whenFree } from '../../io/build/lock-build.js';
import { prepareOutput, writeBuildFolder } from '../../io/build/write-build-folder.js';
import { arithmeticText } from '../../report/arithmetic.js';
import { calibrationText, type Manifest } from '../../report/manifest.js';
import { BOARD_NAMES } from '../../schema/config.js';
import { emit, facts, grouped, withJson } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';
import { type AccessOptions, accessOf, withWait } from './access.js';
import {
  configOf,
  configOption,
  IMAGES_HELP,
  lanesOf,
  numberList,
  positiveInteger,
  positiveList,
  positiveNumber,
  prefix,
  type TargetOptions,
  withTarget,
} from './arguments.js';
import { compileModel, type ModelOptions } from './compile-model.js';
import { resizeOption } from './data.js';
import { noteFacts } from './notes.js';

export interface CompileOptions extends TargetOptions, AccessOptions, ModelOptions {
  readonly output: string;
  readonly name?: string;
  readonly inputLanes?: number | string;
  readonly outputLanes?: number | string;
  readonly fps?: number;
  readonly copies?: number;
  readonly percentile?: number;
  readonly minMax?: boolean;
  readonly backend?: string;
  readonly json?: boolean;
}

const compileConfig = (o: CompileOptions): CompileConfig =>
  configOf(o, {
    ...(o.fps === undefined ? {} : { fps: o.fps }),
    ...(o.inputLanes === undefined ? {} : { inputLanes: o.inputLanes }),
    ...(o.outputLanes === undefined ? {} : { outputLanes: o.outputLanes }),
    ...(o.copies === undefined ? {} : { copies: o.copies }),
    ...(o.backend === undefined ? {} : { backend: o.backend }),
    ...(o.percentile === undefined ? {} : { calibration: { percentile: o.percentile } }),
    ...(o.minMax ? { calibration: 'min-max' } : {}),
  });

export interface Compiled {
  readonly manifest: Manifest;
  /** Files of the user that were in an earlier build, where they are now. */
  readonly kept: readonly string[];
  /** What was done to images of another size, or null. */
  readonly fitted: string | null;
  /** Whether vectors of reals came in, not pixels. */
  readonly reals: boolean;
  /** What a file beside the model said of images, in words. */
  readonly card: string | null;
}

/** What must not go with an earlier build. */
const inputsOf = (model: string, o: CompileOptions): string[] =>
  [model, o.calibration, o.config, o.classes].filter((path) => path !== undefined);

/** Everything but the printing, where nobody else works in the folder. */
export function compileTo(model: string, o: CompileOptions, progress: Progress): Manifest {
  prepareOutput(o.output, inputsOf(model, o));
  const { manifest, files } = compileModel(model, o, compileConfig(o), progress);
  writeBuildFolder(o.output, files, inputsOf(model, o));
  return manifest;
}

/** The same, after whoever works in the folder; `demo` uses it too. */
export async function compileWaiting(
  model: string,
  o: CompileOptions,
  progress: Progress,
  access: Access,
): Promise<Compiled> {
  const inputs = inputsOf(model, o);
  await whenFree(access, () => prepareOutput(o.output, inputs));
  const { manifest, files, ...rest } = compileModel(model, o, compileConfig(o), progress);
  progress.stage('write');
  const kept = await whenFree(access, () => writeBuildFolder(o.output, files, inputs));
  progress.clear();
  return { manifest, kept, ...rest };
}

export function compileCommand(): Command {
  const started = new Command('compile')
    .argument('<model>', 'MODEL.onnx, MODEL.tflite, or a spec .json')
    .requiredOption(
      '-o, --output <dir>',
      'build folder; an earlier build is replaced, but for what you put there',
    );
  const command = withTarget(started)
    .addOption(
      new Option(
        '--name <name>',
        "what modules, memories and files begin with, so that several networks live in one design (default: the file's name)",
      ).argParser(prefix),
    )
    .addOption(
      new Option(
        '--input-lanes <n>',
        'channels of an input beat: pixel (a whole one of up to 4 channels), plan (what suits the first layer), or a number (default: pixel)',
      ).argParser(lanesOf),
    )
    .addOption(
      new Option(
        '--output-lanes <n>',
        'channels of an output beat: plan (what the last layer gives), or a number (default: plan)',
      ).argParser(lanesOf),
    )
    .addOption(
      new Option('--fps <n>', 'frames per second to reach with the fewest resources').argParser(
        positiveNumber,
      ),
    )
    .addOption(
      new Option(
        '--copies <n>',
        'pipelines that take frames in turn (default: one, or as many as --fps needs)',
      ).argParser(positiveInteger),
    )
    .option('--calibration <path>', IMAGES_HELP)
    .addOption(
      new Option('--calibration-images <n>', 'how many of them').argParser(positiveInteger).default(100),
    )
    .addOption(
      new Option('--percentile <p>', 'range that covers p percent of the values (default: 99.99)').argParser(
        positiveNumber,
      ),
    )
    .addOption(new Option('--min-max', 'range that covers every value').conflicts('percentile'))
    .addOption(
      new Option('--board <name>', 'also for this board: serial link, clock, pins, host program').choices(
        BOARD_NAMES,
      ),
    )
    .addOption(new Option('--backend <name>', 'what to generate').choices(BACKENDS))
    .addOption(
      new Option('--mean <list>', 'real = (pixel - mean) / std, for all channels or one each').argParser(
        numberList,
      ),
    )
    .addOption(
      new Option('--std <list>', 'the same; both are in place of what the model says').argParser(
        positiveList,
      ),
    )
    .addOption(
      new Option('--scale <list>', 'the same as --std, the other way round: real = (pixel - mean) * scale')
        .argParser(positiveList)
        .conflicts('std'),
    )
    .addOption(resizeOption())
    .option(
      '--classes <file>',
      'names of the classes, one a line (default: those of the model, or the image folders)',
    )
    .addOption(configOption())
    .addOption(new Option('--seed <n>', 'of the weights, for a spec').argParser(positiveInteger).default(1));
  return withJson(withWait(command)).action(async (model: string, options: CompileOptions) => {
    const progress = new Progress(options.json);
    try {
      const access = accessOf('compile', options, progress);
      const { output } = options;
      const made = await compileWaiting(model, options, progress, access);
      emit(options, { ...made.manifest, output, kept: made.kept }, () => compileText(made, output));
    } finally {
      progress.clear();
    }
  });
}

/** A path as one word of a shell. */
export const shellWord = (path: string): string =>
  /^[\w./+:@%-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

export function compileText({ manifest: m, kept, fitted, reals, card }: Compiled, output: string): string {
  const { latencyCycles, intervalCycles, framesPerSecond } = m.simulated;
  return facts([
    ['build', output],
    ...(card === null ? [] : [['data', card] as const]),
    ['calibrated on', calibrationText(m)],
    ...(fitted === null ? [] : [['images', fitted] as const]),
    [reals ? 'values' : 'pixels', preprocessingText(m, reals ? 'value' : 'pixel')],
    ['integers', arithmeticText(m.arithmetic)],
    ...(kept.length > 0 ? [['kept of yours', kept.join(', ')] as const] : []),
    ['part', `${m.config.part} at ${m.clockMhz} MHz (a plan: only place and route can prove a clock)`],
    ...(m.copies ? [['copies', copiesText(m.copies)] as const] : []),
    ['latency', `${grouped(latencyCycles)} cycles`],
    ['interval', `${grouped(intervalCycles)} cycles, ${grouped(framesPerSecond)} frames/s`],
    ['bounded by', boundText(m)],
    ['DSPs', `${m.planned.dsp}`],
    ['LUTs', `about ${grouped(m.planned.lut)} planned`],
    ['block RAMs', `about ${m.planned.bram} planned`],
    ...noteFacts(m.notes),
    ['next', `blnet verify ${shellWord(output)} --frames 8`],
  ]);
}

const copiesText = ({ count, pack, depth }: NonNullable<Manifest['copies']>): string =>
  `${count} pipelines take frames in turn${pack > 1 ? `; ${pack} beats of one come as one` : ''}; ${grouped(depth)} wait for each`;

/** How pixels become reals, and who says so. */
function preprocessingText(m: Manifest, value: string): string {
  const { mean, std } = m.input.preprocessing;
  const text = `real = (${value} - ${listText(mean)}) / ${listText(std)}`;
  return m.notes.some((n) => n.kind === 'assumed') ? `${text}, assumed` : `${text}, as stated`;
}

const listText = (values: readonly number[]): string => {
  const texts = values.map((v) => `${Number(v.toPrecision(6))}`);
  return new Set(texts).size === 1 ? texts[0] : `[${texts.join(', ')}]`;
};

/** The layer, why it cannot be faster, and what is lost between blocks. */
function boundText(m: Manifest): string {
  const waits = m.simulated.intervalCycles - Math.ceil(m.planned.cycles / (m.copies?.count ?? 1));
  const lost = waits > 0 ? `; blocks wait for each other in ${grouped(waits)} cycles more` : '';
  return `${m.planned.bound}: ${m.planned.reason}${lost}`;
}
