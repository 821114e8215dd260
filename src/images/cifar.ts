/**
 * CIFAR-10 and CIFAR-100 in their official binary layout (cs.toronto.edu/~kriz/cifar.html): records of one label byte,
 * or of two, coarse and fine, and 3072 pixels, 32 x 32 red, then green, then blue.
 */
import { BlnetError } from '../diagnostics.js';
import type { PartReader } from './part-reader.js';

export interface LabelledImage {
  /** The class; in CIFAR-100 the fine one. */
  readonly label: number;
  /** 3072 bytes, channel-major: 3 x 32 x 32. */
  readonly pixels: Uint8Array;
}

export type CifarSplit = 'train' | 'test';

export interface CifarFormat {
  readonly name: string;
  readonly folder: string;
  readonly archive: string;
  readonly files: Readonly<Record<CifarSplit, readonly string[]>>;
  /** How many classes each label byte tells apart; the last byte is the class that counts. */
  readonly labels: readonly number[];
}

export const CIFAR_FORMATS: readonly CifarFormat[] = [
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
const recordOf = (format: CifarFormat): number => format.labels.length + PIXELS;

const getIt = (formats: readonly CifarFormat[]): string =>
  `unpack ${formats.map((f) => f.archive).join(' or ')} from https://www.cs.toronto.edu/~kriz/cifar.html and name its folder; or name a folder with a folder of PNG or JPEG images for each class`;

export const unreadable = (
  where: string,
  found: string,
  formats = CIFAR_FORMATS,
  hint = getIt(formats),
): BlnetError =>
  new BlnetError('BLN105', {
    where,
    found,
    need: formats
      .map((f) => `${f.name}'s files of ${recordOf(f)}-byte records: ${labelText(f)} and ${PIXELS} pixels`)
      .join(', or '),
    hint,
  });

const labelText = (format: CifarFormat): string =>
  format.labels.map((count) => `a label 0..${count - 1}`).join(', ');

/** Those that a file of this name, without folders, may have. */
const formatsNamed = (name: string): readonly CifarFormat[] => {
  const named = CIFAR_FORMATS.filter((f) => Object.values(f.files).flat().includes(name));
  return named.length > 0 ? named : CIFAR_FORMATS;
};

/** What the name says, or else what the size allows; a pipe or a device has no size. */
export function formatOf(name: string, size: number): CifarFormat {
  const [first, ...others] = formatsNamed(name);
  const fits = (f: CifarFormat) => size > 0 && size % recordOf(f) === 0;
  return others.find(fits) ?? first;
}

/**
 * Images in order, one in memory at a time.
 * @param where names the file in errors
 * Errors: BLN105 for a size that is no multiple of a record, and for a label above the last class.
 */
export function* cifarRecords(
  { next, size }: PartReader,
  where: string,
  format: CifarFormat,
): Generator<LabelledImage> {
  const length = recordOf(format);
  const labels = format.labels.length;
  const wrongSize = (bytes: number) =>
    unreadable(
      where,
      `${bytes} bytes`,
      formatsNamed(where.split('/').at(-1) ?? where),
      'use the binary version, not the Python or Matlab one',
    );
  if (size !== null && (size === 0 || size % length !== 0)) throw wrongSize(size);
  for (let i = 0; ; i++) {
    const record = next(length);
    if (record.length === 0 && i > 0) return;
    if (record.length < length) throw wrongSize(i * length + record.length);
    format.labels.forEach((count, at) => {
      const label = record[at];
      if (label >= count) throw unreadable(where, `label ${label} in record ${i}`, [format]);
    });
    yield { label: record[labels - 1], pixels: record.subarray(labels) };
  }
}

/** What images of a file or folder of CIFAR are called in manifests. */
export const cifarText = (name: string, split: CifarSplit): string => `${name}, CIFAR, ${split}`;
