/**
 * Operators of QONNX (Brevitas, QKeras and FINN write them): Quant and BipolarQuant of weights and maps with up to 8 bits, Trunc
 * behind a mean, and operators in channels-last layout. Scale, zero point and bit width are inputs.
 */
import type { QuantFormat } from '../../ir/number-format.js';
import { roundHalfEven } from '../../ir/round.js';
import { type ConstTensor, floatTensor } from './const-tensor.js';
import { constantValue, type Feature, mapDims, type Value } from './feature.js';
import { broadcastDims, expandTo, transposeConstant } from './nd-constants.js';
import type { Handler, OperatorContext } from './operator-context.js';
import { POINTWISE_OPERATORS } from './operators-pointwise.js';
import { WINDOW_OPERATORS } from './operators-window.js';

const ROUNDINGS: Readonly<Record<string, (v: number) => number>> = {
  ROUND: roundHalfEven,
  HALF_EVEN: roundHalfEven,
  CEIL: Math.ceil,
  UP: (v) => Math.sign(v) * Math.ceil(Math.abs(v)),
  FLOOR: Math.floor,
  DOWN: Math.trunc,
  ROUND_TO_ZERO: Math.trunc,
  HALF_UP: (v) => Math.sign(v) * Math.floor(Math.abs(v) + 0.5),
  HALF_DOWN: (v) => Math.sign(v) * Math.ceil(Math.abs(v) - 0.5),
};

interface Quantizer {
  readonly bits: number;
  readonly signed: boolean;
  /** Smallest and largest integer. */
  readonly range: readonly [number, number];
  readonly rounding: string;
}

function bitsOf(c: OperatorContext, i: number): number {
  const bits = c.scalar(c.finite(i), 'the bit width');
  if (Number.isInteger(bits) && bits >= 1 && bits <= 8) return bits;
  throw c.error('BLN202', { found: `${bits} bits`, need: '1 to 8 bits, the same for all values' });
}

function quantizerOf(c: OperatorContext): Quantizer {
  const signed = c.attributes.int('signed', 1) !== 0;
  const narrow = c.attributes.int('narrow', 0) !== 0 ? 1 : 0;
  const rounding = c.attributes.string('rounding_mode', 'ROUND').toUpperCase();
  if (!Object.hasOwn(ROUNDINGS, rounding))
    throw c.error('BLN202', { found: `rounding_mode ${rounding}`, need: Object.keys(ROUNDINGS).join(', ') });
  const bits = bitsOf(c, 3);
  const half = 2 ** (bits - 1);
  return {
    bits,
    signed,
    range: signed ? [-half + narrow, half - 1] : [0, 2 ** bits - 1 - narrow],
    rounding,
  };
}

/** Constants as long as x: scale and zero point broadcast as ONNX's operands do. */
function spread(c: OperatorContext, x: ConstTensor, i: number): ConstTensor {
  const operand = c.finite(i);
  const dims = broadcastDims(c, x.dims, operand.dims);
  if (dims.join() !== x.dims.join())
    throw c.error('BLN103', {
      found: `[${operand.dims.join(', ')}] for a constant of [${x.dims.join(', ')}]`,
    });
  return expandTo(c, operand, dims);
}

/** Axis along which a scale runs, and one scale for each index of it; undefined where it runs along several. */
function scalesOf(scale: ConstTensor, rank: number): { scales: readonly number[]; axis: number } | undefined {
  const wide = scale.dims.flatMap((d, i) => (d > 1 ? [i] : []));
  if (wide.length > 1) return undefined;
  const [at] = wide;
  return { scales: Array.from(scale.values), axis: at === undefined ? 0 : at + rank - scale.dims.length };
}

/** The reals of integers, with the integers beside them where there is a scale for each output. */
function withIntegers(c: OperatorContext, x: ConstTensor, integers: Float64Array, bits: number): ConstTensor {
  const each = spread(c, x, 1).values;
  const values = Float32Array.from(integers, (q, i) => q * each[i]);
  const known = scalesOf(c.finite(1), x.dims.length);
  const constant = { dims: x.dims, type: 'float' as const, values };
  return known ? { ...constant, stored: { values: integers, bits, ...known } } : constant;
}

function quantConstant(c: OperatorContext, x: ConstTensor, q: Quantizer): ConstTensor {
  const [scale, zero] = [spread(c, x, 1).values, spread(c, x, 2).values];
  const round = ROUNDINGS[q.rounding];
  const integers = Float64Array.from(x.values, (v, i) => {
    const at = v / scale[i] + zero[i];
    return round(Math.min(q.range[1], Math.max(q.range[0], at))) - zero[i];
  });
  return withIntegers(c, x, integers, q.bits);
}

/** The format of a map, whose integers may be fewer than its bits hold. Errors: BLN202 for what has no hardware. */
function mapFormat(c: OperatorContext, q: Pick<Quantizer, 'bits' | 'signed'>): QuantFormat {
  const [scale, zeroPoint] = [
    c.scalar(c.finite(1), 'the scale of a map'),
    c.scalar(c.finite(2), 'its zero point'),
  ];
  if (!(scale > 0) || !Number.isInteger(zeroPoint) || Math.abs(zeroPoint) > 255)
    throw c.error('BLN202', {
      found: `scale ${scale}, zero point ${zeroPoint}`,
      need: 'a scale above zero and a whole zero point',
    });
  // One bit is held in two.
  return { bits: Math.max(2, q.bits), signed: q.signed, scale, zeroPoint };
}

/** x within reals that a format does not hold back itself. */
function limited(c: OperatorContext, x: Feature, format: QuantFormat, q: Quantizer): Feature {
  const half = 2 ** (format.bits - 1);
  const [lo, hi] = format.signed ? [-half, half - 1] : [0, 2 ** format.bits - 1];
  if (q.range[0] <= lo && q.range[1] >= hi) return x;
  const real = (v: number) => format.scale * (v - format.zeroPoint);
  const from = c.formatOf(x) ? c.copied(x) : x;
  const y = c.emitInner('limited', { op: 'clamp', min: real(q.range[0]), max: real(q.range[1]) }, from);
  return { ...y, dims: x.dims, order: x.order };
}

const quant: Handler = (c) => {
  const q = quantizerOf(c);
  const x = c.values[0];
  if (x?.kind === 'constant') return constantValue(quantConstant(c, x.constant, q));
  if (q.rounding !== 'ROUND' && q.rounding !== 'HALF_EVEN')
    throw c.error('BLN202', { found: `a map rounded by ${q.rounding}`, need: 'ROUND' });
  const format = mapFormat(c, q);
  return { kind: 'feature', feature: c.inFormat(limited(c, c.feature(0), format, q), format) };
};

/** +scale for 0 and above, -scale below. */
const bipolarQuant: Handler = (c) => {
  const x = c.values[0];
  if (x?.kind === 'constant') {
    const integers = Float64Array.from(x.constant.values, (v) => (v >= 0 ? 1 : -1));
    return constantValue(withIntegers(c, x.constant, integers, 2));
  }
  const scale = c.scalar(c.finite(1), 'the scale of a map');
  const map = c.feature(0);
  const y = c.emit({ op: 'lookup', function: 'bipolar', alpha: scale, beta: 0 }, [map], map);
  if (y.kind === 'feature') c.setFormat(y.feature, { bits: 2, signed: true, scale, zeroPoint: 0 });
  return y;
};

/** The upper bits of integers: what is left of a sum that a mean is made of. */
const trunc: Handler = (c) => {
  const [from, to] = [c.scalar(c.finite(3), 'the bit width'), bitsOf(c, 4)];
  const rounding = c.attributes.string('rounding_mode', 'FLOOR').toUpperCase();
  const signed = c.attributes.int('signed', 1) !== 0;
  if (!Number.isInteger(from) || from < to || from > 32 || rounding !== 'FLOOR')
    throw c.error('BLN202', { found: `${from} to ${to} bits by ${rounding}`, need: 'fewer bits, by FLOOR' });
  const format = mapFormat(c, { bits: to, signed });
  const x = c.feature(0);
  const { channels } = x.shape;
  const part = 2 ** (to - from);
  // Rounding a multiple of `part` less a half, and less than `part` more, is its floor.
  const shift = format.scale * (part / 2 - 0.5);
  const op = {
    op: 'batchNorm',
    scale: new Float32Array(channels).fill(part),
    shift: new Float32Array(channels).fill(shift),
  } as const;
  const y = c.emit(op, [x], x);
  if (y.kind === 'feature') c.setFormat(y.feature, format);
  return y;
};

/** A map looked at with its channels in the other place. */
const turned = (x: Feature, order: Feature['order']): Feature => ({
  ...x,
  order,
  dims: x.dims.length === 4 ? mapDims(x.shape, order) : x.dims,
});

/** Weights [outputs][rows][columns][inputs] with the inputs in front of the rows. */
function turnedWeights(c: OperatorContext, w: ConstTensor): ConstTensor {
  if (w.dims.length !== 4) return w;
  const perm = [0, 3, 1, 2];
  const moved = transposeConstant(c, w, perm);
  if (!w.stored) return moved;
  const { values } = transposeConstant(c, floatTensor(w.stored.values, w.dims), perm);
  return {
    ...moved,
    stored: { ...w.stored, values: Float64Array.from(values), axis: perm.indexOf(w.stored.axis) },
  };
}

/** A standard operator over maps whose channels come last, with its weights in that layout too. */
const channelsLast =
  (handler: Handler): Handler =>
  (c) => {
    const values = c.values.map((v): Value | undefined => {
      if (v?.kind === 'feature') return { kind: 'feature', feature: turned(v.feature, 'chw') };
      return v && constantValue(turnedWeights(c, v.constant));
    });
    const result = handler(c.withValues(values));
    if (!('kind' in result) || result.kind !== 'feature') return result;
    return { kind: 'feature', feature: turned(result.feature, 'hwc') };
  };

const QUANTIZERS = new Map<string, Handler>([
  ['Quant', quant],
  ['IntQuant', quant],
  ['BipolarQuant', bipolarQuant],
  ['Trunc', trunc],
]);

const CHANNELS_LAST = new Map<string, Handler>([
  ['Conv', channelsLast(WINDOW_OPERATORS.Conv)],
  ['MaxPool', channelsLast(WINDOW_OPERATORS.MaxPool)],
  ['AveragePool', channelsLast(WINDOW_OPERATORS.AveragePool)],
  ['GlobalAveragePool', channelsLast(WINDOW_OPERATORS.GlobalAveragePool)],
  ['BatchNormalization', channelsLast(POINTWISE_OPERATORS.BatchNormalization)],
]);

/** By domain. */
export const QONNX_OPERATORS: ReadonlyMap<string, ReadonlyMap<string, Handler>> = new Map([
  ['qonnx.custom_op.general', QUANTIZERS],
  ['finn.custom_op.general', QUANTIZERS],
  ['onnx.brevitas', QUANTIZERS],
  ['qonnx.custom_op.channels_last', CHANNELS_LAST],
]);
