/** CIFAR-10 and CIFAR-100 on disk: the files of a split, in a folder or by name. */
import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BlnetError } from '../../diagnostics.js';
import {
  CIFAR_FORMATS,
  type CifarFormat,
  type CifarSplit,
  cifarRecords,
  formatOf,
  type LabelledImage,
  unreadable,
} from '../../images/cifar.js';
import { reasonOf } from '../files.js';
import { readParts } from '../read-part.js';

interface Source {
  readonly format: CifarFormat;
  readonly files: readonly string[];
}

/** A single file. */
const fileSource = (path: string): Source => ({
  format: formatOf(basename(path), statSync(path).size),
  files: [path],
});

/** The files of a split in a folder, be it the dataset's own or one that holds the dataset's. */
function folderSource(path: string, split: CifarSplit): Source {
  const found = CIFAR_FORMATS.flatMap((format): Source[] => {
    const nested = join(path, format.folder);
    const folder = existsSync(nested) ? nested : path;
    const files = format.files[split].map((name) => join(folder, name)).filter((file) => existsSync(file));
    return files.length > 0 ? [{ format, files }] : [];
  });
  const [first, second] = found;
  if (first === undefined) {
    throw unreadable(path, `none of ${CIFAR_FORMATS.flatMap((f) => f.files[split]).join(', ')}`);
  }
  if (second !== undefined) {
    const both = found.map((s) => s.format);
    const hint = `name one of them: ${both.map((f) => join(path, f.folder)).join(' or ')}`;
    throw unreadable(path, both.map((f) => f.name).join(' and '), both, hint);
  }
  return first;
}

function sourceAt(path: string, split: CifarSplit): Source {
  if (!existsSync(path)) throw unreadable(path, 'it does not exist');
  return statSync(path).isDirectory() ? folderSource(path, split) : fileSource(path);
}

function* imagesOf(path: string, format: CifarFormat): Generator<LabelledImage> {
  try {
    yield* readParts(path, (file) => cifarRecords(file, path, format));
  } catch (error) {
    throw error instanceof BlnetError ? error : unreadable(path, reasonOf(error), [format]);
  }
}

/**
 * Images in file order, one in memory at a time. `path` is a folder or a .bin file; `limit` stops early.
 * Errors: BLN105 (missing file, size that is no multiple of a record, label above the last class, two datasets).
 */
export function* readCifar(
  path: string,
  split: CifarSplit = 'test',
  limit = Number.POSITIVE_INFINITY,
): Generator<LabelledImage> {
  const { format, files } = sourceAt(path, split);
  let left = limit;
  for (const file of files) {
    if (left <= 0) return;
    for (const image of imagesOf(file, format)) {
      yield image;
      if (--left <= 0) return;
    }
  }
}
