/**
 * CIFAR-10 in its official binary layout (cs.toronto.edu/~kriz/cifar.html): records of one label byte and 3072
 * pixels, 32 x 32 red, then green, then blue. The pixels are those of the real dataset only if the files are.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BlnetError } from '../diagnostics.js';

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

function recordsOf(path: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error), GET_IT);
  }
  if (bytes.length === 0 || bytes.length % RECORD !== 0) {
    throw unreadable(path, `${bytes.length} bytes`, 'use the binary version, not the Python or Matlab one');
  }
  return bytes;
}

/** The files behind a path: itself if it is a .bin file, else those of the split in the folder or its subfolder. */
function filesAt(path: string, split: Cifar10Split): readonly string[] {
  if (!existsSync(path)) throw unreadable(path, 'it does not exist', GET_IT);
  if (statSync(path).isFile()) return [path];
  const nested = join(path, SUBFOLDER);
  const folder = existsSync(nested) ? nested : path;
  const files = FILES[split].map((name) => join(folder, name)).filter((file) => existsSync(file));
  if (files.length === 0) throw unreadable(folder, `none of ${FILES[split].join(', ')}`, GET_IT);
  return files;
}

/**
 * Images in file order, one file in memory at a time. `path` is a folder or a .bin file; `limit` stops early.
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
    const bytes = recordsOf(file);
    for (let at = 0; at < bytes.length && left > 0; at += RECORD, left--) {
      const label = bytes[at] as number;
      if (label > 9) throw unreadable(file, `label ${label} in record ${at / RECORD}`, GET_IT);
      yield { label, pixels: bytes.subarray(at + 1, at + RECORD) };
    }
  }
}
