/** Images in a NumPy file: uint8, C order, (N, C, H, W). Source: NEP 1, format versions 1 and 2. */
import { BlnetError } from '../diagnostics.js';
import { formatShape, type Shape, sizeOf } from '../ir/graph.js';
import { readBytes } from './files.js';
import type { Image } from './images.js';

const MAGIC = '\x93NUMPY';

/** Errors: BLN105 with what was found, BLN301. */
export function* readNpyImages(path: string, shape: Shape): Generator<Image> {
  const bytes = readBytes(path);
  const fail = (found: string) =>
    new BlnetError('BLN105', {
      where: path,
      found,
      need: `uint8 (N, ${shape.channels}, ${shape.height}, ${shape.width}) in C order`,
      hint: 'numpy.save(FILE, numpy.ascontiguousarray(images.astype("uint8")))',
    });
  if (Buffer.from(bytes.subarray(0, 6)).toString('latin1') !== MAGIC) throw fail('no NumPy file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isV1 = bytes[6] === 1;
  const headerAt = isV1 ? 10 : 12;
  const headerLength = isV1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const header = Buffer.from(bytes.subarray(headerAt, headerAt + headerLength)).toString('latin1');
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const dims =
    /'shape':\s*\(([^)]*)\)/
      .exec(header)?.[1]
      ?.split(',')
      .filter((d) => d.trim() !== '')
      .map(Number) ?? [];
  if (type !== '|u1' || header.includes("'fortran_order': True"))
    throw fail(`type ${type}, header ${header.trim()}`);
  const [count, channels, height, width] = dims as [number, number, number, number];
  if (dims.length !== 4 || formatShape({ channels, height, width }) !== formatShape(shape))
    throw fail(`shape (${dims.join(', ')})`);
  const size = sizeOf(shape);
  const start = headerAt + headerLength;
  if (bytes.length !== start + count * size) throw fail(`${bytes.length - start} bytes for ${count} images`);
  for (let i = 0; i < count; i++)
    yield { pixels: bytes.subarray(start + i * size, start + (i + 1) * size), label: null };
}
