/** NumPy files beyond images: vectors (N, C) of bytes or reals, and labels (N) of whole numbers. */
import { BlnetError } from '../diagnostics.js';
import type { Image } from './image.js';
import { arrayOf, type Fail, headerOf, isFortran } from './npy.js';
import type { PartReader } from './part-reader.js';

type Read = (view: DataView, at: number) => number;
const bigint = (v: bigint): number => Number(v);

/** Bytes of a value, and how it is read, by NumPy's letters for little-endian machines. */
const TYPES: Readonly<Record<string, readonly [bytes: number, read: Read]>> = {
  '|u1': [1, (v, at) => v.getUint8(at)],
  '|i1': [1, (v, at) => v.getInt8(at)],
  '<u2': [2, (v, at) => v.getUint16(at, true)],
  '<i2': [2, (v, at) => v.getInt16(at, true)],
  '<u4': [4, (v, at) => v.getUint32(at, true)],
  '<i4': [4, (v, at) => v.getInt32(at, true)],
  '<i8': [8, (v, at) => bigint(v.getBigInt64(at, true))],
  '<f4': [4, (v, at) => v.getFloat32(at, true)],
  '<f8': [8, (v, at) => v.getFloat64(at, true)],
};

interface Rows {
  readonly type: string;
  readonly dims: readonly number[];
  next(count: number): number[] | undefined;
}

function rowsOf(file: PartReader, fail: Fail): Rows {
  const header = headerOf(file, fail).text;
  const { type = '', dims } = arrayOf(header);
  const found = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (!found || isFortran(header)) throw fail(`type ${type}${isFortran(header) ? ' in Fortran order' : ''}`);
  const [bytes, read] = found;
  return {
    type,
    dims,
    next: (count) => {
      const part = file.next(count * bytes);
      if (part.length < count * bytes) return undefined;
      const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
      return Array.from({ length: count }, (_, i) => read(view, i * bytes));
    },
  };
}

/** Vectors of `size` values; bytes are pixels, anything else is reals. Errors: BLN105 for another array. */
export function* npyVectors(file: PartReader, where: string, size: number): Generator<Image> {
  const fail: Fail = (found) =>
    new BlnetError('BLN105', {
      where,
      found,
      need: `bytes or reals of shape (N, ${size}) in C order`,
      hint: `numpy.save(FILE, numpy.ascontiguousarray(x.reshape(len(x), ${size}).astype("float32")))`,
    });
  const rows = rowsOf(file, fail);
  const [count, ...rest] = rows.dims;
  if (rest.join() !== `${size}` || !(count >= 1)) throw fail(`shape (${rows.dims.slice(0, 8).join(', ')})`);
  for (let i = 0; i < count; i++) {
    const values = rows.next(size);
    if (!values) throw fail(`a file that ends in vector ${i + 1} of ${count}`);
    if (!values.every(Number.isFinite)) throw fail(`a value in vector ${i + 1} that is no number`);
    yield { pixels: rows.type === '|u1' ? Uint8Array.from(values) : Float32Array.from(values), label: null };
  }
}

/** Labels (N) or (N, 1). Errors: BLN105 for another array, or a label that is no index. */
export function npyLabels(file: PartReader, where: string): number[] {
  const fail: Fail = (found) =>
    new BlnetError('BLN105', {
      where,
      found,
      need: 'labels 0, 1, 2 ... of shape (N)',
      hint: 'numpy.save(FILE, labels.astype("int64"))',
    });
  const rows = rowsOf(file, fail);
  const [count, ...rest] = rows.dims;
  if (!(count >= 1) || rest.some((d) => d !== 1)) throw fail(`shape (${rows.dims.slice(0, 8).join(', ')})`);
  const labels = rows.next(count);
  if (!labels) throw fail(`a file that ends before ${count} labels`);
  const wrong = labels.find((v) => !Number.isInteger(v) || v < 0);
  if (wrong !== undefined) throw fail(`label ${wrong}`);
  return labels;
}
