/** Constants of any number of axes: broadcasting, slicing, gathering, joining, transposing. Sizes are checked first. */
import { checkLimit } from '../../limits.js';
import { type ConstTensor, floatTensor, intTensor, reachOf, volume } from './const-tensor.js';
import type { OperatorContext } from './operator-context.js';

/** A tensor like another one, which says whether it holds reals. */
export const makeLike = (
  like: ConstTensor,
  values: ArrayLike<number>,
  dims: readonly number[],
): ConstTensor =>
  like.type === 'float'
    ? floatTensor(values, dims)
    : { ...intTensor(values, dims), ...(like.width ? { width: like.width } : {}) };

/** Distance in memory from one index of an axis to the next. */
function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length).fill(1);
  for (let i = dims.length - 2; i >= 0; i--) strides[i] = strides[i + 1] * dims[i + 1];
  return strides;
}

/**
 * Elements of a view: in row-major order of `dims`, moving by `steps` along each axis.
 * Errors: BLN207 for more than a model may hold.
 */
function pick(
  c: OperatorContext,
  x: ConstTensor,
  dims: readonly number[],
  steps: readonly number[],
  start = 0,
): ConstTensor {
  const count = volume(dims);
  checkLimit('axes', dims.length, c.where);
  checkLimit('constants', reachOf(dims), c.where);
  const index = new Array<number>(dims.length).fill(0);
  const values = new Float64Array(count);
  let at = start;
  for (let n = 0; n < count; n++) {
    values[n] = x.values[at];
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      at += steps[axis];
      index[axis] = index[axis] + 1;
      if (index[axis] < dims[axis]) break;
      at -= steps[axis] * dims[axis];
      index[axis] = 0;
    }
  }
  return makeLike(x, values, dims);
}

/** Extents of two tensors together, as ONNX broadcasts: aligned at the end, 1 goes with anything. Errors: BLN103. */
export function broadcastDims(
  c: OperatorContext,
  a: readonly number[],
  b: readonly number[],
): readonly number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const p = a[i - (rank - a.length)] ?? 1;
    const q = b[i - (rank - b.length)] ?? 1;
    if (p === q || p === 1 || q === 1) return p === 1 ? q : p;
    throw c.error('BLN103', {
      found: `${c.node.opType} of constants of extents [${a.join(', ')}] and [${b.join(', ')}]`,
      need: 'extents that are equal, or 1',
    });
  });
}

/** A tensor repeated along its axes of extent 1 up to `dims`. */
export function expandTo(c: OperatorContext, x: ConstTensor, dims: readonly number[]): ConstTensor {
  if (x.dims.join() === dims.join()) return x;
  const own = stridesOf(x.dims);
  const missing = dims.length - x.dims.length;
  const steps = dims.map((_, i) => (i < missing || x.dims[i - missing] === 1 ? 0 : own[i - missing]));
  return pick(c, x, dims, steps);
}

export function transposeConstant(c: OperatorContext, x: ConstTensor, perm: readonly number[]): ConstTensor {
  const strides = stridesOf(x.dims);
  const dims = perm.map((p) => x.dims[p]);
  const steps = perm.map((p) => strides[p]);
  return pick(c, x, dims, steps);
}

/** First index, number of indices and step of every axis. */
export interface AxisRange {
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

export function sliceConstant(c: OperatorContext, x: ConstTensor, ranges: readonly AxisRange[]): ConstTensor {
  const strides = stridesOf(x.dims);
  const start = ranges.reduce((sum, r, i) => sum + r.start * strides[i], 0);
  const steps = ranges.map((r, i) => r.step * strides[i]);
  const dims = ranges.map((r) => r.count);
  return pick(c, x, dims, steps, start);
}

/** Slices at `indices` of one axis, whose extent becomes the extents of the indices. */
export function gatherConstant(
  c: OperatorContext,
  x: ConstTensor,
  axis: number,
  indices: ConstTensor,
): ConstTensor {
  const extent = x.dims[axis];
  const [outer, inner] = [volume(x.dims.slice(0, axis)), volume(x.dims.slice(axis + 1))];
  const dims = [...x.dims.slice(0, axis), ...indices.dims, ...x.dims.slice(axis + 1)];
  checkLimit('axes', dims.length, c.where);
  checkLimit('constants', reachOf(dims), c.where);
  const values = new Float64Array(volume(dims));
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (const raw of indices.values) {
      const i = raw < 0 ? raw + extent : raw;
      if (!Number.isInteger(i) || i < 0 || i >= extent) {
        throw c.error('BLN102', { found: `index ${raw} of an axis of ${extent}` });
      }
      for (let k = 0; k < inner; k++) values[at++] = x.values[(o * extent + i) * inner + k];
    }
  }
  return makeLike(x, values, dims);
}

/** Errors: BLN103 where the other axes differ. */
export function joinConstants(c: OperatorContext, parts: readonly ConstTensor[], axis: number): ConstTensor {
  const [first] = parts as [ConstTensor];
  const rest = (dims: readonly number[]) => dims.filter((_, i) => i !== axis).join();
  if (parts.some((p) => p.dims.length !== first.dims.length || rest(p.dims) !== rest(first.dims))) {
    throw c.error('BLN103', {
      found: `joining extents ${parts.map((p) => `[${p.dims.join(', ')}]`).join(', ')} along axis ${axis}`,
    });
  }
  const along = parts.reduce((sum, p) => sum + p.dims[axis], 0);
  const dims = first.dims.map((d, i) => (i === axis ? along : d));
  checkLimit('listNumbers', reachOf(dims), c.where);
  const outer = volume(first.dims.slice(0, axis));
  const values: number[] = [];
  for (let o = 0; o < outer; o++) {
    for (const p of parts) {
      const size = p.values.length / outer;
      for (let k = 0; k < size; k++) values.push(p.values[o * size + k]);
    }
  }
  return makeLike(first, values, dims);
}

/** One value from every group along `axes`, by `f` over the group. */
export function reduceConstant(
  c: OperatorContext,
  x: ConstTensor,
  axes: readonly number[],
  keep: boolean,
  f: (group: readonly number[]) => number,
): ConstTensor {
  const kept = x.dims.map((_, i) => i).filter((i) => !axes.includes(i));
  const moved = transposeConstant(c, x, [...kept, ...axes]);
  const size = volume(axes.map((a) => x.dims[a]));
  const count = volume(kept.map((a) => x.dims[a]));
  const values = Array.from({ length: count }, (_, i) =>
    f(Array.from(moved.values.subarray(i * size, (i + 1) * size))),
  );
  const dims = keep ? x.dims.map((d, i) => (axes.includes(i) ? 1 : d)) : kept.map((i) => x.dims[i]);
  return makeLike(x, values, dims);
}
