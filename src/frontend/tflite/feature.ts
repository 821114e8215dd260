/** What flows between the operators of a TFLite model while it is read: feature maps and their number formats. */
import { BlnetError } from '../../diagnostics.js';
import type { Pads, Shape } from '../../ir/graph.js';
import type { HostFunction } from '../../ir/host-part.js';
import type { QuantFormat } from '../../ir/number-format.js';
import type { TfliteTensor } from './read-tflite.js';

/** A tensor that depends on the image, with a batch of one. */
export interface Feature {
  /** Name of the graph tensor; reshapes share the one they look at. */
  readonly tensor: string;
  readonly shape: Shape;
  /** Extents as TFLite sees them: [1, H, W, C], or [1, H * W * C] flattened in that order. */
  readonly dims: readonly number[];
  /** Zeros that PAD put around `tensor`; the convolution behind it takes them over. */
  readonly border?: Pads;
  /** Set behind an operator that is left to the host: its name, and what it computes. */
  readonly host?: string;
  readonly hostFunction?: HostFunction;
}

/** Format of a quantized activation. Errors: BLN202 for what the hardware does not have. */
export function formatOf(t: TfliteTensor): QuantFormat | undefined {
  if (t.type === 'float32') return undefined;
  const where = `tensor ${t.name}`;
  if ((t.type !== 'int8' && t.type !== 'uint8') || !t.quantization || t.quantization.scales.length !== 1) {
    throw new BlnetError('BLN202', {
      where,
      found: `an activation of type ${t.type} with ${t.quantization?.scales.length ?? 0} scales`,
      need: 'float32, or int8 or uint8 with one scale',
      hint: 'convert with full-integer quantization to int8, or without quantization',
    });
  }
  const { scales, zeroPoints } = t.quantization;
  return {
    bits: 8,
    signed: t.type === 'int8',
    scale: scales[0],
    zeroPoint: zeroPoints[0],
  };
}

/** int8 and uint8 with the same scale stand for the same reals when their zero points are 128 apart. */
export const sameReals = (a: QuantFormat, b: QuantFormat): boolean =>
  a.scale === b.scale && a.zeroPoint + (a.signed ? 128 : 0) === b.zeroPoint + (b.signed ? 128 : 0);
