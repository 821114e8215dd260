/** Weights for tests: quantized, of every kind that a requantizer must stand. */
import type { Prng } from '../../src/ir/prng.js';

/** Uniform; some channels all zero, some with every weight at an end of its range. Outputs x inputs of each. */
export function randomWeights(prng: Prng, outChannels: number, perOutput: number, bits: number): Int8Array {
  const limit = 2 ** (bits - 1) - 1;
  const weights = new Int8Array(outChannels * perOutput);
  for (let o = 0; o < outChannels; o++) {
    const kind = prng.int(0, 15);
    for (let i = o * perOutput; i < (o + 1) * perOutput; i++) {
      if (kind === 0) weights[i] = 0;
      else if (kind === 1) weights[i] = limit;
      else if (kind === 2) weights[i] = -limit;
      else weights[i] = prng.int(-limit, limit);
    }
  }
  return weights;
}
