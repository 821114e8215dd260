/** One image of a dataset, whatever file it comes from. */
import type { Pixels } from '../ir/preprocess.js';

export interface Image {
  /** Channel-major: bytes, or the reals of a vector. */
  readonly pixels: Pixels;
  /** Class index, or null where the source has none. */
  readonly label: number | null;
}
