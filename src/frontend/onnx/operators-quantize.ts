/**
 * QuantizeLinear and DequantizeLinear, as quantization-aware training leaves them (QDQ form). On a feature map the
 * pair states the tensor's number format and computes nothing; on a constant it says which integers the weights are.
 */
import type { QuantFormat } from '../../ir/number-format.js';
import type { ConstTensor } from './const-tensor.js';
import { constantValue, type Feature, type Handler, type OperatorContext } from './operator-context.js';

/** Scales, zero points and integer width that inputs 1 and 2 state; without a zero point ONNX means uint8. */
function parametersOf(c: OperatorContext): {
  scales: readonly number[];
  zeroPoints: readonly number[];
  width: { bits: number; signed: boolean } | undefined;
} {
  const scales = Array.from(c.finite(1).values);
  if (!scales.every((s) => s > 0)) throw c.error('BLN102', { found: 'a scale that is not above zero' });
  const zero = c.optionalConstant(2);
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

/** The one format of a feature map. */
function tensorFormat(c: OperatorContext): QuantFormat {
  const { scales, zeroPoints, width = { bits: 8, signed: false } } = parametersOf(c);
  if (scales.length !== 1 || width.bits !== 8) {
    throw c.error('BLN202', {
      found:
        scales.length !== 1 ? `${scales.length} scales for a feature map` : `${width.bits}-bit activations`,
      need: 'one scale and an 8-bit zero point for a feature map; scales per channel for weights only',
      hint: 'quantize activations per tensor to int8 or uint8',
    });
  }
  return { ...width, scale: scales[0] as number, zeroPoint: zeroPoints[0] as number };
}

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

const roundHalfEven = (v: number): number => {
  const floor = Math.floor(v);
  const rest = v - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
};

/** Weights that the model stores as reals in front of a QuantizeLinear. */
function quantizeConstant(c: OperatorContext, x: ConstTensor): ConstTensor {
  const { scales, zeroPoints, width = { bits: 8, signed: false } } = parametersOf(c);
  const channel = channelOf(c, x, axisOf(c, x), scales.length);
  const [lo, hi] = width.signed
    ? [-(2 ** (width.bits - 1)), 2 ** (width.bits - 1) - 1]
    : [0, 2 ** width.bits - 1];
  const values = Float64Array.from(x.values, (v, i) => {
    const k = channel(i);
    const q = roundHalfEven(Math.fround(v / (scales[k] as number))) + (zeroPoints[k] as number);
    return Math.min(hi, Math.max(lo, q));
  });
  return { dims: x.dims, type: 'int', values, width };
}

function dequantizeConstant(c: OperatorContext, x: ConstTensor): ConstTensor {
  const { scales, zeroPoints } = parametersOf(c);
  if (x.type !== 'int' || !x.width) {
    throw c.error('BLN202', { found: 'dequantizing a constant that is no int8, uint8 or int32 tensor' });
  }
  const axis = axisOf(c, x);
  const channel = channelOf(c, x, axis, scales.length);
  const integers = Float64Array.from(x.values, (q, i) => q - (zeroPoints[channel(i)] as number));
  const values = Float32Array.from(integers, (q, i) => q * (scales[channel(i)] as number));
  const stored = { values: integers, bits: x.width.bits, scales, axis };
  return { dims: x.dims, type: 'float', values, stored };
}

const quantizeLinear: Handler = (c) => {
  c.attributes.ignore('saturate', 'output_dtype');
  const x = c.values[0];
  if (x?.kind === 'constant') return constantValue(quantizeConstant(c, x.constant));
  c.attributes.ignore('axis');
  const feature = c.feature(0);
  const format = tensorFormat(c);
  c.setFormat(feature, format);
  return { kind: 'feature', feature: { ...feature, integers: format } };
};

const dequantizeLinear: Handler = (c) => {
  const x = c.values[0];
  if (x?.kind === 'constant') return constantValue(dequantizeConstant(c, x.constant));
  c.attributes.ignore('axis');
  const { integers, ...real } = c.feature(0) as Feature;
  const format = tensorFormat(c);
  if (!integers) {
    throw c.error('BLN203', {
      found: 'its input is no output of a QuantizeLinear',
      need: 'a QuantizeLinear before it',
    });
  }
  c.setFormat(real, format);
  return { kind: 'feature', feature: real };
};

export const QUANTIZE_OPERATORS = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
} as const satisfies Record<string, Handler>;
