/** Handlers of the ONNX operators that resize, reshape or reduce a feature map, and of dense layers. */
import { formatShape, NO_PADS, type StoredWeights } from '../../ir/graph.js';
import { checkLimit } from '../../limits.js';
import { type ConstTensor, volume } from './const-tensor.js';
import {
  axesOf,
  normalAxis,
  reshapedDims,
  shapeVector,
  squeezedDims,
  unsqueezedDims,
} from './fold-constants.js';
import {
  constantValue,
  type Feature,
  type Handler,
  type OperatorContext,
  type Value,
} from './operator-context.js';
import { storedWeights } from './stored-weights.js';

/** Source coordinate of output index `o` by the ONNX formula; `to` is the output extent, the scale is 2. */
const COORDINATES: ReadonlyMap<string, (o: number, to: number) => number> = new Map([
  ['asymmetric', (o) => o / 2],
  ['half_pixel', (o) => (o + 0.5) / 2 - 0.5],
  ['half_pixel_symmetric', (o) => (o + 0.5) / 2 - 0.5],
  ['pytorch_half_pixel', (o) => (o + 0.5) / 2 - 0.5],
  ['tf_half_pixel_for_nn', (o) => (o + 0.5) / 2],
  ['align_corners', (o, to) => (o * (to / 2 - 1)) / (to - 1)],
]);

const NEAREST: ReadonlyMap<string, (x: number) => number> = new Map([
  ['floor', Math.floor],
  ['ceil', Math.ceil],
  ['round_prefer_floor', (x) => Math.ceil(x - 0.5)],
  ['round_prefer_ceil', (x) => Math.floor(x + 0.5)],
]);

/** Whether the modes repeat every pixel twice, found by evaluating them at every output index. */
function repeatsPixels(coordinate: string, nearest: string, to: number): boolean {
  const [position, round] = [COORDINATES.get(coordinate), NEAREST.get(nearest)];
  if (!position || !round) return false;
  const clip = (i: number) => Math.min(Math.max(i, 0), to / 2 - 1);
  return Array.from({ length: to }, (_, o) => clip(round(position(o, to)))).every(
    (i, o) => i === Math.floor(o / 2),
  );
}

/** A x2 upsampling, or nothing to do for scale 1. `scales` has one value per axis of N x C x H x W. */
function upsample(
  c: OperatorContext,
  x: Feature,
  scales: readonly number[],
  coordinate: string,
  nearest: string,
): Value {
  if (scales.length === 4 && scales.every((s) => s === 1)) return c.view(x, x.dims);
  if (scales.length !== 4 || scales.join() !== '1,1,2,2') {
    throw c.error('BLN202', {
      found: `scales [${scales.join(', ')}]`,
      need: 'scales [1, 1, 2, 2]',
      hint: 'resize by 2 in both directions; for 4, use two of them',
    });
  }
  const extents = [x.shape.height * 2, x.shape.width * 2];
  if (!extents.every((to) => repeatsPixels(coordinate, nearest, to))) {
    throw c.error('BLN202', {
      found: `coordinate_transformation_mode ${coordinate} with nearest_mode ${nearest}`,
      need: 'modes that repeat each pixel twice, such as asymmetric with floor',
      hint: 'export nn.Upsample(scale_factor=2, mode="nearest")',
    });
  }
  return c.emit({ op: 'upsample', factor: 2 }, [x]);
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
  const coordinate = c.attributes.string('coordinate_transformation_mode', 'half_pixel');
  const nearest = c.attributes.string('nearest_mode', 'round_prefer_floor');
  const policy = c.attributes.string('keep_aspect_ratio_policy', 'stretch');
  if (policy !== 'stretch')
    throw c.error('BLN202', { found: `keep_aspect_ratio_policy ${policy}`, need: 'stretch' });
  c.attributes.ignore('cubic_coeff_a', 'exclude_outside', 'extrapolation_value', 'antialias');
  const axes = c.attributes.ints('axes')?.map((a) => normalAxis(c, a, 4)) ?? [0, 1, 2, 3];
  const sizes = nonEmpty(c.optionalConstant(3));
  const given =
    sizes?.map((s, i) => s / (x.dims[axes[i] as number] as number)) ?? nonEmpty(c.optionalConstant(2));
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

const reduceMean: Handler = (c) => {
  const x = c.image(0);
  const axes = axesOf(c, 4) ?? [];
  const keep = c.attributes.int('keepdims', 1) === 1;
  c.attributes.ignore('noop_with_empty_axes');
  if (axes.length !== 2 || !axes.includes(2) || !axes.includes(3)) {
    throw c.error('BLN202', {
      found: `a mean over axes [${axes.join(', ')}]`,
      need: 'the mean over height and width (axes 2 and 3)',
      hint: 'use GlobalAveragePool',
    });
  }
  const channels = x.shape.channels;
  return c.emit({ op: 'globalAvgPool' }, [x], keep ? [1, channels, 1, 1] : [1, channels]);
};

const flatten: Handler = (c) => {
  const x = c.feature(0);
  const axis = c.attributes.int('axis', 1);
  const at = axis < 0 ? axis + x.dims.length : axis;
  return c.view(x, [volume(x.dims.slice(0, at)), volume(x.dims.slice(at))]);
};

/** A dense layer as a 1x1 convolution over a 1x1 map. `weights` are [outChannels][channels]. */
function dense(
  c: OperatorContext,
  x: Feature,
  weights: Float32Array,
  bias: Float32Array | null,
  stored: StoredWeights | undefined,
): Value {
  const outChannels = weights.length / x.shape.channels;
  const op = {
    op: 'conv',
    outChannels,
    kernel: 1,
    stride: 1,
    pads: NO_PADS,
    weights,
    bias,
    ...(stored ? { stored } : {}),
  } as const;
  return c.emit(op, [x], [1, outChannels]);
}

/** The input of a dense layer, [1, C], and its weights as [outChannels][C] times `gain`. */
function denseOperands(
  c: OperatorContext,
  isTransposed: boolean,
  gain: number,
): { x: Feature; weights: Float32Array; integers: StoredWeights | undefined } {
  const x = c.feature(0);
  if (x.dims.length !== 2) {
    throw c.error('BLN203', {
      found: `${c.node.opType} over a map of ${formatShape(x.shape)}`,
      need: 'a vector N x C',
      hint: 'put GlobalAveragePool and Flatten before it',
    });
  }
  const w = c.finite(1);
  const channels = x.shape.channels;
  const [rows, columns] = w.dims as [number, number];
  if (w.dims.length !== 2 || (isTransposed ? columns : rows) !== channels) {
    throw c.error('BLN103', { found: `weights of extents [${w.dims.join(', ')}] for ${channels} channels` });
  }
  const out = isTransposed ? rows : columns;
  const at = (o: number, i: number) => (isTransposed ? o * columns + i : i * columns + o);
  const weights = Float32Array.from({ length: out * channels }, (_, k) => {
    return gain * (w.values[at(Math.floor(k / channels), k % channels)] as number);
  });
  // A factor on the weights would change their integers' scale: only 1 keeps them.
  const b = c.values.length > 2 ? c.optionalConstant(2) : undefined;
  const index = (k: number) => at(Math.floor(k / channels), k % channels);
  const integers = gain === 1 ? storedWeights(c, w, b, out, isTransposed ? 0 : 1, index) : undefined;
  return { x, weights, integers };
}

const gemm: Handler = (c) => {
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
  const out = weights.length / x.shape.channels;
  if (given.length !== 1 && given.length !== out) {
    throw c.error('BLN103', { found: `${given.length} biases for ${out} outputs` });
  }
  const bias = Float32Array.from(
    { length: out },
    (_, i) => beta * (given[given.length === 1 ? 0 : i] as number),
  );
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
  ReduceMean: reduceMean,
  Flatten: flatten,
  Reshape: (c) => c.view(c.feature(0), reshapedDims(c, c.feature(0).dims)),
  Squeeze: (c) =>
    c.view(c.feature(0), squeezedDims(c, c.feature(0).dims, axesOf(c, c.feature(0).dims.length))),
  Unsqueeze: (c) => c.view(c.feature(0), unsqueezedDims(c, c.feature(0).dims)),
  Shape: (c) => constantValue(shapeVector(c, c.feature(0).dims)),
  Gemm: gemm,
  MatMul: matMul,
} as const satisfies Record<string, Handler>;
