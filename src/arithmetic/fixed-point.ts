/**
 * Fixed-point arithmetic of TFLite's integer kernels (gemmlowp and tensorflow/lite/kernels/internal), exact in doubles:
 * a real factor as a multiplier of 31 bits and a shift, and the two ways to multiply by it.
 */

/** factor = multiplier / 2^31 * 2^shift, multiplier in 2^30 .. 2^31 - 1, or 0. */
export interface FixedPoint {
  readonly multiplier: number;
  /** To the left. */
  readonly shift: number;
}

/** 1 as a fraction of 2^31. */
export const ONE = 2 ** 31;

/** Halves away from zero, as C rounds. */
export const roundAway = (v: number): number => (v < 0 ? -Math.floor(0.5 - v) : Math.floor(v + 0.5));

/** QuantizeMultiplier. */
export function fixedPoint(factor: number): FixedPoint {
  if (!(factor > 0)) return { multiplier: 0, shift: 0 };
  let shift = Math.floor(Math.log2(factor)) + 1;
  // The logarithm may be off by its last bit.
  while (factor / 2 ** shift >= 1) shift++;
  while (factor / 2 ** shift < 0.5) shift--;
  let multiplier = Math.round((factor / 2 ** shift) * ONE);
  if (multiplier === ONE) {
    multiplier /= 2;
    shift++;
  }
  return shift < -31 ? { multiplier: 0, shift: 0 } : { multiplier, shift };
}

/** The real number that it stands for. */
export const realOf = (f: FixedPoint): number => (f.multiplier / ONE) * 2 ** f.shift;

/** floor((a * b + 2^(bits-1)) / 2^bits) for |a| < 2^37, 0 <= b < 2^31 and 16 <= bits: halves go up. */
function productShifted(a: number, b: number, bits: number): number {
  const high = Math.floor(b / 2 ** 15);
  // a * b = (a * high) * 2^15 + a * low; floors nest.
  const low = a * (b - high * 2 ** 15) + (bits <= 46 ? 2 ** (bits - 1) : 0);
  const rest = bits <= 46 ? 0 : 2 ** (bits - 1 - 15);
  return Math.floor((a * high + Math.floor(low / 2 ** 15) + rest) / 2 ** (bits - 15));
}

/** RoundingDivideByPOT: halves away from zero. */
export const dividedByPower = (v: number, power: number): number => {
  const half = 2 ** power / 2;
  return power === 0 ? v : v < 0 ? -Math.floor((half - v) / 2 ** power) : Math.floor((v + half) / 2 ** power);
};

/**
 * MultiplyByQuantizedMultiplier with two roundings, as TFLite Micro is built: a high multiplication whose halves go up,
 * then a shift whose halves go away from zero.
 */
export function multiplyTwice(v: number, { multiplier, shift }: FixedPoint): number {
  const high = productShifted(shift > 0 ? v * 2 ** shift : v, multiplier, 31);
  return dividedByPower(high, shift > 0 ? 0 : -shift);
}

/** MultiplyByQuantizedMultiplier with one rounding (TFLITE_SINGLE_ROUNDING): halves go up. */
export const multiplyOnce = (v: number, { multiplier, shift }: FixedPoint): number =>
  productShifted(v, multiplier, 31 - shift);

/** Within 32 bits. */
export const saturated = (v: number): number => Math.min(ONE - 1, Math.max(-ONE, v));

/** SaturatingRoundingDoublingHighMul of numbers of 32 bits, at most one of which is -2^31: halves go up. */
export const highProduct = (a: number, b: number): number =>
  b >= 0 ? productShifted(a, b, 31) : a >= 0 ? productShifted(b, a, 31) : productShifted(-a, -b, 31);
