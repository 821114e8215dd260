/** Handlers of the TFLite operators that choose channels: SPLIT, SPLIT_V, SLICE, STRIDED_SLICE, GATHER. */
import { checkLimit } from '../../limits.js';
import type { Feature } from './feature.js';
import type { Handler, OperatorContext } from './operator-context.js';

const SPLIT = { parts: 0 } as const;
const STRIDED_SLICE = { beginMask: 0, endMask: 1, ellipsisMask: 2, newAxisMask: 3, shrinkMask: 4 } as const;
const GATHER = { axis: 0 } as const;

const run = (start: number, count: number, step = 1): number[] =>
  Array.from({ length: count }, (_, i) => start + i * step);

/** Errors: BLN202 where the axis is not that of the channels, which is the last. */
function checkAxis(c: OperatorContext, x: Feature, axis: number): void {
  const last = x.dims.length - 1;
  const isVector = x.shape.height * x.shape.width === 1;
  if ((axis === last || axis === -1) && (x.dims.length === 4 || isVector)) return;
  throw c.error('BLN202', {
    found: `axis ${axis} of [${x.dims.join(', ')}]`,
    need: 'the channels, the last axis',
    hint: 'crop images before the network; a convolution with a stride takes every other pixel',
  });
}

function chosen(c: OperatorContext, x: Feature, channels: readonly number[]): Feature {
  const isInside = channels.every((k) => Number.isInteger(k) && k >= 0 && k < x.shape.channels);
  if (channels.length === 0 || !isInside)
    throw c.error('BLN103', { found: `channels ${channels.slice(0, 8).join(', ')} of ${x.shape.channels}` });
  return c.emit({ op: 'select', channels }, [x], null, [...x.dims.slice(0, -1), channels.length]);
}

/** Part `c.at` of so many channels each. */
function part(c: OperatorContext, x: Feature, sizes: readonly number[]): Feature {
  const start = sizes.slice(0, c.at).reduce((a, b) => a + b, 0);
  return chosen(c, x, run(start, sizes[c.at] ?? 0));
}

const split: Handler = (c) => {
  const x = c.feature(1);
  checkAxis(c, x, c.constant(0).values[0]);
  const parts = c.options.int32(SPLIT.parts, 0);
  const size = x.shape.channels / parts;
  if (!Number.isInteger(size) || size < 1)
    throw c.error('BLN103', { found: `${parts} equal parts of ${x.shape.channels} channels` });
  return part(c, x, new Array<number>(parts).fill(size));
};

const splitV: Handler = (c) => {
  const x = c.feature(0);
  checkAxis(c, x, c.constant(2).values[0]);
  const { values } = c.constant(1);
  checkLimit('listNumbers', values.length, c.where);
  const known = values.reduce((a, v) => a + Math.max(0, v), 0);
  return part(
    c,
    x,
    Array.from(values, (v) => (v < 0 ? x.shape.channels - known : v)),
  );
};

/** First index, last index and step of the channels; all other axes must be whole. */
function slice(
  c: OperatorContext,
  x: Feature,
  range: (axis: number) => readonly [first: number, end: number, step: number],
): Feature {
  const last = x.dims.length - 1;
  for (let axis = 0; axis < last; axis++) {
    const [first, end, step] = range(axis);
    // The batch may be stated as any number.
    if (axis > 0 && (first !== 0 || end !== x.dims[axis] || step !== 1)) checkAxis(c, x, axis);
  }
  checkAxis(c, x, last);
  const [first, end, step] = range(last);
  const count = Math.max(0, Math.ceil((end - first) / step));
  checkLimit('channels', count, c.where);
  return chosen(c, x, run(first, count, step));
}

const plainSlice: Handler = (c) => {
  const x = c.feature(0);
  const [begin, size] = [c.constant(1).values, c.constant(2).values];
  return slice(c, x, (axis) => [begin[axis], size[axis] < 0 ? x.dims[axis] : begin[axis] + size[axis], 1]);
};

const stridedSlice: Handler = (c) => {
  const x = c.feature(0);
  const [begin, end, strides] = [1, 2, 3].map((i) => c.constant(i).values);
  const mask = (field: number): number => c.options.int32(field, 0);
  if (mask(STRIDED_SLICE.ellipsisMask) + mask(STRIDED_SLICE.newAxisMask) + mask(STRIDED_SLICE.shrinkMask) > 0)
    throw c.error('BLN202', { found: 'an ellipsis, a new axis or one less', need: 'a range for every axis' });
  const isSet = (field: number, axis: number): boolean => (mask(field) & (1 << axis)) !== 0;
  return slice(c, x, (axis) => {
    const extent = x.dims[axis];
    const step = strides[axis];
    if (!(step >= 1)) throw c.error('BLN202', { found: `a step of ${step}`, need: 'steps of 1 or more' });
    const at = (v: number) => Math.min(extent, Math.max(0, v < 0 ? v + extent : v));
    return [
      isSet(STRIDED_SLICE.beginMask, axis) ? 0 : at(begin[axis]),
      isSet(STRIDED_SLICE.endMask, axis) ? extent : at(end[axis]),
      step,
    ];
  });
};

const gather: Handler = (c) => {
  const x = c.feature(0);
  checkAxis(c, x, c.options.int32(GATHER.axis, 0));
  const { values, dims } = c.constant(1);
  checkLimit('channels', values.length, c.where);
  if (dims.length !== 1) throw c.error('BLN202', { found: `indices of ${dims.length} axes`, need: 'a list' });
  return chosen(c, x, Array.from(values));
};

/** Operators with several outputs: their handlers are asked for each. */
export const SPLIT_OPERATORS = { SPLIT: split, SPLIT_V: splitV } as const satisfies Record<string, Handler>;

export const CHANNEL_OPERATORS = {
  SLICE: plainSlice,
  STRIDED_SLICE: stridedSlice,
  GATHER: gather,
} as const satisfies Record<string, Handler>;
