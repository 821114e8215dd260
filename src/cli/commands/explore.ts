/** `blnet explore`: what a network costs at every speed on a part, as a table, SVG or JSON. */
import { Command, Option } from 'commander';
import { RESOURCES } from '../../explore/cost.js';
import { type Exploration, type ExploredPoint, exploreModel } from '../../explore-model.js';
import { writeWhole } from '../../io/files.js';
import { readImages } from '../../io/images/images.js';
import { loadModel } from '../../io/load-model.js';
import type { Shape } from '../../ir/graph.js';
import { paretoSvg } from '../../report/pareto-svg.js';
import { chalk } from '../terminal/colour.js';
import { emit, facts, grouped, table, textWidth, withJson } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';
import { wrap } from '../terminal/wrap.js';
import {
  configOf,
  configOption,
  IMAGES_HELP,
  positiveInteger,
  type TargetOptions,
  withTarget,
} from './arguments.js';

interface ExploreOptions extends TargetOptions {
  readonly calibration: string;
  readonly calibrationImages: number;
  readonly svg?: string;
  readonly seed: number;
  readonly json?: boolean;
}

const EPILOGUE = `
For a series of intervals the search finds the design whose fullest resource is
the least full (then of fewest LUTs, as \`blnet compile\` plans), and those of
least DSPs, LUTs and block RAM within the limits. The table shows the first;
SVG and JSON have them all.
Every point is a whole design, joined and simulated, with the figures that
\`blnet compile --fps N\` gives it; LUTs are estimates, and a clock is proven by
place and route alone.`;

/** What --json prints. */
export interface ExploredModel extends Exploration {
  readonly model: string;
  /** Whether calibration images were noise, which moves costs by a few bits. */
  readonly calibration: string;
}

export function exploreCommand(): Command {
  const started = new Command('explore').argument('<model>', 'MODEL.onnx, or a spec .json');
  const command = withTarget(started)
    .option('--svg <file>', 'plot the front')
    .addOption(new Option('--calibration <path>', IMAGES_HELP).default('noise'))
    .addOption(
      new Option('--calibration-images <n>', 'how many of them').argParser(positiveInteger).default(4),
    )
    .addOption(configOption())
    .addOption(new Option('--seed <n>', 'of the weights, for a spec').argParser(positiveInteger).default(1))
    .addHelpText('after', EPILOGUE);
  return withJson(command).action((model: string, options: ExploreOptions) => {
    const progress = new Progress(options.json);
    try {
      const result = explore(model, options, progress);
      if (options.svg)
        writeWhole(options.svg, paretoSvg(result, `${result.model} on ${result.part}`, result.clockMhz));
      progress.clear();
      emit(options, result, () => exploreText(result, options.svg));
    } finally {
      progress.clear();
    }
  });
}

function explore(path: string, o: ExploreOptions, progress: Progress): ExploredModel {
  const { graph, name } = loadModel(path, o.seed);
  const shape = graph.shapes.get(graph.input) as Shape;
  const images = [...readImages(o.calibration, shape, 'train', o.calibrationImages)].map((i) => i.pixels);
  const { part, clockMhz, ...front } = exploreModel({
    graph,
    images,
    config: configOf(o),
    onStage: (stage) => progress.stage(stage),
    onProgress: (done, total) => progress.count('explore', done, total),
  });
  return { model: name, part, clockMhz, calibration: o.calibration, ...front };
}

const WORDS = { dsp: 'DSP', lut: 'LUT', bram: 'BRAM' } as const;
/** From this share on a limit is as good as reached. */
const NEARLY = 0.97;

/** Limits that are reached, or the one of which most is taken. */
function tightText(p: ExploredPoint, limits: Exploration['limits']): string {
  const reached = RESOURCES.filter((r) => limits[r] > 0 && p[r] >= NEARLY * limits[r]);
  const words = reached.length > 0 ? reached : [p.fullest];
  const percent = reached.length > 1 ? '' : ` ${Math.round(100 * p.fullestShare)} %`;
  return words.map((r) => WORDS[r]).join(' ') + percent;
}

function exploreText(e: ExploredModel, svg: string | undefined): string {
  const usual = e.points.filter((p) => p.aims.includes('all'));
  const rows = usual.map((p) => [
    p.framesPerSecond >= 100 ? grouped(p.framesPerSecond) : p.framesPerSecond.toPrecision(3),
    grouped(p.interval),
    grouped(p.dsp),
    grouped(p.lut),
    `${p.bram}`,
    p.macsPerDspAndCycle === null ? '-' : p.macsPerDspAndCycle.toFixed(2),
    tightText(p, e.limits),
    p.bound,
  ]);
  const { dsp, lut, bram } = e.limits;
  const others = e.points.length - usual.length;
  const note =
    'MAC/DSP counts MACs of the network per DSP and cycle; LIMIT names the limits that are reached, or what is fullest and its share of the part. ' +
    "Figures are those of `blnet compile --fps N`: cycles are simulated, LUTs estimated, the clock is the plan's.";
  return [
    facts([
      ['part', `${e.part} at ${e.clockMhz} MHz`],
      ['limits', `${grouped(dsp)} DSPs, ${grouped(lut)} LUTs, ${bram} block RAMs`],
      ['fastest', e.reason],
      ['more', `${others} designs of least DSPs, LUTs or block RAM (--json, --svg)`],
      ...(svg ? [['plot', svg] as const] : []),
    ]),
    '',
    table(['frames/s>', 'cycles>', 'DSP>', 'LUT>', 'BRAM>', 'MAC/DSP>', 'limit', 'bounded by'], rows),
    '',
    ...wrap(note, textWidth()).map((line) => chalk.dim(line)),
  ].join('\n');
}
