/** Handlers of the TFLite operators that slide a window: convolutions, pools, and the padding before them. */

import { NO_PADS, type Pads, type StoredWeights, type WindowShape } from '../../ir/graph.js';
import { checkLimit } from '../../limits.js';
import { regularConv, type SourceConv, samePads } from '../shared/regular-conv.js';
import type { Feature } from './feature.js';
import type { Handler, OperatorContext } from './operator-context.js';
import { layerWeights } from './weights.js';

// Field numbers of the options, from the public schema.
const CONV = { padding: 0, strideW: 1, strideH: 2, fused: 3, dilationW: 4, dilationH: 5 } as const;
const DEPTHWISE = { padding: 0, strideW: 1, strideH: 2, fused: 4, dilationW: 5, dilationH: 6 } as const;
const POOL = { padding: 0, strideW: 1, strideH: 2, filterW: 3, filterH: 4, fused: 5 } as const;
const PADDING = { same: 0, valid: 1 } as const;

type Extents = readonly [rows: number, columns: number];

function strideOf(c: OperatorContext, o: { strideW: number; strideH: number }): number {
  const [rows, columns] = [c.options.int32(o.strideH), c.options.int32(o.strideW)];
  if (rows === columns && rows >= 1) return rows;
  throw c.error('BLN202', { found: `strides ${rows}x${columns}`, need: 'the same stride on both axes' });
}

/** SAME counts from the extents that TFLite sees, a PAD included, and pads more at the end. */
function padsOf(c: OperatorContext, x: Feature, reach: Extents, stride: number, code: number): Pads {
  const { top, left, bottom, right } = x.border ?? NO_PADS;
  if (code !== PADDING.same && code !== PADDING.valid) {
    throw c.error('BLN102', { found: `padding code ${code}` });
  }
  if (code === PADDING.valid) return { top, left, bottom, right };
  const rows = samePads(x.dims[1], reach[0], stride);
  const columns = samePads(x.dims[2], reach[1], stride);
  return {
    top: top + rows[0],
    left: left + columns[0],
    bottom: bottom + rows[1],
    right: right + columns[1],
  };
}

function convolution(
  c: OperatorContext,
  o: typeof CONV | typeof DEPTHWISE,
  shape: (w: readonly number[], channels: number) => Pick<SourceConv, 'outChannels' | 'groups'>,
  axis: number,
  index: (w: readonly number[], channels: number) => (i: number) => number,
): Feature {
  const x = c.image(0, true);
  const dims = c.constant(1).dims;
  const { channels } = x.shape;
  if (dims.length !== 4)
    throw c.error('BLN103', { found: `weights of extents [${dims.join(', ')}]`, need: 'four' });
  const { outChannels, groups } = shape(dims, channels);
  const kernel: Extents = [dims[1], dims[2]];
  const dilations: Extents = [c.options.int32(o.dilationH, 1), c.options.int32(o.dilationW, 1)];
  if (![...kernel, ...dilations].every((v) => v >= 1 && v <= 65536)) {
    throw c.error('BLN102', {
      found: `a kernel of ${kernel.join('x')} with dilation ${dilations.join('x')}`,
    });
  }
  const stride = strideOf(c, o);
  const reach: Extents = [(kernel[0] - 1) * dilations[0] + 1, (kernel[1] - 1) * dilations[1] + 1];
  const pads = padsOf(c, x, reach, stride, c.options.int8(o.padding));
  const { op, rewrites } = regularConv(
    {
      ...layerWeights(c, outChannels, axis, index(dims, channels)),
      channels,
      outChannels,
      groups,
      kernel,
      dilations,
      stride,
      pads,
    },
    c.where,
  );
  for (const text of rewrites) c.rewritten(text);
  return c.emit(op, [x], c.fused(o.fused));
}

/** Weights come as [outputs][rows][columns][inputs]. */
const conv2d: Handler = (c) =>
  convolution(
    c,
    CONV,
    ([outChannels, , , inputs], channels) => {
      // TFLite has groups where the weights see fewer channels than the input has.
      if (!inputs || channels % inputs !== 0) {
        throw c.error('BLN103', { found: `weights for ${inputs} channels, input has ${channels}` });
      }
      const groups = channels / inputs;
      if (!outChannels || outChannels % groups !== 0) {
        throw c.error('BLN103', { found: `${outChannels} outputs of ${groups} groups` });
      }
      return { outChannels, groups };
    },
    0,
    ([, rows, columns, inputs]) => {
      const [h, w, n] = [rows, columns, inputs];
      return (i) => {
        const tap = i % (h * w);
        const input = Math.floor(i / (h * w)) % n;
        const output = Math.floor(i / (h * w * n));
        return (output * h * w + tap) * n + input;
      };
    },
  );

/** Weights come as [1][rows][columns][outputs]; outputs are channels times the multiplier. */
const depthwiseConv2d: Handler = (c) =>
  convolution(
    c,
    DEPTHWISE,
    ([one, , , outputs], channels) => {
      if (one !== 1 || !outputs || outputs % channels !== 0) {
        throw c.error('BLN103', { found: `${outputs} outputs from ${channels} channels` });
      }
      return { outChannels: outputs, groups: channels };
    },
    3,
    ([, rows, columns, outputs]) => {
      const taps = rows * columns;
      return (i) => (i % taps) * outputs + Math.floor(i / taps);
    },
  );

interface PoolWindow {
  readonly kernel: Extents;
  readonly stride: number;
  readonly pads: Pads;
}

function poolWindow(c: OperatorContext, x: Feature): PoolWindow {
  const kernel: Extents = [c.options.int32(POOL.filterH), c.options.int32(POOL.filterW)];
  if (!kernel.every((k) => k >= 1 && k <= 65536))
    throw c.error('BLN102', { found: `a window of ${kernel.join('x')}` });
  const isWhole = kernel[0] === x.shape.height && kernel[1] === x.shape.width;
  // The strides of a window over the whole map never matter.
  const isOneStep = isWhole && c.options.int8(POOL.padding) === PADDING.valid;
  const stride = isOneStep ? 1 : strideOf(c, POOL);
  return { kernel, stride, pads: padsOf(c, x, kernel, stride, c.options.int8(POOL.padding)) };
}

const isPadded = (p: Pads): boolean => p.top + p.left + p.bottom + p.right > 0;

const averagePool: Handler = (c) => {
  const x = c.image(0);
  const { kernel, stride, pads } = poolWindow(c, x);
  const fused = c.fused(POOL.fused);
  const [rows, columns] = kernel;
  if (isPadded(pads)) {
    throw c.error('BLN202', {
      found: `SAME padding around a mean of ${rows}x${columns}: TFLite leaves the padding out of the count`,
      need: 'windows inside the map',
      hint: 'use padding="valid", or a size that the stride divides',
    });
  }
  if (rows === x.shape.height && columns === x.shape.width)
    return c.emit({ op: 'globalAvgPool', isPool: true }, [x], fused);
  const isReal = c.formatOf(x) === undefined;
  if (rows === columns && isReal) return c.emit({ op: 'avgPool', kernel: rows, stride, pads }, [x], fused);
  const { channels } = x.shape;
  checkLimit('kernel', Math.max(rows, columns), c.where);
  const area = rows * columns;
  const weights = new Float32Array(channels * area).fill(1 / area);
  const ones: StoredWeights = {
    weights: new Int8Array(channels * area).fill(1),
    scales: new Array<number>(channels).fill(1 / area),
    operator: 'average',
    bias: null,
  };
  const stored = isReal ? undefined : ones;
  const source = { channels, outChannels: channels, groups: channels, kernel, stride, pads, weights, stored };
  const { op } = regularConv({ ...source, dilations: [1, 1], bias: null }, c.where);
  if (rows === columns) return c.emit(op, [x], fused);
  c.rewritten(`a mean of ${rows}x${columns} is a depthwise convolution, filled up with zeros`);
  return c.emit(op, [x], fused);
};

const maxPool: Handler = (c) => {
  const x = c.image(0);
  const { kernel, stride, pads } = poolWindow(c, x);
  return c.emit({ op: 'maxPool', ...squareMax(c, x, kernel, stride, pads) }, [x], c.fused(POOL.fused));
};

/** Padding never wins a maximum, so a window over the whole map may be a square that reaches beyond it. */
function squareMax(c: OperatorContext, x: Feature, kernel: Extents, stride: number, pads: Pads): WindowShape {
  const [rows, columns] = kernel;
  if (rows === columns) return { kernel: rows, stride, pads };
  const isWhole = rows === x.shape.height && columns === x.shape.width && !isPadded(pads);
  if (!isWhole) {
    throw c.error('BLN202', { found: `a maximum over ${rows}x${columns}`, need: 'a square window' });
  }
  const size = Math.max(rows, columns);
  c.rewritten(`a maximum over ${rows}x${columns}, the whole map, is one over ${size}x${size} with padding`);
  return { kernel: size, stride: 1, pads: { ...NO_PADS, bottom: size - rows, right: size - columns } };
}

const pad: Handler = (c) => {
  const x = c.image(0, true);
  const amounts = Array.from(c.constant(1).values);
  const [, , top, bottom, left, right] = amounts as [number, number, number, number, number, number];
  const isSpatial = amounts.length === 8 && [0, 1, 6, 7].every((i) => amounts[i] === 0);
  if (!isSpatial || amounts.some((p) => !(p >= 0 && p <= 65536))) {
    throw c.error('BLN202', {
      found: `paddings [${amounts.join(', ')}]`,
      need: 'zeros around height and width',
    });
  }
  const [n, h, w, channels] = x.dims as [number, number, number, number];
  const b = x.border ?? NO_PADS;
  const border = { top: b.top + top, left: b.left + left, bottom: b.bottom + bottom, right: b.right + right };
  return c.declared({ ...x, border, dims: [n, h + top + bottom, w + left + right, channels] });
};

export const WINDOW_OPERATORS = {
  CONV_2D: conv2d,
  DEPTHWISE_CONV_2D: depthwiseConv2d,
  AVERAGE_POOL_2D: averagePool,
  MAX_POOL_2D: maxPool,
  PAD: pad,
} as const satisfies Record<string, Handler>;
