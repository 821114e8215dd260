/**
 * Images that a user names: a folder of classes, CIFAR files, a NumPy array, vectors, or noise. All of them end as pixels 0..255 (or reals
 * of a vector) of one shape, channel-major, with a label where the source has one.
 */
import { basename } from 'node:path';
import { BlnetError } from '../../diagnostics.js';
import { type CifarSplit, cifarText } from '../../images/cifar.js';
import type { Image } from '../../images/image.js';
import { noiseImages, noiseText } from '../../images/noise.js';
import { npyLabels } from '../../images/npy-vectors.js';
import { type Fit, fitText } from '../../images/resize.js';
import { csvVectors } from '../../images/vectors.js';
import { formatShape, type Shape, sizeOf } from '../../ir/graph.js';
import { readText } from '../files.js';
import { readParts } from '../read-part.js';
import { readCifar } from './cifar.js';
import { classFolderAt, folderText, labelsOf, readClassFolder } from './class-folder.js';
import { readNpyImages } from './npy.js';

export const NOISE = /^noise(?::(\d+))?$/;

export interface ImageOptions {
  readonly split: CifarSplit;
  readonly limit: number;
  /** Of images that are not of the input's size; stretched where nothing is said. */
  readonly fit?: Fit | undefined;
  /** File with the labels of a .npy file. */
  readonly labels?: string | undefined;
  /** The network's classes by name. */
  readonly classes?: readonly string[] | undefined;
}

export interface ImageSource extends Iterable<Image> {
  /** What it is, in words, without a path. */
  readonly text: string;
  /** Where the source itself names them. */
  readonly classes: readonly string[] | null;
  /** What happened to images of another size; null where there were none so far. */
  fitted(): string | null;
}

/** What a source is before anything of it is read. */
interface Opened {
  readonly text: string;
  readonly classes?: readonly string[];
  readonly images: Iterable<Image>;
}

const STRETCH: Fit = { how: 'stretch', antialias: true };

/**
 * `source` is a folder of classes, a folder or .bin file of CIFAR-10 or CIFAR-100, a .npy file of uint8 (N, C, H, W), for a vector also
 * (N, C) or a .csv file, or `noise` / `noise:SEED` for work on structure alone. Errors: BLN105, BLN103 when the images do not fit `shape`.
 */
export function openImages(source: string, shape: Shape, options: ImageOptions): ImageSource {
  const fit = options.fit ?? STRETCH;
  let resized = 0;
  const { text, classes, images } = opened(source, shape, options, fit, () => {
    resized++;
  });
  const labels = options.labels === undefined ? undefined : labelFile(options.labels);
  const assumed = options.fit ? '' : ', assumed (--resize says otherwise)';
  return {
    text,
    classes: classes ?? null,
    fitted: () => (resized === 0 ? null : `${resized} of another size: ${fitText(fit)}${assumed}`),
    [Symbol.iterator]: () => checked(source, images, shape, options.limit, labels),
  };
}

function opened(source: string, shape: Shape, o: ImageOptions, fit: Fit, onResized: () => void): Opened {
  const seed = NOISE.exec(source);
  if (seed) {
    const number = Number(seed[1] ?? 1);
    return { text: noiseText(number), images: noiseImages(number, shape) };
  }
  const name = basename(source);
  if (source.endsWith('.npy')) return { text: name, images: readNpyImages(source, shape) };
  if (source.endsWith('.csv') && shape.height * shape.width === 1)
    return { text: name, images: csvVectors(readText(source), source, shape.channels) };
  const folder = classFolderAt(source, o.split);
  if (folder) {
    const labels = labelsOf(folder, o.classes);
    const images = readClassFolder(folder, labels, shape, fit, onResized);
    return { text: folderText(folder), classes: folder.classes, images };
  }
  return { text: cifarText(name, o.split), images: readCifar(source, o.split, o.limit) };
}

/** A .npy file, or a text file with a number a line. */
function labelFile(path: string): readonly number[] {
  if (path.endsWith('.npy')) {
    const [labels] = readParts(path, function* (file) {
      yield npyLabels(file, path);
    });
    return labels;
  }
  const lines = readText(path)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  return lines.map((line, i) => {
    const label = Number(line);
    if (Number.isInteger(label) && label >= 0) return label;
    throw new BlnetError('BLN105', {
      where: `${path}, line ${i + 1}`,
      found: `"${line.slice(0, 40)}"`,
      need: 'a label 0, 1, 2 ... a line, or a .npy file of them',
    });
  });
}

function* checked(
  source: string,
  images: Iterable<Image>,
  shape: Shape,
  limit: number,
  labels: readonly number[] | undefined,
): Generator<Image> {
  let count = 0;
  for (const image of images) {
    if (count >= limit) return;
    if (image.pixels.length !== sizeOf(shape)) {
      throw new BlnetError('BLN103', {
        where: source,
        found: `images of ${image.pixels.length} pixels`,
        need: `${sizeOf(shape)} (${formatShape(shape)}), the model's input`,
        hint: 'a folder of classes with PNG or JPEG images is resized; or save images of this shape as a .npy file of uint8 (N, C, H, W)',
      });
    }
    if (labels && labels.length <= count) {
      throw new BlnetError('BLN105', {
        where: '--labels',
        found: `${labels.length} labels for more images`,
        need: 'one for each image',
      });
    }
    yield labels ? { ...image, label: labels[count] } : image;
    count++;
  }
}

/** The same, as nothing but images. */
export function* readImages(
  source: string,
  shape: Shape,
  split: CifarSplit,
  limit: number,
): Generator<Image> {
  yield* openImages(source, shape, { split, limit });
}
