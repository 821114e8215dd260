/** Handlers of the ONNX operators that work value by value: activations, batch norm, arithmetic, no-ops. */
import { formatShape } from '../../ir/graph.js';
import type { ConstTensor } from './const-tensor.js';
import type { Feature, Handler, OperatorContext, Value } from './operator-context.js';

function clamp(c: OperatorContext, x: Feature, min: number, max: number): Value {
  if (min === Number.NEGATIVE_INFINITY && max === Number.POSITIVE_INFINITY) return c.view(x, x.dims);
  return c.emit({ op: 'clamp', min, max }, [x], x.dims);
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
  c.attributes.ignore('momentum', 'spatial');
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
  const gain = Float64Array.from(gamma, (g, i) => g / Math.sqrt((variance[i] as number) + epsilon));
  const shift = Float32Array.from(beta, (b, i) => b - (mean[i] as number) * (gain[i] as number));
  return c.emit({ op: 'batchNorm', scale: Float32Array.from(gain), shift }, [x], x.dims);
};

/** A constant operand spread over the channels: a scalar, or extents that are 1 but on the channel axis. */
function perChannel(c: OperatorContext, x: Feature, operand: ConstTensor): Float64Array {
  const channels = x.shape.channels;
  if (!operand.values.every(Number.isFinite))
    throw c.error('BLN102', { found: 'a constant operand that is not finite' });
  const axis = operand.dims.length - (x.dims.length - 1);
  const fits =
    operand.dims.length <= x.dims.length &&
    operand.dims.every((d, i) => d === 1 || (i === axis && d === channels));
  if (!fits) {
    throw c.error('BLN202', {
      found: `${c.node.opType} of ${formatShape(x.shape)} and a constant of extents [${operand.dims.join(', ')}]`,
      need: `a scalar, or one value per channel ([${channels}, 1, 1])`,
      hint: 'apply per-pixel constants to the images before the network',
    });
  }
  return Float64Array.from(
    { length: channels },
    (_, i) => operand.values[operand.values.length === 1 ? 0 : i] as number,
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
  return c.emit({ op: 'batchNorm', scale, shift }, [x], x.dims);
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
  const [a, b] = [c.feature(0), c.feature(1)];
  if (a.dims.join() !== b.dims.join()) {
    throw c.error('BLN103', {
      found: `adding [${a.dims.join(', ')}] and [${b.dims.join(', ')}]`,
      need: 'equal extents',
      hint: 'both branches must end with the same channels and size; prune them with a shared mask',
    });
  }
  return c.emit({ op: 'add' }, [a, b], a.dims);
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

const identity: Handler = (c) => c.view(c.feature(0), c.feature(0).dims);

const dropout: Handler = (c) => {
  c.attributes.ignore('ratio', 'seed');
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
  c.attributes.ignore('saturate');
  const to = c.attributes.int('to', 1);
  if (to !== 1)
    throw c.error('BLN202', {
      found: `a cast to ONNX data type ${to}`,
      need: 'float',
      hint: 'export in single precision',
    });
  return identity(c);
};

export const POINTWISE_OPERATORS = {
  Clip: clip,
  Relu: (c) => clamp(c, c.feature(0), 0, Number.POSITIVE_INFINITY),
  BatchNormalization: batchNormalization,
  Add: add,
  Mul: arithmetic('channel attention (squeeze-and-excite) is not supported: train without it', (k) => [k, 0]),
  Sub: arithmetic('negate one branch with its last convolution, then Add', (k, first) =>
    first ? [-1, k] : [1, -k],
  ),
  Div: arithmetic('only a constant divisor can be folded', (k, first) => (first ? null : [1 / k, 0])),
  Identity: identity,
  Dropout: dropout,
  Cast: cast,
} as const satisfies Record<string, Handler>;
