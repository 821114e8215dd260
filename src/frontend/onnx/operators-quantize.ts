/**
 * QuantizeLinear and DequantizeLinear, as quantization-aware training leaves them (QDQ form). On a feature map the
 * pair states the tensor's number format and computes nothing; on a constant it says which integers the weights are.
 */
import type { QuantFormat } from '../../ir/number-format.js';
import { roundHalfEven } from '../../ir/round.js';
import type { ConstTensor } from './const-tensor.js';
import { constantValue, type Feature, type Value } from './feature.js';
import { DATA_TYPE } from './onnx-proto.js';
import type { Handler, OperatorContext } from './operator-context.js';

/** Scales, zero points and integer width that two inputs state; without a zero point ONNX means uint8. */
function parametersOf(
  c: OperatorContext,
  scaleAt = 1,
  zeroAt = 2,
): {
  scales: readonly number[];
  zeroPoints: readonly number[];
  width: { bits: number; signed: boolean } | undefined;
} {
  const scales = Array.from(c.finite(scaleAt).values);
  if (!scales.every((s) => s > 0)) throw c.error('BLN102', { found: 'a scale that is not above zero' });
  const zero = c.optionalConstant(zeroAt);
  if (zero && zero.type !== 'int')
    throw c.error('BLN202', {
      found: 'a zero point that is no integer tensor',
      need: 'int8, uint8 or int32',
    });
  const zeroPoints = zero ? Array.from(zero.values) : scales.map(() => 0);
  if (zeroPoints.length !== scales.length) {
    throw c.error('BLN102', { found: `${scales.length} scales and ${zeroPoints.length} zero points` });
  }
  return { scales, zeroPoints, width: zero?.width };
}

/** Type that `output_dtype` names, where a QuantizeLinear has no zero point to say it. */
function namedWidth(c: OperatorContext): { bits: number; signed: boolean } | undefined {
  const named = c.attributes.int('output_dtype', 0);
  if (named === 0) return undefined;
  if (named === DATA_TYPE.int8) return { bits: 8, signed: true };
  if (named === DATA_TYPE.uint8) return { bits: 8, signed: false };
  throw c.error('BLN202', { found: `output_dtype ${named}`, need: 'int8 (3) or uint8 (2)' });
}

/** The one format of a feature map, from its scale and zero point; `named` is its type where it has no zero point. */
export function formatFrom(
  c: OperatorContext,
  scaleAt: number,
  zeroAt: number,
  named?: { readonly bits: number; readonly signed: boolean },
): QuantFormat {
  const { scales, zeroPoints, width: stated } = parametersOf(c, scaleAt, zeroAt);
  const width = stated ?? (named ? { bits: named.bits, signed: named.signed } : { bits: 8, signed: false });
  if (scales.length !== 1 || width.bits !== 8) {
    throw c.error('BLN202', {
      found:
        scales.length !== 1 ? `${scales.length} scales for a feature map` : `${width.bits}-bit activations`,
      need: 'one scale and an 8-bit zero point for a feature map; scales per channel for weights only',
      hint: 'quantize activations per tensor to int8 or uint8',
    });
  }
  return { ...width, scale: scales[0], zeroPoint: zeroPoints[0] };
}

const tensorFormat = (c: OperatorContext, named?: { bits: number; signed: boolean }): QuantFormat =>
  formatFrom(c, 1, 2, named);

function axisOf(c: OperatorContext, x: ConstTensor): number {
  const given = c.attributes.int('axis', 1);
  return given < 0 ? given + x.dims.length : given;
}

/** Index along `axis` of every element, 0 where one scale serves all. */
function channelOf(c: OperatorContext, x: ConstTensor, axis: number, scales: number): (i: number) => number {
  if (scales === 1) return () => 0;
  if (x.dims[axis] !== scales) {
    throw c.error('BLN103', { found: `${scales} scales for axis ${axis} of [${x.dims.join(', ')}]` });
  }
  const inner = x.dims.slice(axis + 1).reduce((a, b) => a * b, 1);
  return (i) => Math.floor(i / inner) % scales;
}

/** Weights that the model stores as reals in front of a QuantizeLinear. */
function quantizeConstant(
  c: OperatorContext,
  x: ConstTensor,
  named: { bits: number; signed: boolean } | undefined,
): ConstTensor {
  const { scales, zeroPoints, width = named ?? { bits: 8, signed: false } } = parametersOf(c);
  const channel = channelOf(c, x, axisOf(c, x), scales.length);
  const [lo, hi] = width.signed
    ? [-(2 ** (width.bits - 1)), 2 ** (width.bits - 1) - 1]
    : [0, 2 ** width.bits - 1];
  const values = Float64Array.from(x.values, (v, i) => {
    const k = channel(i);
    const q = roundHalfEven(Math.fround(v / scales[k])) + zeroPoints[k];
    return Math.min(hi, Math.max(lo, q));
  });
  return { dims: x.dims, type: 'int', values, width };
}

/** The reals that a constant of integers stands for, with the integers beside them. */
export function dequantized(
  c: OperatorContext,
  valueAt: number,
  scaleAt: number,
  zeroAt: number,
  axis: number,
): ConstTensor {
  const x = c.constant(valueAt);
  const { scales, zeroPoints } = parametersOf(c, scaleAt, zeroAt);
  if (x.type !== 'int' || !x.width) {
    throw c.error('BLN202', { found: 'dequantizing a constant that is no int8, uint8 or int32 tensor' });
  }
  const channel = channelOf(c, x, axis, scales.length);
  const integers = Float64Array.from(x.values, (q, i) => q - zeroPoints[channel(i)]);
  const values = Float32Array.from(integers, (q, i) => q * scales[channel(i)]);
  const stored = { values: integers, bits: x.width.bits, scales, axis };
  return { dims: x.dims, type: 'float', values, stored };
}

const quantizeLinear: Handler = (c) => {
  c.attributes.ignore('saturate', 'precision');
  noBlocks(c);
  const named = namedWidth(c);
  const x = c.values[0];
  if (x?.kind === 'constant') return constantValue(quantizeConstant(c, x.constant, named));
  c.attributes.ignore('axis');
  const format = tensorFormat(c, named);
  const feature = c.inFormat(c.feature(0), format);
  return { kind: 'feature', feature: { ...feature, integers: format } };
};

/** Scales per block of an axis, since opset 21; 0 means none. */
function noBlocks(c: OperatorContext): void {
  const size = c.attributes.int('block_size', 0);
  if (size !== 0) throw c.error('BLN202', { found: `block_size ${size}`, need: 'no blocks (0)' });
}

const dequantizeLinear: Handler = (c) => {
  c.attributes.ignore('output_dtype');
  noBlocks(c);
  const x = c.values[0];
  if (x?.kind === 'constant') return constantValue(dequantized(c, 0, 1, 2, axisOf(c, x.constant)));
  const feature = c.feature(0);
  if (feature.raw && c.finite(1).values.length > 1) return channelReals(c, feature);
  c.attributes.ignore('axis');
  if (feature.raw) return { kind: 'feature', feature: inputReals(c, feature) };
  const { integers, ...real } = feature;
  // Without a zero point the integers have the type of the input.
  const format = tensorFormat(c, integers);
  if (!integers) {
    throw c.error('BLN203', {
      found: 'its input is no output of a QuantizeLinear',
      need: 'a QuantizeLinear before it',
    });
  }
  return { kind: 'feature', feature: c.inFormat(real, format) };
};

/** A model whose input is integers says here what they stand for. Pixels enter as they are, 128 less where signed. */
function inputReals(c: OperatorContext, x: Feature): Feature {
  const { raw, ...real } = x;
  const given = tensorFormat(c, { bits: 8, signed: raw?.signed === true });
  const zeroPoint = given.zeroPoint + (given.signed ? 128 : 0);
  c.statePixels(zeroPoint, 1 / given.scale);
  c.setFormat(real, { ...given, signed: false, zeroPoint });
  return real;
}

/** A scale and a zero point for each channel of the input: a layer that scales its integers. */
function channelReals(c: OperatorContext, x: Feature): Value {
  const { scales, zeroPoints } = parametersOf(c);
  const { raw, ...integers } = x;
  const given = c.attributes.int('axis', 1);
  if ((given < 0 ? given + x.dims.length : given) !== c.channelAxis(x) || scales.length !== x.shape.channels)
    throw c.error('BLN202', {
      found: `${scales.length} scales along axis ${given} of [${x.dims.join(', ')}]`,
      need: 'one for each channel',
    });
  c.statePixels(raw?.signed ? 128 : 0, 1);
  const shift = Float32Array.from(scales, (s, i) => -s * zeroPoints[i]);
  return c.emit({ op: 'batchNorm', scale: Float32Array.from(scales), shift }, [integers], integers);
}

export const QUANTIZE_OPERATORS = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
} as const satisfies Record<string, Handler>;
