/**
 * SOFTMAX of 8-bit integers as TFLite's reference kernel and TFLite Micro have it: fixed-point exponentials (gemmlowp), their
 * sum, a reciprocal by Newton's method. It is the host's part of a network, so it is small and exact, not fast.
 */
import { dividedByPower, fixedPoint, highProduct, ONE } from './fixed-point.js';
import { expOnNegative, reciprocalOfOnePlus } from './gemmlowp.js';

const SCALED_DIFF_BITS = 5;
const ACCUMULATION_BITS = 12;
/** Differences of two 8-bit integers. */
const DIFFERENCES = 256;

/** exp(beta * scale * -d) for d = 0 .. 255, as fractions of 2^31; -1 from where the kernel answers the smallest integer. */
export function softmaxTable(beta: number, scale: number): Int32Array {
  const factor = Math.min(beta * scale * 2 ** (31 - SCALED_DIFF_BITS), ONE - 1);
  const { multiplier, shift } = fixedPoint(factor);
  const radius = Math.floor(((2 ** SCALED_DIFF_BITS - 1) * 2 ** (31 - SCALED_DIFF_BITS)) / 2 ** shift);
  return Int32Array.from({ length: DIFFERENCES }, (_, d) =>
    d > radius ? -1 : expOnNegative(highProduct(-d * 2 ** shift, multiplier), SCALED_DIFF_BITS),
  );
}

/**
 * The 256 steps of probability, 0 .. 255, of one vector of integers; TFLite's int8 output is 128 less.
 * @param table `softmaxTable` of the operator's beta and its input's scale
 */
export function softmaxOf(values: ArrayLike<number>, table: Int32Array): Uint8Array {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]);
  const exponentials = Array.from(values, (v) => table[largest - v] ?? -1);
  const sum = exponentials.reduce((s, e) => (e < 0 ? s : s + dividedByPower(e, ACCUMULATION_BITS)), 0);
  const headroom = Math.clz32(sum);
  const reciprocal = reciprocalOfOnePlus(sum * 2 ** headroom - ONE);
  const bits = ACCUMULATION_BITS - headroom + 31 - 8;
  return Uint8Array.from(exponentials, (e) =>
    e < 0 ? 0 : Math.min(255, Math.max(0, dividedByPower(highProduct(reciprocal, e), bits))),
  );
}
