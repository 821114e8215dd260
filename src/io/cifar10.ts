/**
 * CIFAR-10 in its official binary layout (cs.toronto.edu/~kriz/cifar.html): records of one label byte and 3072
 * pixels, 32 x 32 red, then green, then blue. The pixels are those of the real dataset only if the files are.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BlnetError } from '../diagnostics.js';
import { reasonOf } from './files.js';
import { readParts } from './read-part.js';

export const CIFAR10_CLASSES = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

export interface LabelledImage {
  /** 0..9, an index into CIFAR10_CLASSES. */
  readonly label: number;
  /** 3072 bytes, channel-major: 3 x 32 x 32. */
  readonly pixels: Uint8Array;
}

const PIXELS = 3 * 32 * 32;
const RECORD = 1 + PIXELS;
const SUBFOLDER = 'cifar-10-batches-bin';
const FILES = {
  train: [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`),
  test: ['test_batch.bin'],
} as const;
export type Cifar10Split = keyof typeof FILES;

const unreadable = (where: string, found: string, hint: string): BlnetError =>
  new BlnetError('BLN105', {
    where,
    found,
    need: `files of ${RECORD}-byte records: a label 0..9 and ${PIXELS} pixels`,
    hint,
  });

const GET_IT =
  'unpack cifar-10-binary.tar.gz from https://www.cs.toronto.edu/~kriz/cifar.html and name its folder';

const WRONG_SIZE = 'use the binary version, not the Python or Matlab one';

function* recordsOf(path: string): Generator<LabelledImage> {
  try {
    yield* readParts(path, function* ({ next, size }) {
      if (size !== null && (size === 0 || size % RECORD !== 0))
        throw unreadable(path, `${size} bytes`, WRONG_SIZE);
      for (let i = 0; ; i++) {
        const record = next(RECORD);
        if (record.length === 0 && i > 0) return;
        if (record.length < RECORD) throw unreadable(path, `${i * RECORD + record.length} bytes`, WRONG_SIZE);
        const label = record[0] as number;
        if (label > 9) throw unreadable(path, `label ${label} in record ${i}`, GET_IT);
        yield { label, pixels: record.subarray(1) };
      }
    });
  } catch (error) {
    throw error instanceof BlnetError ? error : unreadable(path, reasonOf(error), GET_IT);
  }
}

/** The files behind a path: itself if it is a file, else those of the split in the folder or its subfolder. */
function filesAt(path: string, split: Cifar10Split): readonly string[] {
  if (!existsSync(path)) throw unreadable(path, 'it does not exist', GET_IT);
  if (!statSync(path).isDirectory()) return [path];
  const nested = join(path, SUBFOLDER);
  const folder = existsSync(nested) ? nested : path;
  const files = FILES[split].map((name) => join(folder, name)).filter((file) => existsSync(file));
  if (files.length === 0) throw unreadable(folder, `none of ${FILES[split].join(', ')}`, GET_IT);
  return files;
}

/**
 * Images in file order, one in memory at a time. `path` is a folder or a .bin file; `limit` stops early.
 * Errors: BLN105 (missing file, size that is no multiple of a record, label above 9).
 */
export function* readCifar10(
  path: string,
  split: Cifar10Split = 'test',
  limit = Number.POSITIVE_INFINITY,
): Generator<LabelledImage> {
  let left = limit;
  for (const file of filesAt(path, split)) {
    if (left <= 0) return;
    for (const image of recordsOf(file)) {
      if (left-- <= 0) return;
      yield image;
    }
  }
}
