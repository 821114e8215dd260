/**
 * Images that a user names: CIFAR files, a NumPy array, or noise. All of them end as pixels 0..255 of one shape,
 * channel-major, with a label where the source has one.
 */
import { BlnetError } from '../../diagnostics.js';
import type { CifarSplit } from '../../images/cifar.js';
import type { Image } from '../../images/image.js';
import { noiseImages } from '../../images/noise.js';
import { formatShape, type Shape, sizeOf } from '../../ir/graph.js';
import { readCifar } from './cifar.js';
import { readNpyImages } from './npy.js';

export const NOISE = /^noise(?::(\d+))?$/;
/**
 * `source` is a folder or .bin file of CIFAR-10 or CIFAR-100, a .npy file of uint8 (N, C, H, W), or `noise` / `noise:SEED` for work on
 * structure alone. Errors: BLN105, BLN103 when the images do not fit `shape`.
 */
export function* readImages(
  source: string,
  shape: Shape,
  split: CifarSplit,
  limit: number,
): Generator<Image> {
  const seed = NOISE.exec(source);
  const images = seed
    ? noiseImages(Number(seed[1] ?? 1), shape)
    : source.endsWith('.npy')
      ? readNpyImages(source, shape)
      : readCifar(source, split, limit);
  let left = limit;
  for (const image of images) {
    if (left-- <= 0) return;
    if (image.pixels.length !== sizeOf(shape)) {
      throw new BlnetError('BLN103', {
        where: source,
        found: `images of ${image.pixels.length} pixels`,
        need: `${sizeOf(shape)} (${formatShape(shape)}), the model's input`,
        hint: 'save images of this shape as a .npy file of uint8 (N, C, H, W)',
      });
    }
    yield image;
  }
}
