/** Handlers of the ONNX operators that resize, reshape or reduce a feature map, and of dense layers. */
import { formatShape, type StoredWeights, sizeOf } from '../../ir/graph.js';
import { checkLimit, LIMITS } from '../../limits.js';
import { repeatsPixels } from '../shared/nearest-upsample.js';
import { denseOverMap, regularConv } from '../shared/regular-conv.js';
import { type ConstTensor, volume } from './const-tensor.js';
import { constantValue, type Feature, type Value } from './feature.js';
import { axesOf, normalAxis, shapeVector, squeezedDims, unsqueezedDims } from './fold-constants.js';
import type { Handler, OperatorContext } from './operator-context.js';
import { storedWeights } from './stored-weights.js';

/** Every pixel as often as `scales` say, one value per axis of N x C x H x W; nothing to do where all are 1. */
function upsample(
  c: OperatorContext,
  x: Feature,
  scales: readonly number[],
  coordinate: string,
  nearest: string,
): Value {
  const [batch, channels, rows = Number.NaN, columns = Number.NaN] = scales;
  const isFactor = (f: number) => Number.isInteger(f) && f >= 1 && f <= LIMITS.stride.most;
  if (scales.length !== 4 || batch !== 1 || channels !== 1 || !isFactor(rows) || !isFactor(columns)) {
    throw c.error('BLN202', {
      found: `scales [${scales.join(', ')}]`,
      need: `scales [1, 1, rows, columns], whole numbers up to ${LIMITS.stride.most}`,
      hint: 'resize by whole factors; a convolution with a stride makes a map smaller',
    });
  }
  const extents = [
    [x.shape.height * rows, rows],
    [x.shape.width * columns, columns],
  ] as const;
  if (!extents.every(([to, factor]) => factor === 1 || repeatsPixels(coordinate, nearest, to, factor))) {
    throw c.error('BLN202', {
      found: `coordinate_transformation_mode ${coordinate} with nearest_mode ${nearest}`,
      need: 'modes that repeat each pixel as often as the scale says, such as asymmetric with floor',
      hint: 'export nn.Upsample(scale_factor=2, mode="nearest")',
    });
  }
  if (rows === 1 && columns === 1) return c.view(x, x.dims);
  return c.keepingFormat(x, c.emit({ op: 'upsample', rows, columns, fill: 'repeat' }, [x]));
}

function nearestOnly(c: OperatorContext): void {
  const mode = c.attributes.string('mode', 'nearest');
  if (mode !== 'nearest') {
    throw c.error('BLN202', {
      found: `mode ${mode}`,
      need: 'mode nearest',
      hint: 'use nearest upsampling and fine-tune; a 3x3 convolution behind it can smooth',
    });
  }
}

const nonEmpty = (t: ConstTensor | undefined): readonly number[] | undefined =>
  t && t.values.length > 0 ? Array.from(t.values) : undefined;

const resize: Handler = (c) => {
  const x = c.image(0);
  nearestOnly(c);
  const isFloor = c.opset < 11;
  const coordinate = c.attributes.string(
    'coordinate_transformation_mode',
    isFloor ? 'asymmetric' : 'half_pixel',
  );
  const nearest = c.attributes.string('nearest_mode', isFloor ? 'floor' : 'round_prefer_floor');
  const policy = c.attributes.string('keep_aspect_ratio_policy', 'stretch');
  if (policy !== 'stretch')
    throw c.error('BLN202', { found: `keep_aspect_ratio_policy ${policy}`, need: 'stretch' });
  c.attributes.ignore('cubic_coeff_a', 'exclude_outside', 'extrapolation_value', 'antialias');
  const axes = c.attributes.ints('axes')?.map((a) => normalAxis(c, a, 4)) ?? [0, 1, 2, 3];
  // Opset 10 has no region of interest before the scales.
  const isOld = c.opset < 11;
  const sizes = isOld ? undefined : nonEmpty(c.optionalConstant(3));
  const given = sizes?.map((s, i) => s / x.dims[axes[i]]) ?? nonEmpty(c.optionalConstant(isOld ? 1 : 2));
  if (!given) throw c.error('BLN102', { found: 'neither scales nor sizes' });
  checkLimit('axes', given.length, c.where);
  const scales = [0, 1, 2, 3].map((axis) =>
    axes.includes(axis) ? (given[axes.indexOf(axis)] ?? Number.NaN) : 1,
  );
  return upsample(c, x, given.length === axes.length ? scales : given, coordinate, nearest);
};

/** The deprecated operator of opset 7 (attribute) and 9 (input); always asymmetric and floor. */
const upsampleOperator: Handler = (c) => {
  const x = c.image(0);
  nearestOnly(c);
  const scales = c.attributes.floats('scales') ?? nonEmpty(c.optionalConstant(1)) ?? [];
  checkLimit('axes', scales.length, c.where);
  return upsample(c, x, scales, 'asymmetric', 'floor');
};

const flatten: Handler = (c) => {
  const x = c.feature(0);
  const axis = c.attributes.int('axis', 1);
  const at = axis < 0 ? axis + x.dims.length : axis;
  return c.view(x, [volume(x.dims.slice(0, at)), volume(x.dims.slice(at))]);
};

/** A dense layer as a convolution: 1x1 over a vector, as large as the map over a map. `weights` are [outputs][inputs]. */
export function dense(
  c: OperatorContext,
  x: Feature,
  weights: Float32Array,
  bias: Float32Array | null,
  stored: StoredWeights | undefined,
): Value {
  const outChannels = weights.length / sizeOf(x.shape);
  const { op, rewrites } = regularConv(denseOverMap(x.shape, x.order, weights, bias, stored), c.where);
  const { height, width } = x.shape;
  if (height * width > 1) {
    c.note(
      'rewritten',
      `a dense layer over a ${height}x${width} map is a convolution with a ${op.kernel}x${op.kernel} kernel`,
    );
  }
  for (const text of rewrites) c.note('rewritten', text);
  return c.emit(op, [x], { dims: [1, outChannels], order: 'chw' });
}

/** The input of a dense layer, [1, inputs], and its weights as [outputs][inputs] times `gain`. */
function denseOperands(
  c: OperatorContext,
  isTransposed: boolean,
  gain: number,
): { x: Feature; weights: Float32Array; integers: StoredWeights | undefined } {
  const x = c.feature(0);
  if (x.dims.length !== 2) {
    throw c.error('BLN203', {
      found: `${c.node.opType} over a map of ${formatShape(x.shape)}`,
      need: 'a vector N x inputs',
      hint: 'put GlobalAveragePool and Flatten, or Flatten alone, before it',
    });
  }
  const w = c.finite(1);
  const channels = sizeOf(x.shape);
  const [rows, columns] = w.dims as [number, number];
  if (w.dims.length !== 2 || (isTransposed ? columns : rows) !== channels) {
    throw c.error('BLN103', { found: `weights of extents [${w.dims.join(', ')}] for ${channels} values` });
  }
  const out = isTransposed ? rows : columns;
  const at = (o: number, i: number) => (isTransposed ? o * columns + i : i * columns + o);
  const weights = Float32Array.from({ length: out * channels }, (_, k) => {
    return gain * w.values[at(Math.floor(k / channels), k % channels)];
  });
  // A factor on the weights would change their integers' scale: only 1 keeps them.
  const b = c.values.length > 2 ? c.optionalConstant(2) : undefined;
  const index = (k: number) => at(Math.floor(k / channels), k % channels);
  const integers = gain === 1 ? storedWeights(c, w, b, out, isTransposed ? 0 : 1, index) : undefined;
  return { x, weights, integers };
}

const gemm: Handler = (c) => {
  c.attributes.ignore('broadcast');
  if (c.attributes.int('transA', 0) !== 0)
    throw c.error('BLN202', { found: 'transA = 1', need: 'transA = 0' });
  const { x, weights, integers } = denseOperands(
    c,
    c.attributes.int('transB', 0) !== 0,
    c.attributes.float('alpha', 1),
  );
  const beta = c.attributes.float('beta', 1);
  if (!c.optionalConstant(2)) return dense(c, x, weights, null, integers);
  const given = c.finite(2).values;
  const out = weights.length / sizeOf(x.shape);
  if (given.length !== 1 && given.length !== out) {
    throw c.error('BLN103', { found: `${given.length} biases for ${out} outputs` });
  }
  const bias = Float32Array.from({ length: out }, (_, i) => beta * given[given.length === 1 ? 0 : i]);
  const isPlain = beta === 1 && given.length === out;
  return dense(c, x, weights, bias, integers && !isPlain ? { ...integers, bias: null } : integers);
};

const matMul: Handler = (c) => {
  const { x, weights, integers } = denseOperands(c, false, 1);
  return dense(c, x, weights, null, integers);
};

export const SHAPE_OPERATORS = {
  Resize: resize,
  Upsample: upsampleOperator,
  Flatten: flatten,
  Squeeze: (c) =>
    c.view(c.feature(0), squeezedDims(c, c.feature(0).dims, axesOf(c, c.feature(0).dims.length))),
  Unsqueeze: (c) => c.view(c.feature(0), unsqueezedDims(c, c.feature(0).dims)),
  Shape: (c) => constantValue(shapeVector(c, c.feature(0).dims)),
  Gemm: gemm,
  MatMul: matMul,
} as const satisfies Record<string, Handler>;
