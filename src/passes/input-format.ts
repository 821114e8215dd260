/**
 * Number format of the input stream. Pixels 0..255 enter as they are wherever the preprocessing allows it, because
 * real = (pixel - mean) / std is itself an 8-bit format; otherwise the host quantizes the preprocessed reals.
 */
import type { Preprocessing } from '../ir/preprocess.js';
import type { QuantFormat } from '../ir/quant-graph.js';
import { formatFor } from './quantize.js';

export interface InputFormat {
  readonly format: QuantFormat;
  /** Whether raw pixels are the stream's values. */
  readonly takesPixels: boolean;
}

/**
 * @param range smallest and largest real input value, from calibration; used where pixels cannot enter directly
 * @param given the format that the model itself states for its input
 * @param isReal whether values come in as reals, which no pixels can stand for
 */
export function inputFormat(
  p: Preprocessing,
  range: readonly [number, number],
  bits: number,
  given?: QuantFormat,
  isReal = false,
): InputFormat {
  const [mean] = p.mean as [number];
  const [std] = p.std as [number];
  if (given) {
    const { signed, scale, zeroPoint } = given;
    const isPixel = p.mean.every((m) => m === zeroPoint) && p.std.every((s) => Math.fround(1 / s) === scale);
    return { format: given, takesPixels: !isReal && !signed && isPixel };
  }
  const isUniform = p.mean.every((m) => m === mean) && p.std.every((s) => s === std);
  if (!isReal && isUniform && Number.isInteger(mean) && mean >= 0 && mean <= 255) {
    return { format: { bits: 8, signed: false, scale: 1 / std, zeroPoint: mean }, takesPixels: true };
  }
  return { format: formatFor(range[0], range[1], bits), takesPixels: false };
}
