/**
 * Widths of accumulators: what a sum of products needs for every input that its format allows. Sums are exact in 32
 * bits everywhere, in the integer reference, its fast twin, RTL and HLS; a layer that needs more is refused.
 */
import { BlnetError } from '../diagnostics.js';
import { type QuantFormat, rangeOf, signedBits } from './quant-graph.js';

/** Widest accumulator. */
export const MOST_ACCUMULATOR_BITS = 32;

/** Least and largest sum(w * x) of one output's weights over all x from `least` to `most`. */
export function sumEnds(
  weights: Int8Array,
  from: number,
  to: number,
  least: number,
  most: number,
): readonly [lo: number, hi: number] {
  let lo = 0;
  let hi = 0;
  for (let i = from; i < to; i++) {
    const w = weights[i];
    lo += Math.min(w * least, w * most);
    hi += Math.max(w * least, w * most);
  }
  return [lo, hi];
}

/** Width of sum(w * x) over all inputs of format `x`, for the worst output channel. */
export function accumulatorBits(
  weights: Int8Array,
  outChannels: number,
  x: Pick<QuantFormat, 'bits' | 'signed'>,
): number {
  const [xmin, xmax] = rangeOf(x);
  const perOutput = weights.length / outChannels;
  let bits = 2;
  for (let o = 0; o < outChannels; o++)
    bits = Math.max(bits, signedBits(...sumEnds(weights, o * perOutput, (o + 1) * perOutput, xmin, xmax)));
  return bits;
}

/** Width of the sum of `pixels` values of format `x`. */
export function poolAccumulatorBits(pixels: number, x: Pick<QuantFormat, 'bits' | 'signed'>): number {
  const [xmin, xmax] = rangeOf(x);
  return signedBits(pixels * xmin, pixels * xmax);
}

/** The width itself. Errors: BLN205 for one that no accumulator has. */
export function fittingAccumulator(bits: number, layer: string): number {
  if (bits <= MOST_ACCUMULATOR_BITS) return bits;
  throw new BlnetError('BLN205', {
    where: layer,
    found: `sums of ${bits} bits`,
    need: `sums within ${MOST_ACCUMULATOR_BITS} bits for every input of the layer`,
    hint: 'fewer input channels, a smaller kernel, or fewer bits (activationBits and weightBits of --config) make the sum narrower',
  });
}
