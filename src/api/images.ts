/** Images without a file system: noise, or the bytes of a file that `--calibration` would take by its path. */

import { BlnetError } from '../diagnostics.js';
import { cifarRecords, cifarText, formatOf } from '../images/cifar.js';
import { noiseImages, noiseText } from '../images/noise.js';
import { npyImages } from '../images/npy.js';
import { partsOf } from '../images/part-reader.js';
import { formatShape, type Shape, sizeOf } from '../ir/graph.js';

/** The bytes of a .npy or CIFAR .bin file, and its name. */
export interface ImageFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * At most `limit` images of the shape: a byte for every pixel, channel-major.
 * @param source a file, or the seed of noise
 * Errors: BLN105 for a file that is none of those, BLN103 for images of another size.
 */
export function imagesOf(source: ImageFile | number, shape: Shape, limit: number): Uint8Array[] {
  const images: Uint8Array[] = [];
  for (const { pixels } of allOf(source, shape)) {
    if (images.length >= limit) break;
    if (pixels.length !== sizeOf(shape))
      throw new BlnetError('BLN103', {
        where: typeof source === 'number' ? 'noise' : source.name,
        found: `images of ${pixels.length} pixels`,
        need: `${sizeOf(shape)} (${formatShape(shape)}), the model's input`,
        hint: 'save images of this shape as a .npy file of uint8 (N, C, H, W)',
      });
    images.push(Uint8Array.from(pixels));
  }
  return images;
}

/** What the images of a source are called, as `blnet compile` does: for `calibration` of a compilation. */
export function imagesText(source: Pick<ImageFile, 'name'> | number): string {
  if (typeof source === 'number') return noiseText(source);
  return source.name.endsWith('.npy') ? source.name : cifarText(source.name, 'train');
}

function allOf(source: ImageFile | number, shape: Shape) {
  if (typeof source === 'number') return noiseImages(source, shape);
  const { name, bytes } = source;
  if (name.endsWith('.npy')) return npyImages(partsOf(bytes), name, shape);
  return cifarRecords(partsOf(bytes), name, formatOf(name, bytes.length));
}
