/** Handlers of the ONNX operators that slide a window: convolution and pooling. */
import { NO_PADS, type Pads, type WindowShape } from '../../ir/graph.js';
import type { Feature, Handler, OperatorContext } from './operator-context.js';

/** Zeros that SAME padding needs along one axis so that the output is ceil(size / stride). */
const samePadding = (size: number, kernel: number, stride: number): number =>
  Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);

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
  const rows = samePadding(x.shape.height, kernel, stride);
  const columns = samePadding(x.shape.width, kernel, stride);
  const [top, left] = [split(rows), split(columns)];
  return { top, left, bottom: rows - top, right: columns - left };
}

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
    throw c.error('BLN202', { found: `strides [${strides.join(', ')}]`, need: 'the same stride on both axes' });
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
  const x = c.image(0);
  const w = c.finite(1);
  if (w.dims.length !== 4) {
    throw c.error('BLN202', { found: `a convolution over ${w.dims.length - 2} axes`, need: 'a two-dimensional convolution' });
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
  const window = windowOf(c, x, kernelDims);
  const weights = Float32Array.from(w.values);
  return c.emit({ op: 'conv', groups, outChannels, weights, bias: bias ? Float32Array.from(bias.values) : null, ...window }, [x]);
};

/** Common part of both pools. A window wholly inside padding has no value, so pads stay below the kernel. */
function poolWindow(c: OperatorContext, x: Feature): WindowShape {
  const w = windowOf(c, x, c.attributes.ints('kernel_shape') ?? []);
  const { top, left, bottom, right } = w.pads;
  if (Math.max(top, left, bottom, right) >= w.kernel) {
    throw c.error('BLN202', { found: `pads as big as the ${w.kernel}x${w.kernel} window`, need: 'pads below the kernel' });
  }
  const isExact = (size: number, pads: number) => (size + pads - w.kernel) % w.stride === 0;
  if (c.attributes.int('ceil_mode', 0) && !(isExact(x.shape.height, top + bottom) && isExact(x.shape.width, left + right))) {
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
  const x = c.image(0);
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
  if (!isPadded && w.kernel === x.shape.height && w.kernel === x.shape.width) return c.emit({ op: 'globalAvgPool' }, [x]);
  return c.emit({ op: 'avgPool', ...w }, [x]);
};

export const WINDOW_OPERATORS = {
  Conv: conv,
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: (c) => c.emit({ op: 'globalAvgPool' }, [c.image(0)]),
} as const satisfies Record<string, Handler>;
