/**
 * SOFTMAX of 8-bit integers as TFLite's reference kernel and TFLite Micro have it: fixed-point exponentials (gemmlowp), their
 * sum, a reciprocal by Newton's method. It is the host's part of a network, so it is small and exact, not fast.
 */
import { dividedByPower, fixedPoint, highProduct, ONE, saturated } from './fixed-point.js';

const SCALED_DIFF_BITS = 5;
const ACCUMULATION_BITS = 12;
/** Differences of two 8-bit integers. */
const DIFFERENCES = 256;

/** exp(-1/4), exp(-1/2), exp(-1) .. exp(-16) as fractions of 2^31, with the bit of the remainder that asks for them. */
const BARREL = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242].map(
  (factor, i) => [2 ** (31 - SCALED_DIFF_BITS - 2 + i), factor] as const,
);
const EXP_MINUS_EIGHTH = 1895147668;
const ONE_THIRD = 715827883;
const [C_48_OVER_17, C_NEG_32_OVER_17] = [1515870810, -1010580540];

/** exp of a in -1/4 .. 0, both as fractions of 2^31: a Taylor series around -1/8. */
function expOnInterval(a: number): number {
  const x = a + 2 ** 28;
  const x2 = highProduct(x, x);
  const x3 = highProduct(x2, x);
  const x4 = dividedByPower(highProduct(x2, x2), 2);
  const rest = dividedByPower(highProduct(x4 + x3, ONE_THIRD) + x2, 1);
  return EXP_MINUS_EIGHTH + highProduct(EXP_MINUS_EIGHTH, x + rest);
}

/** exp of a <= 0, with 5 bits before the point, as a fraction of 2^31. */
function expOnNegative(a: number): number {
  if (a === 0) return ONE - 1;
  const quarter = 2 ** (31 - SCALED_DIFF_BITS - 2);
  const inQuarter = (((a % quarter) + quarter) % quarter) - quarter;
  const remainder = inQuarter - a;
  let result = expOnInterval(saturated(inQuarter * 2 ** SCALED_DIFF_BITS));
  for (const [bit, factor] of BARREL)
    if (Math.floor(remainder / bit) % 2 === 1) result = highProduct(result, factor);
  return result;
}

/** 1 / (1 + a) for a in 0 .. 1, as fractions of 2^31. */
function reciprocalOfOnePlus(a: number): number {
  const halfDenominator = Math.floor((a + ONE) / 2);
  // Two bits before the point.
  let x = C_48_OVER_17 + highProduct(halfDenominator, C_NEG_32_OVER_17);
  for (let i = 0; i < 3; i++) {
    const error = 2 ** 29 - highProduct(halfDenominator, x);
    x += saturated(highProduct(x, error) * 4);
  }
  return saturated(2 * x);
}

/** exp(beta * scale * -d) for d = 0 .. 255, as fractions of 2^31; -1 from where the kernel answers the smallest integer. */
export function softmaxTable(beta: number, scale: number): Int32Array {
  const factor = Math.min(beta * scale * 2 ** (31 - SCALED_DIFF_BITS), ONE - 1);
  const { multiplier, shift } = fixedPoint(factor);
  const radius = Math.floor(((2 ** SCALED_DIFF_BITS - 1) * 2 ** (31 - SCALED_DIFF_BITS)) / 2 ** shift);
  return Int32Array.from({ length: DIFFERENCES }, (_, d) =>
    d > radius ? -1 : expOnNegative(highProduct(-d * 2 ** shift, multiplier)),
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
