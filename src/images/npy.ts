/** Images in a NumPy file: uint8, C order, (N, C, H, W). Source: NEP 1, format versions 1 to 3. */
import { BlnetError } from '../diagnostics.js';
import { formatShape, type Shape, sizeOf } from '../ir/graph.js';
import type { Image } from './image.js';
import type { PartReader } from './part-reader.js';

const MAGIC = '\x93NUMPY';
/** A header of three entries takes some hundred bytes. */
const MOST_HEADER_BYTES = 65536;

export type Fail = (found: string, cure?: string) => BlnetError;

const latin1 = (bytes: Uint8Array): string => Array.from(bytes, (b) => String.fromCharCode(b)).join('');

/** The header's text, and how many bytes lie before the data. */
export function headerOf(file: PartReader, fail: Fail): { readonly text: string; readonly bytes: number } {
  const start = file.next(8);
  if (start.length < 8 || latin1(start.subarray(0, 6)) !== MAGIC) throw fail('no NumPy file');
  const major = start[6];
  if (major < 1 || major > 3) throw fail(`NumPy format version ${major}`);
  const lengthBytes = file.next(major === 1 ? 2 : 4);
  const length = lengthBytes.reduce((sum, byte, i) => sum + byte * 2 ** (8 * i), 0);
  if (length > MOST_HEADER_BYTES) throw fail(`a header of ${length} bytes`);
  const header = file.next(length);
  if (lengthBytes.length < 2 || header.length < length) throw fail('a file that ends in its header');
  return { text: latin1(header), bytes: 8 + lengthBytes.length + length };
}

/** What NumPy must do to an array of this type and these dimensions before it is saved. */
function cureOf(type: string | undefined, dims: readonly number[], shape: Shape): string {
  const { channels, height, width } = shape;
  const isLast = dims.length === 4 && dims[1] === height && dims[2] === width && dims[3] === channels;
  const turned = isLast && channels !== height ? 'images.transpose(0, 3, 1, 2)' : 'images';
  const scaled = /^[<>=|]f/.test(type ?? '') ? `(${turned} * 255).round().clip(0, 255)` : turned;
  const reals = scaled === turned ? '' : ', where images holds 0..1; undo a mean and a deviation first';
  return `numpy.save(FILE, numpy.ascontiguousarray(${scaled}.astype("uint8")))${reals}`;
}

/** What the header says: the type in NumPy's letters, and the extents. */
export function arrayOf(header: string): {
  readonly type: string | undefined;
  readonly dims: readonly number[];
} {
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const extents = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1]?.split(',') ?? [];
  return { type, dims: extents.filter((d) => d.trim() !== '').map(Number) };
}

export const isFortran = (header: string): boolean => header.includes("'fortran_order': True");

/** Number of images. */
function countOf(header: string, shape: Shape, fail: Fail): number {
  const { type, dims } = arrayOf(header);
  const cure = cureOf(type, dims, shape);
  const dimensions = `(${dims.slice(0, 8).join(', ')})`;
  if (/^[<>=|]f/.test(type ?? '')) throw fail(`floats (${type}) of shape ${dimensions}`, cure);
  if (type !== '|u1' || isFortran(header))
    throw fail(`type ${type}, header ${header.trim().slice(0, 200)}`, cure);
  const [count, channels, height, width] = dims as [number, number, number, number];
  if (dims.length !== 4 || formatShape({ channels, height, width }) !== formatShape(shape)) {
    const order = cure.includes('transpose') ? ', channels last' : '';
    throw fail(`shape ${dimensions}${order}`, cure);
  }
  if (!Number.isSafeInteger(count) || count < 1) throw fail(`${count} images`);
  return count;
}

/**
 * Images in file order, one in memory at a time.
 * @param where names the file in errors
 * Errors: BLN105 with what was found, and the NumPy call that cures it.
 */
export function* npyImages(file: PartReader, where: string, shape: Shape): Generator<Image> {
  const fail: Fail = (found, cure = cureOf(undefined, [], shape)) =>
    new BlnetError('BLN105', {
      where,
      found,
      need: `uint8 (N, ${shape.channels}, ${shape.height}, ${shape.width}) in C order`,
      hint: cure,
    });
  const size = sizeOf(shape);
  const header = headerOf(file, fail);
  const count = countOf(header.text, shape, fail);
  if (file.size !== null && file.size !== header.bytes + count * size)
    throw fail(`${file.size - header.bytes} bytes for ${count} images`);
  for (let i = 0; i < count; i++) {
    const pixels = file.next(size);
    if (pixels.length < size) throw fail(`a file that ends in image ${i + 1} of ${count}`);
    yield { pixels, label: null };
  }
}
