/** `blnet accuracy`: top-1 of float golden and integer reference on a dataset, agreement, SQNR per layer. */
import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { readBuildFolder } from '../../io/build/build-folder.js';
import { NOISE } from '../../io/images/images.js';
import { measureAccuracy } from '../../io/images/measure-accuracy.js';
import { classesOf } from '../../ir/dataset.js';
import type { AccuracyReport } from '../../report/accuracy.js';
import { emit, facts, percent, table, withJson } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';
import { IMAGES_HELP, nonNegativeInteger, positiveInteger } from './arguments.js';
import { type DataOptions, labelsOption, resizeOption, testImages } from './data.js';

interface AccuracyOptions extends DataOptions {
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
    .addOption(labelsOption())
    .addOption(resizeOption())
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
      const images = testImages(build.quantized, o.dataset, o.images, o);
      const onProgress = (done: number) => progress.count('images', done, o.images);
      const { sqnrImages, threads } = o;
      const report = await measureAccuracy(build, images, { sqnrImages, threads, onProgress });
      progress.clear();
      const facts = {
        isNoise: NOISE.test(o.dataset),
        classes: classesOf(build.quantized.metadata),
        fitted: images.fitted(),
        dataset: images.text,
      };
      emit(o, report, () => accuracyText(report, facts));
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

export interface DatasetFacts {
  /** Images that may well get one answer. */
  readonly isNoise: boolean;
  readonly classes?: readonly string[] | undefined;
  readonly dataset?: string;
  readonly fitted?: string | null;
}

export function accuracyText(r: AccuracyReport, { isNoise, classes, dataset, fitted }: DatasetFacts): string {
  const difference =
    r.floatTop1 === null || r.integerTop1 === null ? null : 100 * (r.integerTop1 - r.floatTop1);
  const lines = facts([
    ['compared with', r.golden ?? '-'],
    ['images', dataset === undefined ? `${r.images}` : `${r.images} of ${dataset}`],
    ...(fitted ? [['resized', fitted] as const] : []),
    ['top-1 model', percent(r.floatTop1)],
    [
      'top-1 integer',
      `${percent(r.integerTop1)}${difference === null ? '' : ` (${difference.toFixed(2)} points)`}`,
    ],
    ['agreement', percent(r.agreement)],
    ...(r.equal === undefined ? [] : [['all outputs equal', percent(r.equal)] as const]),
    ...(!isNoise && collapsed(r) ? [['warning', COLLAPSED] as const] : []),
  ]);
  const byClass =
    r.classes && r.classes.length <= MOST_CLASSES ? `\n\n${classTable(r.classes, classes)}` : '';
  if (r.layers.length === 0) return lines + byClass;
  const rows = r.layers.map((l) => [l.tensor, l.sqnrDb.toFixed(1)]);
  return `${lines}${byClass}\n\n${table(['tensor', 'SQNR dB>'], rows)}`;
}

/** Tables of more classes are for the JSON document. */
const MOST_CLASSES = 20;

function classTable(
  rows: NonNullable<AccuracyReport['classes']>,
  names: readonly string[] | undefined,
): string {
  return table(
    ['class', 'images>', 'right>', 'taken for it>'],
    rows.map((c) => [
      names?.[c.class] ?? `${c.class}`,
      `${c.images}`,
      percent(c.images === 0 ? null : c.right / c.images),
      `${c.answered}`,
    ]),
  );
}
