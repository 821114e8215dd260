/**
 * Turns real scale factors into the multiplier, offset and shift of a requantizer.
 */
import { BlnetError } from '../../diagnostics.js';
import { largestOf } from '../../ir/extremes.js';
import { type QuantFormat, type Requant, rangeOf } from '../../ir/quant-graph.js';

const MULTIPLIER_BITS = 17;
const MAX_MULTIPLIER = 2 ** MULTIPLIER_BITS - 1;
const MAX_OFFSET = 2 ** 47 - 1;
const MAX_SHIFT = 46;

/** Largest shift at which every factor still fits the multiplier; the precision is spent there. */
export function chooseShift(factors: readonly number[], layer: string): number {
  const largest = largestOf(factors);
  if (!(largest > 0) || !Number.isFinite(largest) || largest >= MAX_MULTIPLIER / 2) {
    throw new BlnetError('BLN205', {
      where: layer,
      found: `scale ratio ${largest} between its input and its output`,
      need: `ratios between 2^-40 and 2^15`,
      hint: 'calibrate with images that exercise this layer; a range of zero width means that it never did',
    });
  }
  const shift = Math.floor(Math.log2(MAX_MULTIPLIER / largest));
  return Math.min(MAX_SHIFT, Math.max(1, shift));
}

/** Integer bounds of the clamp: the format's range and the activation's. */
export function clampBounds(
  format: QuantFormat,
  clamp: { readonly min: number; readonly max: number },
): { readonly min: number; readonly max: number } {
  const [lo, hi] = rangeOf(format);
  const quantized = (v: number, infinite: number): number =>
    Number.isFinite(v) ? Math.round(v / format.scale) + format.zeroPoint : infinite;
  const min = Math.min(hi, Math.max(lo, quantized(clamp.min, lo)));
  return { min, max: Math.max(min, Math.min(hi, quantized(clamp.max, hi))) };
}

/** A factor below this part of the layer's largest leaves a multiplier under the common shift fewer than 7 of 17 bits. */
const QUIET = 2 ** -10;
/** Bits that the multiplier of such a channel has under a shift of its own. */
const QUIET_BITS = 11;

/** The common shift, and a larger one of their own for channels whose multipliers it would leave hardly a bit. */
function shiftsFor(factors: readonly number[], common: number): Int32Array {
  const largest = largestOf(factors);
  return Int32Array.from(factors, (f) =>
    f === 0 || f >= largest * QUIET ? common : Math.min(MAX_SHIFT, Math.floor(QUIET_BITS - Math.log2(f))),
  );
}

/**
 * @param factors scale_in / scale_out per channel
 * @param constants integer added to the accumulator per channel (bias minus zero-point terms)
 */
export function chooseRequant(
  factors: readonly number[],
  constants: readonly number[],
  out: QuantFormat,
  clamp: { readonly min: number; readonly max: number },
  layer: string,
): Requant {
  for (let common = chooseShift(factors, layer); common >= 1; common--) {
    const shifts = shiftsFor(factors, common);
    const multipliers = Int32Array.from(factors, (f, i) =>
      Math.min(MAX_MULTIPLIER, Math.round(f * 2 ** shifts[i])),
    );
    if (constants.every((c, i) => Math.abs(c) * multipliers[i] + 2 ** (shifts[i] - 1) <= MAX_OFFSET)) {
      const biases = Float64Array.from(constants);
      const { zeroPoint } = out;
      return { multipliers, biases, shifts, corrections: null, zeroPoint, ...clampBounds(out, clamp) };
    }
  }
  throw new BlnetError('BLN205', {
    where: layer,
    found: 'a bias too large for the 48-bit requantizer',
    need: '|bias| below 2^47 in units of the scaled accumulator',
    hint: 'check the batch normalization of this layer for a variance near zero',
  });
}
