/** Images in a NumPy file on disk. */
import { BlnetError } from '../../diagnostics.js';
import type { Image } from '../../images/image.js';
import { npyImages } from '../../images/npy.js';
import type { Shape } from '../../ir/graph.js';
import { reasonOf } from '../files.js';
import { readParts } from '../read-part.js';

/** Errors: BLN105 for another array, BLN301 for a file that cannot be read. */
export function* readNpyImages(path: string, shape: Shape): Generator<Image> {
  try {
    yield* readParts(path, (file) => npyImages(file, path, shape));
  } catch (error) {
    if (error instanceof BlnetError) throw error;
    throw new BlnetError('BLN301', { where: path, found: reasonOf(error), hint: 'check the path' });
  }
}
