/**
 * CIFAR-10 and CIFAR-100 in their official binary layout (cs.toronto.edu/~kriz/cifar.html): records of one label byte,
 * or of two, coarse and fine, and 3072 pixels, 32 x 32 red, then green, then blue.
 */
import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BlnetError } from '../../diagnostics.js';
import { reasonOf } from '../files.js';
import { readParts } from '../read-part.js';

export interface LabelledImage {
  /** The class; in CIFAR-100 the fine one. */
  readonly label: number;
  /** 3072 bytes, channel-major: 3 x 32 x 32. */
  readonly pixels: Uint8Array;
}

export type CifarSplit = 'train' | 'test';

interface Format {
  readonly name: string;
  readonly folder: string;
  readonly archive: string;
  readonly files: Readonly<Record<CifarSplit, readonly string[]>>;
  /** How many classes each label byte tells apart; the last byte is the class that counts. */
  readonly labels: readonly number[];
}

const FORMATS: readonly Format[] = [
  {
    name: 'CIFAR-10',
    folder: 'cifar-10-batches-bin',
    archive: 'cifar-10-binary.tar.gz',
    files: { train: [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`), test: ['test_batch.bin'] },
    labels: [10],
  },
  {
    name: 'CIFAR-100',
    folder: 'cifar-100-binary',
    archive: 'cifar-100-binary.tar.gz',
    files: { train: ['train.bin'], test: ['test.bin'] },
    labels: [20, 100],
  },
];

const PIXELS = 3 * 32 * 32;
const recordOf = (format: Format): number => format.labels.length + PIXELS;

const getIt = (formats: readonly Format[]): string =>
  `unpack ${formats.map((f) => f.archive).join(' or ')} from https://www.cs.toronto.edu/~kriz/cifar.html and name its folder`;

const unreadable = (where: string, found: string, formats = FORMATS, hint = getIt(formats)): BlnetError =>
  new BlnetError('BLN105', {
    where,
    found,
    need: formats
      .map((f) => `${f.name}'s files of ${recordOf(f)}-byte records: ${labelText(f)} and ${PIXELS} pixels`)
      .join(', or '),
    hint,
  });

const labelText = (format: Format): string =>
  format.labels.map((count) => `a label 0..${count - 1}`).join(', ');

interface Source {
  readonly format: Format;
  readonly files: readonly string[];
}

/** Those that a file of this name may have. */
const formatsOf = (path: string): readonly Format[] => {
  const named = FORMATS.filter((f) => Object.values(f.files).flat().includes(basename(path)));
  return named.length > 0 ? named : FORMATS;
};

/** A single file is what its name says, or else what its size allows; a pipe or a device has no size. */
function fileSource(path: string): Source {
  const { size } = statSync(path);
  const [first, ...others] = formatsOf(path);
  const fits = (f: Format) => size > 0 && size % recordOf(f) === 0;
  return { format: others.find(fits) ?? first, files: [path] };
}

/** The files of a split in a folder, be it the dataset's own or one that holds the dataset's. */
function folderSource(path: string, split: CifarSplit): Source {
  const found = FORMATS.flatMap((format): Source[] => {
    const nested = join(path, format.folder);
    const folder = existsSync(nested) ? nested : path;
    const files = format.files[split].map((name) => join(folder, name)).filter((file) => existsSync(file));
    return files.length > 0 ? [{ format, files }] : [];
  });
  const [first, second] = found;
  if (first === undefined) {
    throw unreadable(path, `none of ${FORMATS.flatMap((f) => f.files[split]).join(', ')}`);
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

/** Images of a file in order, one in memory at a time. */
function* imagesOf(path: string, format: Format): Generator<LabelledImage> {
  const length = recordOf(format);
  const labels = format.labels.length;
  const wrongSize = (bytes: number) =>
    unreadable(
      path,
      `${bytes} bytes`,
      formatsOf(path),
      'use the binary version, not the Python or Matlab one',
    );
  try {
    yield* readParts(path, function* ({ next, size }) {
      if (size !== null && (size === 0 || size % length !== 0)) throw wrongSize(size);
      for (let i = 0; ; i++) {
        const record = next(length);
        if (record.length === 0 && i > 0) return;
        if (record.length < length) throw wrongSize(i * length + record.length);
        format.labels.forEach((count, at) => {
          const label = record[at];
          if (label >= count) throw unreadable(path, `label ${label} in record ${i}`, [format]);
        });
        yield { label: record[labels - 1], pixels: record.subarray(labels) };
      }
    });
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
