/**
 * A folder of classes: a folder for each, with its PNG and JPEG images, as torchvision's ImageFolder and Keras'
 * image_dataset_from_directory have them. Beside each other there may be `train` and `test` (or `val`), each with the classes.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BlnetError } from '../../diagnostics.js';
import type { CifarSplit } from '../../images/cifar.js';
import type { Image } from '../../images/image.js';
import { type Fit, fitText, isScaled, toInput } from '../../images/resize.js';
import { formatShape, type Shape } from '../../ir/graph.js';
import { IMAGE_NAME, readImageFile } from './decode.js';

const SPLITS: Readonly<Record<CifarSplit, readonly string[]>> = {
  train: ['train', 'training'],
  test: ['test', 'val', 'valid', 'validation'],
};

/** In the order of Python's sorted(), by code points. */
const byCodePoint = (a: string, b: string): number => {
  const [x, y] = [[...a], [...b]];
  const at = x.findIndex((c, i) => c !== y[i]);
  if (at < 0) return x.length - y.length;
  return (x[at].codePointAt(0) ?? 0) - (y[at]?.codePointAt(0) ?? -1);
};

const namesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort(byCodePoint);
const foldersIn = (folder: string): string[] =>
  namesIn(folder).filter((name) => statSync(join(folder, name)).isDirectory());
const imagesIn = (folder: string): string[] => namesIn(folder).filter((name) => IMAGE_NAME.test(name));

export interface ClassFolder {
  readonly path: string;
  readonly classes: readonly string[];
}

/** The folder of a split where there are such, else the folder itself. */
function ofSplit(path: string, split: CifarSplit): string {
  const found = SPLITS[split].map((name) => join(path, name)).find((folder) => existsSync(folder));
  return found ?? path;
}

/** The classes of a folder, or undefined where it has none with images. */
export function classFolderAt(path: string, split: CifarSplit): ClassFolder | undefined {
  if (!existsSync(path) || !statSync(path).isDirectory()) return undefined;
  const folder = ofSplit(path, split);
  const classes = foldersIn(folder);
  return classes.some((name) => imagesIn(join(folder, name)).length > 0)
    ? { path: folder, classes }
    : undefined;
}

/** Index of each of the folder's classes among the network's. Errors: BLN105 for one that the network does not have. */
export function labelsOf({ path, classes }: ClassFolder, names: readonly string[] | undefined): number[] {
  if (!names) return classes.map((_, i) => i);
  const labels = classes.map((name) => names.indexOf(name));
  const foreign = classes.find((_, i) => labels[i] < 0);
  if (foreign === undefined) return labels;
  throw new BlnetError('BLN105', {
    where: join(path, foreign),
    found: `a folder that is none of the network's ${names.length} classes`,
    need: `folders named ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', ...' : ''}`,
    hint: '`blnet compile --classes FILE` states the names, one a line, in the order of the outputs',
  });
}

/** Takes turns among the classes, so that the first images are of all of them. */
function* filesOf(folder: ClassFolder): Generator<{ readonly file: string; readonly at: number }> {
  const lists = folder.classes.map((name) =>
    imagesIn(join(folder.path, name)).map((f) => join(folder.path, name, f)),
  );
  const longest = Math.max(...lists.map((l) => l.length));
  for (let i = 0; i < longest; i++)
    for (const [at, list] of lists.entries()) if (i < list.length) yield { file: list[i], at };
}

/**
 * Images with labels, class by class in turn.
 * @param onResized called for every image that is not of the input's size
 * Errors: BLN105 for a file that is no image, BLN103 for a network whose input is none.
 */
export function* readClassFolder(
  folder: ClassFolder,
  labels: readonly number[],
  shape: Shape,
  fit: Fit,
  onResized: () => void,
): Generator<Image> {
  for (const { file, at } of filesOf(folder)) {
    const bitmap = readImageFile(file);
    if (isScaled(bitmap, shape, fit)) onResized();
    const pixels = toInput(bitmap, shape, fit);
    if (typeof pixels === 'string')
      throw new BlnetError('BLN103', {
        where: file,
        found: pixels,
        need: `images for an input of ${formatShape(shape)}`,
        hint: `now they are ${fitText(fit)}; --resize says otherwise`,
      });
    yield { pixels, label: labels[at] };
  }
}

export const folderText = ({ path, classes }: ClassFolder): string =>
  `the folder ${basename(path)} of ${classes.length} classes`;
