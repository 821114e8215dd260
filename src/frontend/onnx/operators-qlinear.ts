/**
 * Operators on integers: QLinearConv and its family, ONNX's own and that of com.microsoft. Each is a DequantizeLinear
 * of its inputs, the operator on reals, and a QuantizeLinear, and becomes just that.
 */
import type { QuantFormat } from '../../ir/number-format.js';
import type { ConstTensor } from './const-tensor.js';
import { type Feature, mapDims, type Value } from './feature.js';
import type { Handler, OperatorContext } from './operator-context.js';
import { sumOf } from './operators-arithmetic.js';
import { dequantized, formatFrom, QUANTIZE_OPERATORS } from './operators-quantize.js';
import { dense } from './operators-shape.js';
import { convOf } from './operators-window.js';
import { storedWeights } from './stored-weights.js';

/** Input `i` as reals, whose format inputs i + 1 and i + 2 repeat. */
function reals(c: OperatorContext, i: number): Feature {
  const { integers, raw, ...x } = c.feature(i);
  const format = formatFrom(c, i + 1, i + 2, integers ?? (raw ? { bits: 8, signed: raw.signed } : undefined));
  if (raw) {
    const zeroPoint = format.zeroPoint + (format.signed ? 128 : 0);
    c.statePixels(zeroPoint, 1 / format.scale);
    c.setFormat(x, { ...format, signed: false, zeroPoint });
    return x;
  }
  if (!integers) throw c.error('BLN203', { found: `input ${i} is no tensor of integers` });
  return c.inFormat(x, format);
}

/** The result in the format that inputs i and i + 1 state, as integers. */
function quantizedTo(c: OperatorContext, y: Value, i: number, like: QuantFormat | undefined): Value {
  const format = formatFrom(c, i, i + 1, like);
  if (y.kind !== 'feature') return y;
  const feature = c.inFormat(y.feature, format);
  return { kind: 'feature', feature: { ...feature, integers: format } };
}

/** Bias integers in units of input scale times weight scale. */
function biasOf(c: OperatorContext, i: number, x: QuantFormat, w: ConstTensor): ConstTensor | undefined {
  const integers = c.values.length > i ? c.optionalConstant(i) : undefined;
  if (!integers) return undefined;
  const weightScales = w.stored?.scales ?? [1];
  const scales = weightScales.map((s) => s * x.scale);
  const at = (o: number) => scales[scales.length === 1 ? 0 : o];
  return {
    dims: integers.dims,
    type: 'float',
    values: Float32Array.from(integers.values, (v, o) => v * at(o)),
    stored: { values: Float64Array.from(integers.values), bits: 32, scales, axis: 0 },
  };
}

const formatOf = (c: OperatorContext, x: Feature): QuantFormat => c.formatOf(x) as QuantFormat;

/** x, its scale and zero point, weights, theirs, those of the output, bias. */
const qLinearConv: Handler = (c) => {
  const x = reals(c, 0);
  if (x.dims.join() !== mapDims(x.shape, 'chw').join())
    throw c.error('BLN103', { found: `extents [${x.dims.join(', ')}]`, need: 'N x C x H x W' });
  const w = dequantized(c, 3, 4, 5, 0);
  return quantizedTo(c, convOf(c, x, w, biasOf(c, 8, formatOf(c, x), w)), 6, undefined);
};

/** A dense layer by weights [inputs][outputs] or, `transposed`, [outputs][inputs]. */
function qDense(
  c: OperatorContext,
  x: Feature,
  w: ConstTensor,
  bias: ConstTensor | undefined,
  transposed: boolean,
): Value {
  const [rows, columns] = w.dims as [number, number];
  const [outputs, inputs] = transposed ? [rows, columns] : [columns, rows];
  if (x.dims.length !== 2 || w.dims.length !== 2 || x.dims[1] !== inputs) {
    throw c.error('BLN103', { found: `[${x.dims.join(', ')}] by weights of [${w.dims.join(', ')}]` });
  }
  if (bias && bias.values.length !== outputs)
    throw c.error('BLN103', { found: `${bias.values.length} biases for ${outputs} outputs` });
  const index = (k: number) => (transposed ? k : (k % inputs) * outputs + Math.floor(k / inputs));
  const weights = Float32Array.from(w.values, (_, k) => w.values[index(k)]);
  const stored = storedWeights(c, w, bias, outputs, transposed ? 0 : 1, index);
  return dense(c, x, weights, bias ? Float32Array.from(bias.values) : null, stored);
}

const qLinearMatMul: Handler = (c) => {
  const x = reals(c, 0);
  const w = dequantized(c, 3, 4, 5, 1);
  return quantizedTo(c, qDense(c, x, w, undefined, false), 6, undefined);
};

/** com.microsoft: A, B and C with scales and zero points, those of the output at the end. */
const qGemm: Handler = (c) => {
  if (c.attributes.int('transA', 0) !== 0 || c.attributes.float('alpha', 1) !== 1)
    throw c.error('BLN202', { found: 'transA or alpha', need: 'transA = 0, alpha = 1' });
  const x = reals(c, 0);
  const transposed = c.attributes.int('transB', 0) !== 0;
  const w = dequantized(c, 3, 4, 5, transposed ? 0 : 1);
  const y = qDense(c, x, w, biasOf(c, 6, formatOf(c, x), w), transposed);
  return c.values[7] ? quantizedTo(c, y, 7, undefined) : y;
};

const qLinearAdd: Handler = (c) =>
  quantizedTo(c, sumOf(c, reals(c, 0), reals(c, 3)), 6, c.feature(0).integers);

const qLinearGlobalAveragePool: Handler = (c) => {
  if (c.attributes.int('channels_last', 0) !== 0)
    throw c.error('BLN202', { found: 'channels_last = 1', need: 'N x C x H x W' });
  return quantizedTo(c, c.emit({ op: 'globalAvgPool' }, [reals(c, 0)]), 3, c.feature(0).integers);
};

export const QLINEAR_OPERATORS = {
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
} as const satisfies Record<string, Handler>;

/** Those of the domain com.microsoft, which ONNX Runtime's quantizer writes. */
export const MICROSOFT_OPERATORS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['QLinearAdd', qLinearAdd],
  ['QLinearGlobalAveragePool', qLinearGlobalAveragePool],
  ['QGemm', qGemm],
  // Until opset 20 ONNX Runtime wrote these in its own domain where they have 16 bits; with 8 they are the same.
  ['QuantizeLinear', QUANTIZE_OPERATORS.QuantizeLinear],
  ['DequantizeLinear', QUANTIZE_OPERATORS.DequantizeLinear],
]);
