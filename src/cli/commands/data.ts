/** Options of the data that a network is for, shared by `compile`, `accuracy` and those that run frames. */
import { InvalidArgumentError, Option } from 'commander';
import { BlnetError } from '../../diagnostics.js';
import { FIT_HELP, type Fit, parseFit } from '../../images/resize.js';
import { readText } from '../../io/files.js';
import { type ImageSource, openImages } from '../../io/images/images.js';
import { classesOf, RESIZE_KEY } from '../../ir/dataset.js';
import type { Graph, Shape } from '../../ir/graph.js';
import type { Pixels } from '../../ir/preprocess.js';
import { type QuantGraph, tensorOf } from '../../ir/quant-graph.js';

function fitName(text: string): string {
  if (parseFit(text)) return text;
  throw new InvalidArgumentError(`It must be ${FIT_HELP}.`);
}

export const resizeOption = (): Option =>
  new Option(
    '--resize <how>',
    `images of another size: ${FIT_HELP}, as tf.image.resize (default: what the model says, else stretch)`,
  ).argParser(fitName);

export const labelsOption = (): Option =>
  new Option('--labels <file>', 'labels of a .npy file of images or vectors: .npy, or a number a line');

/** Names, one a line. Errors: BLN105 for a file that is empty or has a name twice. */
export function readClasses(path: string): string[] {
  const names = readText(path)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const again = names.find((name, i) => names.indexOf(name) < i);
  if (names.length > 0 && again === undefined) return names;
  throw new BlnetError('BLN105', {
    where: path,
    found: again === undefined ? 'no names' : `"${again}" twice`,
    need: 'names of classes, one a line, in the order of the outputs',
  });
}

type Metadata = Readonly<Record<string, string>>;

/** Errors: BLN102 for metadata that says nothing that is known. */
function fitOf(metadata: Metadata, given: string | undefined): Fit | undefined {
  const text = given ?? metadata[RESIZE_KEY];
  if (text === undefined) return undefined;
  const fit = parseFit(text);
  if (fit) return fit;
  throw new BlnetError('BLN102', {
    where: `metadata ${RESIZE_KEY}`,
    found: `"${text.slice(0, 40)}"`,
    need: FIT_HELP,
  });
}

export interface DataOptions {
  readonly resize?: string;
  readonly labels?: string;
}

/** Images for a model that is compiled. */
export const imagesFor = (graph: Graph, source: string, limit: number, o: DataOptions): ImageSource =>
  openImages(source, graph.shapes.get(graph.input) as Shape, {
    split: 'train',
    limit,
    fit: fitOf(graph.metadata, o.resize),
    labels: o.labels,
    classes: classesOf(graph.metadata),
  });

/** Images for a build. */
export const testImages = (graph: QuantGraph, source: string, limit: number, o: DataOptions): ImageSource =>
  openImages(source, tensorOf(graph, graph.input).shape, {
    split: 'test',
    limit,
    fit: fitOf(graph.metadata, o.resize),
    labels: o.labels,
    classes: classesOf(graph.metadata),
  });

export const isReal = (pixels: Pixels | undefined): boolean => pixels instanceof Float32Array;
