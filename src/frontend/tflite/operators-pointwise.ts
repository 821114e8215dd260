/** Handlers of the TFLite operators that work value by value: sums, activations, changes of format. */
import { NO_PADS } from '../../ir/graph.js';
import type { BatchNormOp } from '../../layers/batch-norm.js';
import { perChannel as depthwise } from '../../layers/depthwise/index.js';
import { type Feature, formatOf, sameReals } from './feature.js';
import type { Handler, OperatorContext } from './operator-context.js';

/** Every binary operator has its fused activation in the same field. */
const FUSED = 0;

/** A constant operand spread over the channels: a scalar, or extents that are 1 but for the last axis. */
function perChannel(c: OperatorContext, x: Feature, i: number): Float32Array {
  const { values, dims, name } = c.constant(i);
  const { channels } = x.shape;
  const isVector = dims.every((d, axis) => d === 1 || (axis === dims.length - 1 && d === channels));
  if (!isVector || dims.length > x.dims.length || (x.dims.length === 2 && x.dims[1] !== channels)) {
    throw c.error('BLN202', {
      found: `a constant ${name} of extents [${dims.join(', ')}] for ${channels} channels`,
      need: 'a scalar, or one value per channel',
    });
  }
  return Float32Array.from({ length: channels }, (_, k) => values[values.length === 1 ? 0 : k]);
}

/** y = scale * x + shift with both given by the constant operand. */
const withConstant =
  (f: (k: number, constantFirst: boolean) => readonly [number, number]) =>
  (c: OperatorContext): Feature | undefined => {
    const first = c.isConstant(0);
    if (!first && !c.isConstant(1)) return undefined;
    const x = c.feature(first ? 1 : 0);
    const pairs = Array.from(perChannel(c, x, first ? 0 : 1), (k) => f(k, first));
    const op: BatchNormOp = {
      op: 'batchNorm',
      scale: Float32Array.from(pairs, (p) => p[0]),
      shift: Float32Array.from(pairs, (p) => p[1]),
    };
    return c.emit(op, [x], c.fused(FUSED), x.dims);
  };

const ofMaps = (c: OperatorContext, hint: string) =>
  c.error('BLN203', {
    found: `${c.operator.name} of two feature maps`,
    need: 'a feature map and a constant',
    hint,
  });

/** A sum or difference of integers with one constant for all: a function of one value, which the kernel's table has exactly. */
function shifted(c: OperatorContext, isTaken: boolean): Feature | undefined {
  const first = c.isConstant(0);
  if ((first && isTaken) || (!first && !c.isConstant(1))) return undefined;
  const [x, { stored, values }] = [c.feature(first ? 1 : 0), c.constant(first ? 0 : 1)];
  if (!stored || values.length !== 1 || !c.formatOf(x)) return undefined;
  const addend = { value: stored.values[0], scale: stored.scales[0], isTaken };
  const beta = isTaken ? -values[0] : values[0];
  return c.emit({ op: 'lookup', function: 'shifted', alpha: 0, beta, addend }, [x], c.fused(FUSED), x.dims);
}

const addConstant = withConstant((k) => [1, k]);
const add: Handler = (c) => {
  const affine = shifted(c, false) ?? addConstant(c);
  if (affine) return affine;
  const [a, b] = [c.feature(0), c.feature(1)];
  if (a.dims.join() !== b.dims.join()) {
    throw c.error('BLN103', {
      found: `adding [${a.dims.join(', ')}] and [${b.dims.join(', ')}]`,
      need: 'equal extents',
    });
  }
  return c.emit({ op: 'add' }, [a, b], c.fused(FUSED), a.dims);
};

const subConstant = withConstant((k, first) => (first ? [-1, k] : [1, -k]));
const sub: Handler = (c) => {
  const affine = shifted(c, true) ?? subConstant(c);
  if (affine) return affine;
  throw ofMaps(c, 'negate one branch with its last convolution, then ADD');
};

const mulConstant = withConstant((k) => [k, 0]);
/** A product of integers with constants that are weights of 8 bits: a 1x1 depthwise layer with the same arithmetic. */
function scaled(c: OperatorContext): Feature | undefined {
  const first = c.isConstant(0);
  if (!first && !c.isConstant(1)) return undefined;
  const [x, { stored }] = [c.feature(first ? 1 : 0), c.constant(first ? 0 : 1)];
  if (!stored || !c.formatOf(x) || stored.scales.length !== 1) return undefined;
  if (!stored.values.every((v) => v >= -128 && v <= 127)) return undefined;
  const { channels } = x.shape;
  const reals = perChannel(c, x, first ? 0 : 1);
  const one = stored.values.length === 1;
  const weights = Int8Array.from({ length: channels }, (_, k) => stored.values[one ? 0 : k]);
  const scales = new Array<number>(channels).fill(stored.scales[0]);
  const filters = { kernel: 1, stride: 1, pads: NO_PADS, weights: reals, bias: null };
  const op = depthwise(channels, { ...filters, stored: { weights, scales, bias: null } });
  return c.emit(op, [x], c.fused(FUSED), x.dims);
}

const mul: Handler = (c) => {
  const affine = scaled(c) ?? mulConstant(c);
  if (affine) return affine;
  const [a, b] = [c.feature(0), c.feature(1)];
  const isGate = (x: Feature, gate: Feature): boolean =>
    gate.shape.height * gate.shape.width === 1 && gate.shape.channels === x.shape.channels;
  if (a.dims.join() === b.dims.join() || isGate(a, b))
    return c.emit({ op: 'product' }, [a, b], c.fused(FUSED), a.dims);
  if (isGate(b, a)) return c.emit({ op: 'product' }, [b, a], c.fused(FUSED), b.dims);
  throw c.error('BLN103', {
    found: `multiplying [${a.dims.join(', ')}] and [${b.dims.join(', ')}]`,
    need: 'equal extents, or one value for each channel',
  });
};

/** Behind a stored format an activation is a layer of its own, since both sides have integers of their own. */
const activation =
  (min: number, max: number): Handler =>
  (c) => {
    const x = c.feature(0);
    if (c.formatOf(x)) return c.requantize(x, [min, max]);
    return c.emit({ op: 'clamp', min, max }, [x], null, x.dims);
  };

const quantize: Handler = (c) => {
  const x = c.feature(0);
  const to = formatOf(c.output);
  if (!to) throw c.error('BLN102', { found: 'QUANTIZE to reals' });
  const from = c.formatOf(x);
  if (from && sameReals(from, to)) return c.declared(x);
  if (from) return c.requantize(x, null);
  c.setFormat(x, to);
  return c.declared(x);
};

/** Reals of the same tensor: nothing to compute. At the end it may stand behind what the host does. */
const dequantize: Handler = (c) => {
  const x = c.anyFeature(0);
  return c.declared(x.border ? c.feature(0) : x);
};

export const POINTWISE_OPERATORS = {
  ADD: add,
  SUB: sub,
  MUL: mul,
  RELU: activation(0, Number.POSITIVE_INFINITY),
  RELU6: activation(0, 6),
  RELU_N1_TO_1: activation(-1, 1),
  QUANTIZE: quantize,
  DEQUANTIZE: dequantize,
} as const satisfies Record<string, Handler>;
