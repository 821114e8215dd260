/** Handlers of the TFLite operators that reduce, resize or reshape a map, and of dense layers. */
import { NO_PADS, sizeOf } from '../../ir/graph.js';
import type { ConvOp } from '../../layers/conv/index.js';
import type { DepthwiseOp } from '../../layers/depthwise/index.js';
import { LIMITS } from '../../limits.js';
import { repeatsPixels } from '../shared/nearest-upsample.js';
import { denseOverMap, regularConv } from '../shared/regular-conv.js';
import { type Feature, formatOf } from './feature.js';
import type { Handler, OperatorContext } from './operator-context.js';
import { layerWeights } from './weights.js';

const DENSE = { fused: 0, weightsFormat: 1 } as const;
const RESHAPE = { newShape: 0 } as const;
const RESIZE = { alignCorners: 0, halfPixelCenters: 1 } as const;
const SOFTMAX = { beta: 0 } as const;
const REDUCE = { keepDims: 0 } as const;

const fullyConnected: Handler = (c) => {
  const x = c.feature(0);
  const size = sizeOf(x.shape);
  const { dims } = c.constant(1);
  const [outputs] = dims;
  if (c.options.int8(DENSE.weightsFormat) !== 0)
    throw c.error('BLN202', { found: 'shuffled weights', need: 'the default layout' });
  if (dims.length !== 2 || dims[1] !== size || !outputs) {
    throw c.error('BLN103', { found: `weights of extents [${dims.join(', ')}] for ${size} values` });
  }
  const own = layerWeights(c, outputs, 0, (i) => i);
  const { weights, bias } = own;
  // With one scale for all, kernels multiply the scales in single precision.
  const isPerTensor = c.constant(1).stored?.scales.length === 1;
  const stored = own.stored && { ...own.stored, ...(isPerTensor ? { operator: 'dense' as const } : {}) };
  const isVector = x.shape.height * x.shape.width === 1;
  // A map enters row by row, channels innermost, however it is declared.
  let op: ConvOp | DepthwiseOp = {
    op: 'conv',
    outChannels: outputs,
    kernel: 1,
    stride: 1,
    pads: NO_PADS,
    weights,
    bias,
    ...(stored ? { stored } : {}),
  };
  if (!isVector) {
    const { height, width } = x.shape;
    op = regularConv(denseOverMap(x.shape, 'hwc', weights, bias, stored), c.where).op;
    c.rewritten(
      `a dense layer over a ${height}x${width} map is a convolution with a ${op.kernel}x${op.kernel} kernel`,
    );
  }
  return c.emit(op, [x], c.fused(DENSE.fused), [1, outputs]);
};

const mean: Handler = (c) => {
  const x = c.image(0);
  const axes = Array.from(c.constant(1).values, (a) => (a < 0 ? a + 4 : a)).sort((a, b) => a - b);
  if (axes.join() !== '1,2') {
    throw c.error('BLN202', {
      found: `a mean over axes [${axes.join(', ')}]`,
      need: 'the mean over height and width (axes 1 and 2)',
    });
  }
  const { channels } = x.shape;
  const dims = c.options.bool(REDUCE.keepDims) ? [1, 1, 1, channels] : [1, channels];
  return c.emit({ op: 'globalAvgPool' }, [x], null, dims);
};

/** Extents asked for: those of the second input or of the options, -1 inferred, the batch 1. */
function wantedDims(c: OperatorContext, x: Feature): readonly number[] {
  const given = c.inputs > 1 ? Array.from(c.constant(1).values) : c.options.int32s(RESHAPE.newShape);
  const known = given.reduce((a, d) => (d === -1 ? a : a * d), 1);
  const size = sizeOf(x.shape);
  const dims = given.map((d) => (d === -1 ? size / known : d));
  if (dims.reduce((a, b) => a * b, 1) === size && dims.every((d) => Number.isInteger(d) && d > 0))
    return dims;
  throw c.error('BLN103', {
    found: `reshaping [${x.dims.join(', ')}] to [${given.join(', ')}]`,
    need: 'equal sizes',
  });
}

/** The output's own extents serve where an operator only drops or adds extents of 1. */
const declaredView: Handler = (c) => c.view(c.feature(0), c.output.shape);

const resize: Handler = (c) => {
  const x = c.image(0);
  const [height, width] = c.constant(1).values;
  const [rows, columns] = [(height ?? 0) / x.shape.height, (width ?? 0) / x.shape.width];
  const coordinate = c.options.bool(RESIZE.alignCorners)
    ? 'align_corners'
    : c.options.bool(RESIZE.halfPixelCenters)
      ? 'tf_half_pixel_for_nn'
      : 'asymmetric';
  const rounding = coordinate === 'align_corners' ? 'round_prefer_ceil' : 'floor';
  const isFactor = (f: number) => Number.isInteger(f) && f >= 1 && f <= LIMITS.stride.most;
  const repeats = (to: number, factor: number) =>
    factor === 1 || repeatsPixels(coordinate, rounding, to, factor);
  if (!isFactor(rows) || !isFactor(columns) || !repeats(height, rows) || !repeats(width, columns)) {
    throw c.error('BLN202', {
      found: `resizing ${x.shape.height}x${x.shape.width} to ${height}x${width}, ${coordinate}`,
      need: 'each pixel repeated a whole number of times',
    });
  }
  if (rows === 1 && columns === 1) return c.view(x, x.dims);
  return c.emit({ op: 'upsample', rows, columns, fill: 'repeat' }, [x], null);
};

/** Left to the host: it keeps the order of the classes, so the largest stays the largest. */
const softmax: Handler = (c) => {
  const x = c.feature(0);
  if (x.shape.height * x.shape.width !== 1 || !(c.options.float32(SOFTMAX.beta, 0) > 0)) {
    throw c.error('BLN202', {
      found: `SOFTMAX over a map, or with beta ${c.options.float32(SOFTMAX.beta)}`,
      need: 'SOFTMAX of a vector, at the end',
    });
  }
  const isInteger = c.output.type === 'int8' || c.output.type === 'uint8';
  const format = isInteger ? (formatOf(c.output) ?? null) : null;
  const isExact = format?.scale === 1 / 256 && format.zeroPoint === (format.signed ? -128 : 0);
  const kind = isExact && c.formatOf(x) ? ', integer for integer' : '';
  c.leftToHost(
    `SOFTMAX is not in the hardware, whose outputs are those in front of it; driver and simulator do it${kind}`,
  );
  const beta = c.options.float32(SOFTMAX.beta, 0);
  return {
    ...x,
    host: 'SOFTMAX',
    hostFunction: { computes: 'softmax', beta, format: kind === '' ? null : format },
  };
};

/** Left to the host as well, at the end. */
const argMax: Handler = (c) => {
  const x = c.feature(0);
  const [axis] = c.constant(1).values;
  const last = x.dims.length - 1;
  if (x.shape.height * x.shape.width !== 1 || (axis !== last && axis !== -1)) {
    throw c.error('BLN202', {
      found: `ARG_MAX over axis ${axis} of [${x.dims.join(', ')}]`,
      need: 'ARG_MAX of a vector, over its last axis, at the end',
    });
  }
  c.leftToHost(
    'ARG_MAX is not in the hardware, whose outputs are those in front of it; driver and simulator do it',
  );
  return { ...x, host: 'ARG_MAX', hostFunction: { computes: 'argmax' } };
};

export const SHAPE_OPERATORS = {
  FULLY_CONNECTED: fullyConnected,
  MEAN: mean,
  RESHAPE: (c) => c.view(c.feature(0), wantedDims(c, c.feature(0))),
  SQUEEZE: declaredView,
  EXPAND_DIMS: declaredView,
  RESIZE_NEAREST_NEIGHBOR: resize,
  SOFTMAX: softmax,
  ARG_MAX: argMax,
} as const satisfies Record<string, Handler>;
