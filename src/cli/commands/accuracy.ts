/** `blnet accuracy`: top-1 of float golden and integer reference on a dataset, agreement, SQNR per layer. */
import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { readBuildFolder } from '../../io/build/build-folder.js';
import { NOISE, readImages } from '../../io/images/images.js';
import { measureAccuracy } from '../../io/images/measure-accuracy.js';
import { tensorOf } from '../../ir/quant-graph.js';
import type { AccuracyReport } from '../../report/accuracy.js';
import { emit, facts, percent, table, withJson } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';
import { IMAGES_HELP, nonNegativeInteger, positiveInteger } from './arguments.js';

interface AccuracyOptions {
  readonly dataset: string;
  readonly images: number;
  readonly sqnrImages: number;
  readonly threads: number;
  readonly json?: boolean;
}

export function accuracyCommand(): Command {
  const command = new Command('accuracy')
    .argument('<dir>', 'build folder')
    .requiredOption('--dataset <path>', `labelled images: ${IMAGES_HELP}`)
    .addOption(new Option('--images <n>', 'how many of them').argParser(positiveInteger).default(10_000))
    .addOption(
      new Option('--sqnr-images <n>', 'images that compare every layer')
        .argParser(nonNegativeInteger)
        .default(64),
    )
    .addOption(
      new Option('--threads <n>', 'threads of the integer reference; the result is the same')
        .argParser(positiveInteger)
        .default(availableParallelism(), 'processors'),
    );
  return withJson(command).action(async (folder: string, o: AccuracyOptions) => {
    const progress = new Progress(o.json);
    try {
      const build = readBuildFolder(folder);
      const { shape } = tensorOf(build.quantized, build.quantized.input);
      const images = readImages(o.dataset, shape, 'test', o.images);
      const onProgress = (done: number) => progress.count('images', done, o.images);
      const { sqnrImages, threads } = o;
      const report = await measureAccuracy(build, images, { sqnrImages, threads, onProgress });
      progress.clear();
      emit(o, report, () => accuracyText(report, NOISE.test(o.dataset)));
    } finally {
      progress.clear();
    }
  });
}

/** From so many images on, one answer for all is no chance. */
const MANY = 20;
const collapsed = (r: AccuracyReport): boolean => r.images >= MANY && r.answers === 1;
const COLLAPSED =
  'all images got one answer: is the preprocessing that of the training? `blnet compile --mean --std` states it';

/** @param isNoise images that may well get one answer */
export function accuracyText(r: AccuracyReport, isNoise: boolean): string {
  const difference =
    r.floatTop1 === null || r.integerTop1 === null ? null : 100 * (r.integerTop1 - r.floatTop1);
  const lines = facts([
    ['compared with', r.golden ?? '-'],
    ['images', `${r.images}`],
    ['top-1 model', percent(r.floatTop1)],
    [
      'top-1 integer',
      `${percent(r.integerTop1)}${difference === null ? '' : ` (${difference.toFixed(2)} points)`}`,
    ],
    ['agreement', percent(r.agreement)],
    ...(r.equal === undefined ? [] : [['all outputs equal', percent(r.equal)] as const]),
    ...(!isNoise && collapsed(r) ? [['warning', COLLAPSED] as const] : []),
  ]);
  if (r.layers.length === 0) return lines;
  const rows = r.layers.map((l) => [l.tensor, l.sqnrDb.toFixed(1)]);
  return `${lines}\n\n${table(['tensor', 'SQNR dB>'], rows)}`;
}
