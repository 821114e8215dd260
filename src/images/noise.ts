/** Images of noise, for work on structure, timing and resources alone. */
import { type Shape, sizeOf } from '../ir/graph.js';
import { Prng } from '../ir/prng.js';
import type { Image } from './image.js';

const NOISE_IMAGES = 32;

/** What they are called in manifests. */
export const noiseText = (seed: number): string => `noise, seed ${seed}`;

/** 32 of them, the same ones for a seed. */
export function* noiseImages(seed: number, shape: Shape): Generator<Image> {
  const prng = new Prng(seed);
  for (let i = 0; i < NOISE_IMAGES; i++) {
    yield { pixels: Uint8Array.from({ length: sizeOf(shape) }, () => prng.int(0, 255)), label: null };
  }
}
