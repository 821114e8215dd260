/** Handlers of the ONNX operators of arithmetic: with a constant for each channel, of two maps, and by a gate. */
import { formatShape, type GraphOp } from '../../ir/graph.js';
import type { ConstTensor } from './const-tensor.js';
import type { Feature, Value } from './feature.js';
import type { Handler, OperatorContext } from './operator-context.js';
import { gatedByItself } from './operators-lookup.js';

/** Axis of x that the operand's first axis lies on; before opset 7 an attribute may say so. */
function alignment(c: OperatorContext, x: Feature, operand: ConstTensor): number {
  const isOld = c.attributes.int('broadcast', 0) === 1;
  const axis = c.attributes.int('axis', -1);
  const atEnd = x.dims.length - operand.dims.length;
  return isOld && axis >= 0 ? axis : atEnd;
}

/** A constant operand spread over the channels: a scalar, or extents that are 1 but on the channel axis. */
function perChannel(c: OperatorContext, x: Feature, operand: ConstTensor): Float64Array {
  const channels = x.shape.channels;
  if (!operand.values.every(Number.isFinite))
    throw c.error('BLN102', { found: 'a constant operand that is not finite' });
  const first = alignment(c, x, operand);
  const axis = c.channelAxis(x);
  const fits =
    first >= 0 &&
    first + operand.dims.length <= x.dims.length &&
    operand.dims.every((d, i) => d === 1 || (i + first === axis && d === channels));
  if (!fits) {
    throw c.error('BLN202', {
      found: `${c.node.opType} of ${formatShape(x.shape)} and a constant of extents [${operand.dims.join(', ')}]`,
      need: `a scalar, or one value per channel ([${channels}, 1, 1])`,
      hint: 'apply per-pixel constants to the images before the network',
    });
  }
  return Float64Array.from(
    { length: channels },
    (_, i) => operand.values[operand.values.length === 1 ? 0 : i],
  );
}

/** y = scale * x + shift with both given by the constant operand. */
function affine(
  c: OperatorContext,
  x: Feature,
  operand: ConstTensor,
  f: (k: number) => readonly [number, number],
): Value {
  const pairs = Array.from(perChannel(c, x, operand), f);
  const scale = Float32Array.from(pairs, (p) => p[0]);
  const shift = Float32Array.from(pairs, (p) => p[1]);
  if (!scale.every(Number.isFinite)) throw c.error('BLN102', { found: 'a division by zero' });
  return c.emit({ op: 'batchNorm', scale, shift }, [x], x);
}

/** Splits a binary node into its feature map, its constant and whether the constant comes first. */
function withConstant(c: OperatorContext): { x: Feature; k: ConstTensor; constantFirst: boolean } | null {
  const [a, b] = c.values;
  if (a?.kind === 'constant') return { x: c.feature(1), k: a.constant, constantFirst: true };
  if (b?.kind === 'constant') return { x: c.feature(0), k: b.constant, constantFirst: false };
  return null;
}

const add: Handler = (c) => {
  const operands = withConstant(c);
  if (operands) return affine(c, operands.x, operands.k, (k) => [1, k]);
  c.attributes.ignore('broadcast', 'axis');
  return sumOf(c, c.feature(0), c.feature(1));
};

export function sumOf(c: OperatorContext, a: Feature, b: Feature): Value {
  if (a.dims.join() !== b.dims.join() || (a.order !== b.order && a.shape.height * a.shape.width > 1)) {
    throw c.error('BLN103', {
      found: `adding [${a.dims.join(', ')}] and [${b.dims.join(', ')}]`,
      need: 'equal extents',
      hint: 'both branches must end with the same channels and size; prune them with a shared mask',
    });
  }
  return c.emit({ op: 'add' }, [a, b], a);
}

/** Add of any number of maps. */
const sum: Handler = (c) => {
  const maps = c.values.map((_, i) => c.feature(i));
  const [first] = maps;
  if (!first) throw c.error('BLN102', { found: 'a Sum of nothing' });
  if (maps.length === 1) return c.view(first, first.dims);
  if (maps.length > 2) c.note('rewritten', `a Sum of ${maps.length} maps is ${maps.length - 1} sums of two`);
  let last = first;
  for (const next of maps.slice(1, -1)) {
    const feature = c.addInner(`sum${maps.indexOf(next)}`, last, next);
    last = { ...feature, dims: first.dims, order: first.order };
  }
  return sumOf(c, last, maps.at(-1) as Feature);
};

/** Operators of a feature map and a constant; of two feature maps they are refused with `hint`. */
const arithmetic =
  (hint: string, f: (k: number, constantFirst: boolean) => readonly [number, number] | null): Handler =>
  (c) => {
    const operands = withConstant(c);
    const refuse = (found: string) =>
      c.error('BLN203', { found, need: `${c.node.opType} of a feature map and a constant`, hint });
    if (!operands) throw refuse(`${c.node.opType} of two feature maps`);
    return affine(c, operands.x, operands.k, (k) => {
      const pair = f(k, operands.constantFirst);
      if (!pair) throw refuse('a constant divided by a feature map');
      return pair;
    });
  };

const scale = arithmetic('multiply by a constant', (k) => [k, 0]);

/** Whether b has one value for each channel of a, laid out so that ONNX broadcasts it. */
function isGate(c: OperatorContext, a: Feature, b: Feature): boolean {
  const axis = c.channelAxis(a);
  const fits = (d: number, i: number) => (i === axis ? d === a.shape.channels : d === 1);
  return b.shape.height * b.shape.width === 1 && a.dims.length === b.dims.length && b.dims.every(fits);
}

/** Of two maps of equal shape, or of a map and a gate. */
function productOf(c: OperatorContext, a: Feature, b: Feature): Value {
  const isSame =
    a.dims.join() === b.dims.join() && (a.order === b.order || a.shape.height * a.shape.width === 1);
  if (isSame || isGate(c, a, b)) return c.emit({ op: 'product' }, [a, b], a);
  if (isGate(c, b, a)) return c.emit({ op: 'product' }, [b, a], b);
  throw c.error('BLN203', {
    found: `multiplying [${a.dims.join(', ')}] and [${b.dims.join(', ')}]`,
    need: 'equal extents, or one value for each channel',
    hint: 'a gate that differs from pixel to pixel must have all channels of the map',
  });
}

/** Of a feature map and a constant, a feature map and an activation of itself, or two feature maps. */
const product: Handler = (c) => {
  if (withConstant(c)) return scale(c);
  c.attributes.ignore('broadcast', 'axis');
  const [a, b] = [c.feature(0), c.feature(1)];
  return gatedByItself(c, a, b) ?? productOf(c, a, b);
};

const minus = (x: Feature): GraphOp => ({
  op: 'batchNorm',
  scale: new Float32Array(x.shape.channels).fill(-1),
  shift: new Float32Array(x.shape.channels),
});

const negative: Handler = (c) => c.emit(minus(c.feature(0)), [c.feature(0)], c.feature(0));

const subtract = arithmetic('subtract a constant', (k, first) => (first ? [-1, k] : [1, -k]));

/** Of two maps: the second one is negated first. */
const difference: Handler = (c) => {
  if (withConstant(c)) return subtract(c);
  c.attributes.ignore('broadcast', 'axis');
  const [a, b] = [c.feature(0), c.feature(1)];
  return sumOf(c, a, { ...c.emitInner('minus', minus(b), b), dims: b.dims, order: b.order });
};

/** A slope below zero: one for all channels is a table; others are slope * x + (1 - slope) * relu(x). */
const pRelu: Handler = (c) => {
  const x = c.feature(0);
  const slopes = Float32Array.from(perChannel(c, x, c.constant(1)));
  const [first] = slopes;
  if (slopes.every((s) => s === first))
    return c.emit({ op: 'lookup', function: 'leakyRelu', alpha: first, beta: 0 }, [x], x);
  c.note(
    'rewritten',
    'a slope for each channel is the sum of a scaled map and of its positive part, scaled too',
  );
  const shift = new Float32Array(slopes.length);
  const positive = c.emitInner('positive', { op: 'clamp', min: 0, max: Number.POSITIVE_INFINITY }, x);
  const scale = slopes.map((s) => 1 - s);
  const part = c.emitInner('part', { op: 'batchNorm', scale, shift }, positive);
  const whole = c.emitInner('whole', { op: 'batchNorm', scale: slopes, shift }, x);
  return c.emit({ op: 'add' }, [whole, part], x);
};

export const ARITHMETIC_OPERATORS = {
  Add: add,
  Mul: product,
  Sub: difference,
  Neg: negative,
  PRelu: pRelu,
  Div: arithmetic('only a constant divisor can be folded', (k, first) => (first ? null : [1 / k, 0])),
  Sum: sum,
} as const satisfies Record<string, Handler>;
