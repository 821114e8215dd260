/**
 * Values between the two worlds: reals in channel-major order (C x H x W), as models and images have them, and
 * integers in raster order with channels innermost, as streams and the integer reference have them.
 */
import { BlnetError } from '../diagnostics.js';
import { formatShape, type Shape, sizeOf } from './graph.js';
import { type QuantFormat, rangeOf } from './quant-graph.js';

/** q = round(real / scale) + zeroPoint, clamped to the format. Errors: BLN103 for a wrong number of values. */
export function quantizeValues(reals: Float32Array, shape: Shape, format: QuantFormat): Int16Array {
  if (reals.length !== sizeOf(shape)) {
    throw new BlnetError('BLN103', {
      where: 'input image',
      found: `${reals.length} values`,
      need: `${sizeOf(shape)} (${formatShape(shape)})`,
    });
  }
  const [lo, hi] = rangeOf(format);
  const { channels } = shape;
  const pixels = shape.height * shape.width;
  const result = new Int16Array(reals.length);
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < pixels; p++) {
      const q = Math.round(reals[c * pixels + p] / format.scale) + format.zeroPoint;
      result[p * channels + c] = Math.min(hi, Math.max(lo, q));
    }
  }
  return result;
}

/** real = scale * (q - zeroPoint), back in channel-major order. */
export function dequantizeValues(values: ArrayLike<number>, shape: Shape, format: QuantFormat): Float32Array {
  const { channels } = shape;
  const pixels = shape.height * shape.width;
  const reals = new Float32Array(values.length);
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < pixels; p++) {
      reals[c * pixels + p] = format.scale * (values[p * channels + c] - format.zeroPoint);
    }
  }
  return reals;
}
