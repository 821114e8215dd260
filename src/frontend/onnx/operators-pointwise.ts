/** Handlers of the ONNX operators that work value by value: activations, batch norm, arithmetic, no-ops. */
import { formatShape } from '../../ir/graph.js';
import type { ConstTensor } from './const-tensor.js';
import type { Feature, Value } from './feature.js';
import { DATA_TYPE } from './onnx-proto.js';
import type { Handler, OperatorContext } from './operator-context.js';
import { gatedByItself } from './operators-lookup.js';

/** Behind a stated format an activation is a layer of its own: the integers in front of it are rounded already. */
function clamp(c: OperatorContext, x: Feature, min: number, max: number): Value {
  if (min === Number.NEGATIVE_INFINITY && max === Number.POSITIVE_INFINITY) return c.view(x, x.dims);
  return c.emit({ op: 'clamp', min, max }, [c.formatOf(x) ? c.copied(x) : x], x);
}

/** Largest finite float: exporters write it where they mean "no limit". */
const FLOAT_MAX = 3.4028234663852886e38;

const clip: Handler = (c) => {
  const limit = (i: number, name: string, fallback: number) => {
    const given = c.optionalConstant(i);
    const value = given ? c.scalar(given, name) : c.attributes.float(name, fallback);
    return Math.abs(value) >= FLOAT_MAX ? Math.sign(value) * Number.POSITIVE_INFINITY : value;
  };
  return clamp(
    c,
    c.feature(0),
    limit(1, 'min', Number.NEGATIVE_INFINITY),
    limit(2, 'max', Number.POSITIVE_INFINITY),
  );
};

const batchNormalization: Handler = (c) => {
  const x = c.feature(0);
  const epsilon = c.attributes.float('epsilon', 1e-5);
  c.attributes.ignore('momentum', 'spatial', 'is_test', 'consumed_inputs');
  if (c.attributes.int('training_mode', 0) !== 0 || c.node.outputs.filter(Boolean).length > 1) {
    throw c.error('BLN202', {
      found: 'batch norm in training mode',
      need: 'inference with stored statistics',
      hint: 'call model.eval() before torch.onnx.export',
    });
  }
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((i) => c.finite(i).values) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  if ([gamma, beta, mean, variance].some((v) => v.length !== x.shape.channels)) {
    throw c.error('BLN103', {
      found: `batch norm over ${gamma.length} channels, input has ${x.shape.channels}`,
    });
  }
  if (!variance.every((v) => v + epsilon > 0)) {
    throw c.error('BLN102', {
      found: 'a variance that is not positive',
      hint: 'the file is damaged or was edited',
    });
  }
  const gain = Float64Array.from(gamma, (g, i) => g / Math.sqrt(variance[i] + epsilon));
  const shift = Float32Array.from(beta, (b, i) => b - mean[i] * gain[i]);
  return c.emit({ op: 'batchNorm', scale: Float32Array.from(gain), shift }, [x], x);
};

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

/** Max or Min of one map and constants: a limit. */
const limit =
  (pick: (...values: number[]) => number, isLower: boolean): Handler =>
  (c) => {
    const maps = c.values.flatMap((v, i) => (v?.kind === 'feature' ? [c.feature(i)] : []));
    const [x] = maps;
    const constants = c.values.flatMap((v) => (v?.kind === 'constant' ? [v.constant] : []));
    const values = constants.flatMap((k) => Array.from(k.values.subarray(0, 2)));
    const isOneValue = constants.every(
      (k) => new Set(k.values).size === 1 && k.dims.length <= (x?.dims.length ?? 0),
    );
    if (!x || maps.length !== 1 || values.length === 0 || !isOneValue) {
      throw c.error('BLN203', {
        found: `${c.node.opType} of ${maps.length} feature maps and ${constants.length} constants`,
        need: 'one feature map and one value',
        hint: 'a limit that differs from channel to channel, or a maximum of branches, has no hardware',
      });
    }
    const value = pick(...values);
    return isLower
      ? clamp(c, x, value, Number.POSITIVE_INFINITY)
      : clamp(c, x, Number.NEGATIVE_INFINITY, value);
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

const scale = arithmetic('channel attention (squeeze-and-excite) is not supported: train without it', (k) => [
  k,
  0,
]);

/** Of a feature map and a constant, or of a feature map and an activation of itself. */
const product: Handler = (c) => {
  const gated = withConstant(c) ? null : gatedByItself(c, c.feature(0), c.feature(1));
  return gated ?? scale(c);
};

const identity: Handler = (c) => {
  const x = c.anyFeature(0);
  return { kind: 'feature', feature: x };
};

const dropout: Handler = (c) => {
  c.attributes.ignore('ratio', 'seed', 'is_test');
  const training = c.optionalConstant(2);
  if (training && c.scalar(training, 'training_mode') !== 0) {
    throw c.error('BLN202', {
      found: 'Dropout in training mode',
      need: 'inference',
      hint: 'call model.eval() before exporting',
    });
  }
  return identity(c);
};

const cast: Handler = (c) => {
  c.attributes.ignore('saturate', 'round_mode');
  const to = c.attributes.int('to', 1);
  const { raw, ...x } = c.anyFeature(0);
  // Integers of a QuantizeLinear may be cast to the type that they have.
  const own = x.integers?.signed ? DATA_TYPE.int8 : DATA_TYPE.uint8;
  if (to !== (x.integers ? own : DATA_TYPE.float)) {
    throw c.error('BLN202', {
      found: `a cast to ONNX data type ${to}`,
      need: x.integers ? `${own}, the type of its input` : 'float',
      hint: 'export in single precision',
    });
  }
  if (raw) c.statePixels(raw.signed ? 128 : 0, 1);
  return { kind: 'feature', feature: x };
};

export const POINTWISE_OPERATORS = {
  Clip: clip,
  Relu: (c) => clamp(c, c.feature(0), 0, Number.POSITIVE_INFINITY),
  BatchNormalization: batchNormalization,
  Add: add,
  Mul: product,
  Sub: arithmetic('negate one branch with its last convolution, then Add', (k, first) =>
    first ? [-1, k] : [1, -k],
  ),
  Div: arithmetic('only a constant divisor can be folded', (k, first) => (first ? null : [1 / k, 0])),
  Sum: sum,
  Max: limit(Math.max, true),
  Min: limit(Math.min, false),
  Identity: identity,
  Dropout: dropout,
  Cast: cast,
} as const satisfies Record<string, Handler>;
