/** Handlers of the ONNX operators that slide a window: convolution and pooling. */
import { NO_PADS, type Pads, type WindowShape } from '../../ir/graph.js';
import { checkLimit } from '../../limits.js';
import { regularConv, samePads } from '../shared/regular-conv.js';
import type { ConstTensor } from './const-tensor.js';
import type { Feature, Value } from './feature.js';
import type { Handler, OperatorContext } from './operator-context.js';
import { storedWeights } from './stored-weights.js';

type Extents = readonly [rows: number, columns: number];

/** A window as ONNX writes it; `reach` is from the first tap to the last. */
interface SourceWindow {
  readonly kernel: Extents;
  readonly dilations: Extents;
  readonly reach: Extents;
  readonly stride: number;
  readonly pads: Pads;
}

/** Rows and columns that ONNX sees, a border included. */
function extentsOf({ dims }: Feature): Extents {
  return dims.length === 3 ? [1, dims[2]] : [dims[2], dims[3]];
}

/** A list of the node with one number for each spatial axis: a signal has no rows. */
const spatialInts = (c: OperatorContext, name: string, row: number): readonly number[] | undefined => {
  const given = c.attributes.ints(name);
  return given?.length === 1 ? [row, ...given] : given;
};

/** The node's own pads; SAME counts from the extents that ONNX sees, a border included. */
function padsOf(c: OperatorContext, x: Feature, reach: Extents, stride: number): Pads {
  const mode = c.attributes.string('auto_pad', 'NOTSET') || 'NOTSET';
  const given = c.attributes.ints('pads') ?? [0, 0, 0, 0];
  const explicit = given.length === 2 ? [0, given[0], 0, given[1]] : given;
  if (mode === 'VALID') return NO_PADS;
  if (mode === 'NOTSET') {
    const [top, left, bottom, right] = explicit;
    if (explicit.length !== 4 || explicit.some((p) => p < 0)) {
      throw c.error('BLN202', { found: `pads [${explicit.join(', ')}]`, need: 'four pads of zero or more' });
    }
    return { top, left, bottom, right } as Pads;
  }
  if (mode !== 'SAME_UPPER' && mode !== 'SAME_LOWER') {
    throw c.error('BLN202', { found: `auto_pad ${mode}`, need: 'NOTSET, VALID, SAME_UPPER or SAME_LOWER' });
  }
  const [rows, columns] = extentsOf(x);
  const isUpper = mode === 'SAME_UPPER';
  const [top, bottom] = samePads(rows, reach[0], stride, isUpper);
  const [left, right] = samePads(columns, reach[1], stride, isUpper);
  return { top, left, bottom, right };
}

/** Pads of a window that takes over the border of its input. */
const withBorder = (pads: Pads, border: Pads = NO_PADS): Pads => ({
  top: pads.top + border.top,
  left: pads.left + border.left,
  bottom: pads.bottom + border.bottom,
  right: pads.right + border.right,
});

const isPositive = (v: number | undefined): v is number => v !== undefined && Number.isInteger(v) && v >= 1;

/** The window of a node; `kernel` are the spatial extents of its weights or of its `kernel_shape`. */
function windowOf(c: OperatorContext, x: Feature, kernel: readonly number[]): SourceWindow {
  const [rows, columns] = kernel;
  if (kernel.length !== 2 || !isPositive(rows) || !isPositive(columns)) {
    throw c.error('BLN202', { found: `a ${kernel.join('x')} kernel`, need: 'a two-dimensional kernel' });
  }
  const dilations = spatialInts(c, 'dilations', 1) ?? [1, 1];
  const [down, across] = dilations;
  if (dilations.length !== 2 || !isPositive(down) || !isPositive(across)) {
    throw c.error('BLN102', { found: `dilations [${dilations.join(', ')}]`, need: 'two of at least 1' });
  }
  const reach: Extents = [(rows - 1) * down + 1, (columns - 1) * across + 1];
  checkLimit('kernel', Math.max(...reach), c.where);
  const strides = spatialInts(c, 'strides', 1) ?? [1, 1];
  const [stride, other] = strides;
  if (strides.length !== 2 || !isPositive(stride) || !isPositive(other)) {
    throw c.error('BLN102', { found: `strides [${strides.join(', ')}]`, need: 'two of at least 1' });
  }
  const pads = padsOf(c, x, reach, stride);
  const [height, width] = extentsOf(x);
  const isOneColumn = width + pads.left + pads.right < reach[1] + other;
  const isOneRow = height + pads.top + pads.bottom < reach[0] + stride;
  if (stride !== other && !isOneColumn && !isOneRow) {
    throw c.error('BLN202', {
      found: `strides [${strides.join(', ')}]`,
      need: 'the same stride on both axes',
    });
  }
  // Along an axis with one window its stride does not matter.
  const kept = isOneRow && !isOneColumn ? other : stride;
  return { kernel: [rows, columns], dilations: [down, across], reach, stride: kept, pads };
}

const conv: Handler = (c) => {
  const bias = c.optionalConstant(2) ? c.finite(2) : undefined;
  return convOf(c, c.image(0, 'zeros around'), c.finite(1), bias);
};

/** A convolution of x by these weights, whatever node they come from. */
export function convOf(c: OperatorContext, x: Feature, w: ConstTensor, bias: ConstTensor | undefined): Value {
  if (w.dims.length !== x.dims.length) {
    throw c.error('BLN202', {
      found: `a convolution over ${w.dims.length - 2} axes of [${x.dims.join(', ')}]`,
      need: 'a convolution over the rows and columns of a map, or over a signal',
    });
  }
  const [outChannels, perGroup] = w.dims;
  const kernelDims = w.dims.length === 3 ? [1, w.dims[2]] : w.dims.slice(2);
  const declared = spatialInts(c, 'kernel_shape', 1) ?? kernelDims;
  if (declared.join() !== kernelDims.join()) {
    throw c.error('BLN103', { found: `kernel_shape ${declared.join('x')}, weights ${kernelDims.join('x')}` });
  }
  const groups = c.attributes.int('group', 1);
  const { channels } = x.shape;
  if (!isPositive(outChannels)) {
    throw c.error('BLN103', { found: `${outChannels} output channels`, need: 'at least 1' });
  }
  if (!isPositive(groups) || perGroup * groups !== channels) {
    throw c.error('BLN103', { found: `weights for ${perGroup * groups} channels, input has ${channels}` });
  }
  if (outChannels % groups !== 0) {
    throw c.error('BLN103', { found: `${outChannels} outputs of ${groups} groups` });
  }
  if (bias && bias.values.length !== outChannels) {
    throw c.error('BLN103', { found: `${bias.values.length} biases for ${outChannels} outputs` });
  }
  const { kernel, dilations, stride, pads } = windowOf(c, x, kernelDims);
  const { op, rewrites } = regularConv(
    {
      channels,
      outChannels,
      groups,
      kernel,
      dilations,
      stride,
      pads: withBorder(pads, x.border),
      weights: Float32Array.from(w.values),
      bias: bias ? Float32Array.from(bias.values) : null,
      stored: storedWeights(c, w, bias, outChannels),
    },
    c.where,
  );
  for (const text of rewrites) c.note('rewritten', text);
  return c.emit(op, [x]);
}

/** Rows or columns beyond the end that a last window of `ceil_mode` reaches over. */
function beyond(size: number, before: number, after: number, reach: number, stride: number): number {
  const windows = Math.ceil((size + before + after - reach) / stride) + 1;
  const start = (windows - 1) * stride;
  // A window that would start in the padding at the end is left out.
  return start >= size + before ? 0 : Math.max(0, start + reach - (size + before + after));
}

/** Common part of both pools: pads with those of `ceil_mode`. A window wholly inside padding has no value. */
function poolWindow(c: OperatorContext, x: Feature): SourceWindow & { readonly ceil: Pads } {
  const w = windowOf(c, x, spatialInts(c, 'kernel_shape', 1) ?? []);
  const { top, left, bottom, right } = w.pads;
  if (Math.max(top, bottom) >= w.reach[0] || Math.max(left, right) >= w.reach[1]) {
    throw c.error('BLN202', {
      found: `pads as big as the ${w.reach.join('x')} window`,
      need: 'pads below the kernel',
    });
  }
  const [height, width] = extentsOf(x);
  const isCeil = c.attributes.int('ceil_mode', 0) !== 0;
  const ceil = {
    ...NO_PADS,
    bottom: !isCeil ? 0 : beyond(height, top, bottom, w.reach[0], w.stride),
    right: !isCeil ? 0 : beyond(width, left, right, w.reach[1], w.stride),
  };
  return { ...w, ceil };
}

const isPadded = (p: Pads): boolean => p.top + p.left + p.bottom + p.right > 0;

/** Padding never wins a maximum: windows that stick out are padded ones, and one window may be larger than it says. */
const maxPool: Handler = (c) => {
  const x = c.image(0, 'any border');
  c.attributes.ignore('storage_order');
  const w = poolWindow(c, x);
  const window = squareMax(c, x, w, borderOfMax(c, x, withBorder(w.pads, w.ceil)));
  if (Math.max(...Object.values(window.pads)) >= window.kernel) {
    throw c.error('BLN202', { found: `a border as wide as the ${window.kernel}x${window.kernel} window` });
  }
  return c.keepingFormat(x, c.emit({ op: 'maxPool', ...window }, [x]));
};

/** A Pad before a maximum is padding where its value cannot win: below all values, or 0 behind a ReLU. */
function borderOfMax(c: OperatorContext, x: Feature, pads: Pads): Pads {
  if (!x.border) return pads;
  const lowest = c.lowestOf(x);
  if (lowest !== undefined && (x.fill ?? 0) <= lowest) return withBorder(pads, x.border);
  throw c.error('BLN203', {
    found: `a maximum over a map padded with ${x.fill ?? 0}`,
    need: 'a Pad with -Infinity, or with 0 behind a ReLU',
    hint: 'use the pads of MaxPool',
  });
}

function squareMax(c: OperatorContext, x: Feature, w: SourceWindow, pads: Pads): WindowShape {
  const [rows, columns] = w.reach;
  const { height, width } = x.shape;
  const kernel = Math.max(rows, columns);
  const isPlain = w.dilations.every((d, i) => d === 1 || w.kernel[i] === 1);
  if (isPlain && rows === columns) return { kernel, stride: w.stride, pads };
  // A window as high or as wide as the map may be square with padding, along an axis that it covers anyway.
  if (isPlain && rows === height && columns > rows && pads.top + pads.bottom === 0)
    return { kernel, stride: w.stride, pads: { ...pads, bottom: kernel - height } };
  if (isPlain && columns === width && rows > columns && pads.left + pads.right === 0)
    return { kernel, stride: w.stride, pads: { ...pads, right: kernel - width } };
  throw c.error('BLN202', {
    found: `a maximum over ${w.kernel.join('x')}, dilations [${w.dilations.join(', ')}]`,
    need: 'a square window without dilation, or one as high or as wide as the map',
  });
}

/** One square window over the whole map, which need not be square itself. */
export function wholeMax(c: OperatorContext, x: Feature): WindowShape {
  const { height, width } = x.shape;
  const kernel = Math.max(height, width);
  checkLimit('kernel', kernel, c.where);
  c.note(
    'rewritten',
    `the maximum of a ${height}x${width} map is one ${kernel}x${kernel} window with padding`,
  );
  return { kernel, stride: 1, pads: { ...NO_PADS, bottom: kernel - height, right: kernel - width } };
}

const averagePool: Handler = (c) => {
  const x = c.image(0, 'zeros around');
  const w = poolWindow(c, x);
  const includesPads = c.attributes.int('count_include_pad', 0) === 1;
  if ((isPadded(w.pads) && !includesPads) || isPadded(w.ceil)) {
    throw c.error('BLN202', {
      found: isPadded(w.ceil)
        ? 'ceil_mode = 1 with windows that stick out of the input, whose count differs'
        : 'padding that does not count in the mean (count_include_pad = 0)',
      need: 'count_include_pad = 1, or no padding',
      hint: 'set count_include_pad=True in the pool, or remove its padding',
    });
  }
  const [rows, columns] = w.kernel;
  const { height, width, channels } = x.shape;
  const isPlain = w.dilations.every((d, i) => d === 1 || w.kernel[i] === 1);
  const isWhole = rows === height && columns === width && isPlain;
  if (!isPadded(w.pads) && !x.border && isWhole) return c.emit({ op: 'globalAvgPool' }, [x]);
  const pads = withBorder(w.pads, x.border);
  if (rows === columns && isPlain)
    return c.emit({ op: 'avgPool', kernel: rows, stride: w.stride, pads }, [x]);
  checkLimit('kernel', Math.max(rows, columns), c.where);
  const weights = new Float32Array(channels * rows * columns).fill(1 / (rows * columns));
  const window = { kernel: w.kernel, dilations: w.dilations, stride: w.stride, pads };
  const source = { channels, outChannels: channels, groups: channels, weights, bias: null };
  c.note('rewritten', `a mean of ${rows}x${columns} is a depthwise convolution, filled up with zeros`);
  return c.emit(regularConv({ ...source, ...window }, c.where).op, [x]);
};

export const WINDOW_OPERATORS = {
  Conv: conv,
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: (c) => c.emit({ op: 'globalAvgPool' }, [c.image(0)]),
  GlobalMaxPool: (c) => {
    const x = c.image(0);
    return c.keepingFormat(x, c.emit({ op: 'maxPool', ...wholeMax(c, x) }, [x]));
  },
} as const satisfies Record<string, Handler>;
