/** Handlers of the ONNX operators that slide a window: convolution and pooling. */
import { NO_PADS, type Pads, type WindowShape } from '../../ir/graph.js';
import type { Feature, Handler, OperatorContext } from './operator-context.js';
import { storedWeights } from './stored-weights.js';

/** Zeros that SAME padding needs along one axis so that the output is ceil(size / stride). */
const samePadding = (size: number, kernel: number, stride: number): number =>
  Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);

/** The node's own pads; SAME counts from the extents that ONNX sees, a border included. */
function padsOf(c: OperatorContext, x: Feature, kernel: number, stride: number): Pads {
  const mode = c.attributes.string('auto_pad', 'NOTSET') || 'NOTSET';
  const explicit = c.attributes.ints('pads') ?? [0, 0, 0, 0];
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
  // An odd zero goes to the end (upper) or to the start (lower).
  const split = (total: number) => (mode === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2));
  const rows = samePadding(x.dims[2] as number, kernel, stride);
  const columns = samePadding(x.dims[3] as number, kernel, stride);
  const [top, left] = [split(rows), split(columns)];
  return { top, left, bottom: rows - top, right: columns - left };
}

/** Pads of a window that takes over the border of its input. */
const withBorder = (pads: Pads, border: Pads = NO_PADS): Pads => ({
  top: pads.top + border.top,
  left: pads.left + border.left,
  bottom: pads.bottom + border.bottom,
  right: pads.right + border.right,
});

/** The square window of a node; `kernelDims` are the two spatial extents of its kernel. */
function windowOf(c: OperatorContext, x: Feature, kernelDims: readonly number[]): WindowShape {
  const [kernel, other] = kernelDims;
  if (kernelDims.length !== 2 || kernel !== other || !kernel || kernel < 1) {
    throw c.error('BLN202', {
      found: `a ${kernelDims.join('x')} kernel`,
      need: 'a square two-dimensional kernel',
      hint: 'pad the kernel with zeros to a square one; the result is the same with matching pads',
    });
  }
  const strides = c.attributes.ints('strides') ?? [1, 1];
  const stride = strides[0];
  if (strides.length !== 2 || stride !== strides[1] || !stride || stride < 1) {
    throw c.error('BLN202', {
      found: `strides [${strides.join(', ')}]`,
      need: 'the same stride on both axes',
    });
  }
  const dilations = c.attributes.ints('dilations') ?? [1, 1];
  if (dilations.some((d) => d !== 1)) {
    throw c.error('BLN202', {
      found: `dilations [${dilations.join(', ')}]`,
      need: 'dilation 1',
      hint: 'use a bigger kernel, or two 3x3 convolutions, for the same receptive field',
    });
  }
  return { kernel, stride, pads: padsOf(c, x, kernel, stride) };
}

const conv: Handler = (c) => {
  const x = c.image(0, true);
  const w = c.finite(1);
  if (w.dims.length !== 4) {
    throw c.error('BLN202', {
      found: `a convolution over ${w.dims.length - 2} axes`,
      need: 'a two-dimensional convolution',
    });
  }
  const [outChannels, perGroup] = w.dims as [number, number, number, number];
  const kernelDims = w.dims.slice(2);
  const declared = c.attributes.ints('kernel_shape') ?? kernelDims;
  if (declared.join() !== kernelDims.join()) {
    throw c.error('BLN103', { found: `kernel_shape ${declared.join('x')}, weights ${kernelDims.join('x')}` });
  }
  const groups = c.attributes.int('group', 1);
  const channels = x.shape.channels;
  if (groups > 1 && groups !== channels) {
    throw c.error('BLN202', {
      found: `${groups} groups over ${channels} channels`,
      need: 'group = 1, or depthwise (group = input channels)',
      hint: 'use a depthwise convolution followed by a 1x1 convolution, or one full convolution with zero weights',
    });
  }
  if (perGroup * groups !== channels) {
    throw c.error('BLN103', { found: `weights for ${perGroup * groups} channels, input has ${channels}` });
  }
  if (groups > 1 && outChannels !== channels) {
    throw c.error('BLN202', {
      found: `a depthwise convolution with ${outChannels / channels} outputs per channel`,
      need: 'one output per channel',
      hint: 'repeat the channels in the 1x1 convolution before it, then use a multiplier of 1',
    });
  }
  const bias = c.optionalConstant(2) ? c.finite(2) : undefined;
  const stored = storedWeights(c, w, bias, outChannels);
  const { kernel, stride, pads } = windowOf(c, x, kernelDims);
  const window = { kernel, stride, pads: withBorder(pads, x.border) };
  const parameters = {
    weights: Float32Array.from(w.values),
    bias: bias ? Float32Array.from(bias.values) : null,
    ...(stored ? { stored } : {}),
  };
  const filters = { ...window, ...parameters };
  return c.emit(groups > 1 ? { op: 'depthwise', ...filters } : { op: 'conv', outChannels, ...filters }, [x]);
};

/** Common part of both pools. A window wholly inside padding has no value, so pads stay below the kernel. */
function poolWindow(c: OperatorContext, x: Feature): WindowShape {
  const w = windowOf(c, x, c.attributes.ints('kernel_shape') ?? []);
  const { top, left, bottom, right } = w.pads;
  if (Math.max(top, left, bottom, right) >= w.kernel) {
    throw c.error('BLN202', {
      found: `pads as big as the ${w.kernel}x${w.kernel} window`,
      need: 'pads below the kernel',
    });
  }
  const isExact = (size: number, pads: number) => (size + pads - w.kernel) % w.stride === 0;
  const [height, width] = x.dims.slice(2) as [number, number];
  if (c.attributes.int('ceil_mode', 0) && !(isExact(height, top + bottom) && isExact(width, left + right))) {
    throw c.error('BLN202', {
      found: 'ceil_mode = 1 with windows that stick out of the input',
      need: 'ceil_mode = 0',
      hint: 'pad one row and column at the end instead',
    });
  }
  return w;
}

const maxPool: Handler = (c) => {
  const x = c.image(0);
  c.attributes.ignore('storage_order');
  return c.emit({ op: 'maxPool', ...poolWindow(c, x) }, [x]);
};

const averagePool: Handler = (c) => {
  const x = c.image(0, true);
  const w = poolWindow(c, x);
  const includesPads = c.attributes.int('count_include_pad', 0) === 1;
  const isPadded = Object.values(w.pads).some((p) => p > 0);
  if (isPadded && !includesPads) {
    throw c.error('BLN202', {
      found: 'padding that does not count in the mean (count_include_pad = 0)',
      need: 'count_include_pad = 1, or no padding',
      hint: 'set count_include_pad=True in the pool, or remove its padding',
    });
  }
  const isWhole = w.kernel === x.shape.height && w.kernel === x.shape.width;
  if (!isPadded && !x.border && isWhole) return c.emit({ op: 'globalAvgPool' }, [x]);
  return c.emit({ op: 'avgPool', ...w, pads: withBorder(w.pads, x.border) }, [x]);
};

/** PyTorch puts a Pad before every AveragePool, often one that adds nothing. */
const pad: Handler = (c) => {
  const x = c.image(0);
  const mode = c.attributes.string('mode', 'constant');
  const axes = c.optionalConstant(3)?.values;
  const fill = c.optionalConstant(2);
  const amounts = Array.from(c.constant(1).values);
  if (amounts.length === 8 && !axes && amounts.every((p) => p === 0)) return c.view(x, x.dims);
  const isSpatial = amounts.length === 8 && !axes && [0, 1, 4, 5].every((i) => amounts[i] === 0);
  if (
    mode !== 'constant' ||
    !isSpatial ||
    !amounts.every(Number.isInteger) ||
    amounts.some((p) => p < 0) ||
    (fill && c.scalar(fill, 'value') !== 0)
  ) {
    throw c.error('BLN202', {
      found: `mode ${mode}, pads [${amounts.join(', ')}]`,
      need: 'zeros around height and width',
      hint: 'move the padding into the pads of the next Conv',
    });
  }
  const [, , top, left, , , bottom, right] = amounts as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [batch, channels, height, width] = x.dims as [number, number, number, number];
  const dims = [batch, channels, height + top + bottom, width + left + right];
  return { kind: 'feature', feature: { ...x, dims, border: { top, left, bottom, right } } };
};

export const WINDOW_OPERATORS = {
  Pad: pad,
  Conv: conv,
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: (c) => c.emit({ op: 'globalAvgPool' }, [c.image(0)]),
} as const satisfies Record<string, Handler>;
