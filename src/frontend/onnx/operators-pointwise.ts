/** Handlers of the ONNX operators that work value by value: limits, batch norm, no-ops. */
import type { Feature, Value } from './feature.js';
import { DATA_TYPE } from './onnx-proto.js';
import type { Handler, OperatorContext } from './operator-context.js';

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
  Max: limit(Math.max, true),
  Min: limit(Math.min, false),
  Identity: identity,
  Dropout: dropout,
  Cast: cast,
} as const satisfies Record<string, Handler>;
