/** Images in a NumPy file on disk. */
import { BlnetError } from '../../diagnostics.js';
import type { Image } from '../../images/image.js';
import { arrayOf, headerOf, npyImages } from '../../images/npy.js';
import { npyVectors } from '../../images/npy-vectors.js';
import type { Shape } from '../../ir/graph.js';
import { reasonOf } from '../files.js';
import { readParts } from '../read-part.js';

/** How many extents the array has; 0 where the file is none. */
function axesOf(path: string): number {
  const [axes] = readParts(path, function* (file) {
    yield arrayOf(
      headerOf(file, () => new BlnetError('BLN105', { where: path, found: 'no NumPy file' })).text,
    ).dims.length;
  });
  return axes;
}

/** Images (N, C, H, W) of bytes, or vectors (N, C) of bytes or reals. Errors: BLN105 for another array, BLN301 for a file that cannot be read. */
export function* readNpyImages(path: string, shape: Shape): Generator<Image> {
  try {
    const isVector = shape.height * shape.width === 1 && axesOf(path) === 2;
    yield* readParts(path, (file) =>
      isVector ? npyVectors(file, path, shape.channels) : npyImages(file, path, shape),
    );
  } catch (error) {
    if (error instanceof BlnetError) throw error;
    throw new BlnetError('BLN301', { where: path, found: reasonOf(error), hint: 'check the path' });
  }
}
