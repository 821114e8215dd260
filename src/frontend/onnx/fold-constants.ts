/**
 * Constant folding of what exporters leave beside the network: shape arithmetic around Resize, Flatten and Pad, weight
 * norms, weights that are transposed or cast. Axes and extents are read here too, for the handlers of feature maps.
 */
import { checkLimit } from '../../limits.js';
import { type ConstTensor, floatTensor, intTensor, volume } from './const-tensor.js';
import {
  type AxisRange,
  broadcastDims,
  expandTo,
  gatherConstant,
  joinConstants,
  makeLike,
  reduceConstant,
  sliceConstant,
  transposeConstant,
} from './nd-constants.js';
import { DATA_TYPE } from './onnx-proto.js';
import type { OperatorContext } from './operator-context.js';

type Fold = (c: OperatorContext) => ConstTensor;

/** Elementwise, broadcast as ONNX says. Integer division truncates. */
const binary =
  (f: (a: number, b: number) => number): Fold =>
  (c) => {
    c.attributes.ignore('axis', 'broadcast');
    const [a, b] = [c.constant(0), c.constant(1)];
    const dims = broadcastDims(c, a.dims, b.dims);
    const [left, right] = [expandTo(c, a, dims), expandTo(c, b, dims)];
    const truncate = a.type === 'int' && b.type === 'int' ? Math.trunc : (x: number) => x;
    const values = Array.from(left.values, (v, i) => truncate(f(v, right.values[i])));
    return makeLike(a.type === 'float' ? a : b, values, dims);
  };

const unary =
  (f: (x: number) => number): Fold =>
  (c) => {
    const x = c.constant(0);
    return makeLike(x, x.values.map(f), x.dims);
  };

/** Over the named axes, all without names. */
const reduce =
  (f: (group: readonly number[]) => number): Fold =>
  (c) => {
    const x = c.constant(0);
    const named = axesOf(c, x.dims.length);
    const keepsAll = c.attributes.int('noop_with_empty_axes', 0) !== 0 && !named?.length;
    const axes = keepsAll ? [] : named?.length ? [...new Set(named)] : x.dims.map((_, i) => i);
    return reduceConstant(c, x, axes, c.attributes.int('keepdims', 1) === 1, f);
  };

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Other extents for the same values; integers behind them stay where their scales still run over one axis. */
function reshaped(x: ConstTensor, dims: readonly number[]): ConstTensor {
  const { stored, ...rest } = x;
  if (!stored) return { ...rest, dims };
  const { axis, scales } = stored;
  const before = volume(x.dims.slice(0, axis));
  const at = dims.findIndex((d, i) => d === x.dims[axis] && volume(dims.slice(0, i)) === before);
  if (scales.length > 1 && at < 0) return { ...rest, dims };
  return { ...rest, dims, stored: { ...stored, axis: Math.max(0, at) } };
}

/** `axes` is an attribute up to opset 12 (17 for reductions) and an input later; both are accepted in any model. */
function rawAxes(c: OperatorContext): readonly number[] | undefined {
  const axes = c.attributes.ints('axes') ?? (c.values[1] ? c.constant(1).values : undefined);
  checkLimit('axes', axes?.length ?? 0, c.where);
  return axes && Array.from(axes);
}

/** Axes of a node whose input has `rank` axes, as indices; undefined when it names none. */
export const axesOf = (c: OperatorContext, rank: number): readonly number[] | undefined =>
  rawAxes(c)?.map((a) => normalAxis(c, a, rank));

export function normalAxis(c: OperatorContext, axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(positive) || positive < 0 || positive >= rank) {
    throw c.error('BLN102', { found: `axis ${axis} of a tensor with ${rank} axes` });
  }
  return positive;
}

/** Extents after Squeeze; without axes every 1 goes. Errors: BLN102 for an axis of another extent. */
export function squeezedDims(
  c: OperatorContext,
  dims: readonly number[],
  axes: readonly number[] | undefined,
): readonly number[] {
  const wrong = axes?.find((a) => dims[a] !== 1);
  if (wrong !== undefined)
    throw c.error('BLN102', {
      found: `Squeeze of axis ${wrong}, whose extent is ${dims[wrong]}`,
      need: 'extent 1',
    });
  return dims.filter((d, i) => (axes ? !axes.includes(i) : d !== 1));
}

/** Extents after Unsqueeze; its axes count in the result. */
export function unsqueezedDims(c: OperatorContext, dims: readonly number[]): readonly number[] {
  const raw = rawAxes(c) ?? [0];
  const axes = raw.map((a) => normalAxis(c, a, dims.length + raw.length));
  const rest = [...dims];
  return Array.from({ length: dims.length + axes.length }, (_, i) =>
    axes.includes(i) ? 1 : (rest.shift() ?? 1),
  );
}

/**
 * Extents asked for by Reshape: 0 copies, one -1 is inferred. A model with a fixed batch may name it in front.
 */
export function reshapedDims(c: OperatorContext, dims: readonly number[], batch = 1): readonly number[] {
  c.attributes.ignore('allowzero');
  checkLimit('axes', c.constant(1).values.length, c.where);
  const own = (d: number, i: number) => (i === 0 && batch > 1 && d === batch ? 1 : d);
  const wanted = Array.from(c.constant(1).values, (d, i) => (d === 0 ? (dims[i] ?? 1) : own(d, i)));
  const known = volume(wanted.filter((d) => d !== -1));
  const result = wanted.map((d) => (d === -1 ? volume(dims) / known : d));
  if (result.some((d) => !Number.isInteger(d) || d < 0) || volume(result) !== volume(dims)) {
    throw c.error('BLN103', {
      found: `reshaping [${dims.join(', ')}] to [${wanted.join(', ')}]`,
      need: 'equal sizes',
    });
  }
  return result;
}

/** What a Slice leaves of every axis. */
export function slicedRanges(c: OperatorContext, dims: readonly number[]): readonly AxisRange[] {
  const rank = dims.length;
  // Inputs since opset 10, attributes before.
  const list = (name: string, i: number) => {
    const values = c.attributes.ints(name) ?? c.optionalConstant(i)?.values;
    checkLimit('axes', values?.length ?? 0, c.where);
    return values && Array.from(values);
  };
  const starts = list('starts', 1) ?? [];
  const ends = list('ends', 2) ?? [];
  const axes = (list('axes', 3) ?? starts.map((_, i) => i)).map((a) => normalAxis(c, a, rank));
  const steps = list('steps', 4) ?? starts.map(() => 1);
  if (new Set([starts.length, ends.length, axes.length, steps.length]).size !== 1 || steps.includes(0)) {
    throw c.error('BLN102', { found: `Slice from [${starts}] to [${ends}] along [${axes}] by [${steps}]` });
  }
  return dims.map((extent, axis) => {
    const i = axes.indexOf(axis);
    if (i < 0) return { start: 0, count: extent, step: 1 };
    const step = steps[i];
    const from = (v: number) => (v < 0 ? v + extent : v);
    const [lo, hi] = step > 0 ? [0, extent] : [-1, extent - 1];
    const start = Math.min(Math.max(from(starts[i]), 0), hi);
    const end = Math.min(Math.max(from(ends[i]), lo), hi);
    return { start, count: Math.max(0, Math.ceil((end - start) / step)), step };
  });
}

const slice: Fold = (c) => sliceConstant(c, c.constant(0), slicedRanges(c, c.constant(0).dims));

/** ONNX data types that a constant may be cast to, with the width of the small integers. */
const INTEGER_WIDTHS: ReadonlyMap<number, ConstTensor['width']> = new Map([
  [DATA_TYPE.uint8, { bits: 8, signed: false }],
  [DATA_TYPE.int8, { bits: 8, signed: true }],
  [DATA_TYPE.int32, { bits: 32, signed: true }],
  [DATA_TYPE.int64, undefined],
  [DATA_TYPE.bool, undefined],
]);
const FLOATS: ReadonlySet<number> = new Set([DATA_TYPE.float, DATA_TYPE.float16, DATA_TYPE.double]);

const cast: Fold = (c) => {
  const x = c.constant(0);
  const to = c.attributes.int('to', DATA_TYPE.float);
  c.attributes.ignore('saturate', 'round_mode');
  if (FLOATS.has(to)) return floatTensor(x.values, x.dims);
  if (!INTEGER_WIDTHS.has(to)) throw c.error('BLN202', { found: `a constant cast to ONNX data type ${to}` });
  const width = INTEGER_WIDTHS.get(to);
  const isBool = to === DATA_TYPE.bool;
  const values = Float64Array.from(x.values, (v) => (isBool ? Number(v !== 0) : Math.trunc(v)));
  return { ...intTensor(values, x.dims), ...(width ? { width } : {}) };
};

/** Without `perm` the axes are reversed. */
export function permutation(c: OperatorContext, rank: number): readonly number[] {
  const perm = c.attributes.ints('perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
  if (perm.length === rank && [...perm].sort((a, b) => a - b).every((p, i) => p === i)) return perm;
  throw c.error('BLN102', { found: `perm [${perm.join(', ')}] of ${rank} axes` });
}

const transpose: Fold = (c) => {
  const x = c.constant(0);
  const perm = permutation(c, x.dims.length);
  const moved = transposeConstant(c, x, perm);
  if (!x.stored) return moved;
  const integers = transposeConstant(c, { dims: x.dims, type: 'int', values: x.stored.values }, perm);
  return {
    ...moved,
    stored: { ...x.stored, values: integers.values as Float64Array, axis: perm.indexOf(x.stored.axis) },
  };
};

const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);

const FOLDS = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
  Pow: binary((a, b) => a ** b),
  Max: binary(Math.max),
  Min: binary(Math.min),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Sqrt: unary(Math.sqrt),
  Exp: unary(Math.exp),
  Reciprocal: unary((x) => 1 / x),
  ReduceSum: reduce(sum),
  ReduceMean: reduce((v) => sum(v) / v.length),
  ReduceMax: reduce(largest),
  ReduceL1: reduce((v) => sum(v.map(Math.abs))),
  ReduceL2: reduce((v) => Math.sqrt(sum(v.map((x) => x * x)))),
  ReduceProd: reduce((v) => v.reduce((a, b) => a * b, 1)),
  Identity: (c) => c.constant(0),
  Cast: cast,
  Shape: (c) => shapeVector(c, c.constant(0).dims),
  Size: (c) => intTensor([volume(c.constant(0).dims)], []),
  ConstantOfShape: (c) => {
    const dims = Array.from(c.constant(0).values);
    const value = c.attributes.tensor('value') ?? floatTensor([0]);
    checkLimit('axes', dims.length, c.where);
    if (!dims.every((d) => Number.isInteger(d) && d >= 0))
      throw c.error('BLN102', { found: `extents [${dims.join(', ')}]`, need: 'whole numbers from 0 on' });
    checkLimit('listNumbers', volume(dims), c.where);
    return makeLike(value, new Array<number>(volume(dims)).fill(value.values[0] ?? 0), dims);
  },
  Gather: (c) => {
    const x = c.constant(0);
    const axis = normalAxis(c, c.attributes.int('axis', 0), x.dims.length);
    return gatherConstant(c, x, axis, c.constant(1));
  },
  Concat: (c) => {
    const parts = c.values.map((_, i) => c.constant(i));
    const [first] = parts;
    if (!first) throw c.error('BLN102', { found: 'Concat of nothing' });
    return joinConstants(c, parts, normalAxis(c, c.attributes.int('axis', 1), first.dims.length));
  },
  Slice: slice,
  Expand: (c) => {
    const [x, to] = [c.constant(0), c.constant(1).values];
    checkLimit('axes', to.length, c.where);
    return expandTo(c, x, broadcastDims(c, x.dims, Array.from(to)));
  },
  Flatten: (c) => {
    const x = c.constant(0);
    const at = c.attributes.int('axis', 1);
    const axis = at < 0 ? at + x.dims.length : at;
    return reshaped(x, [volume(x.dims.slice(0, axis)), volume(x.dims.slice(axis))]);
  },
  Reshape: (c) => reshaped(c.constant(0), reshapedDims(c, c.constant(0).dims)),
  Squeeze: (c) => {
    const x = c.constant(0);
    return reshaped(x, squeezedDims(c, x.dims, axesOf(c, x.dims.length)));
  },
  Unsqueeze: (c) => reshaped(c.constant(0), unsqueezedDims(c, c.constant(0).dims)),
  Transpose: transpose,
} as const satisfies Record<string, Fold>;

export type ConstantOperator = keyof typeof FOLDS;
export const CONSTANT_OPERATORS: Readonly<Record<ConstantOperator, Fold>> = FOLDS;

/** Extents of a tensor as a constant, with opset 15's `start` and `end`. */
export function shapeVector(c: OperatorContext, dims: readonly number[]): ConstTensor {
  const start = c.attributes.int('start', 0);
  const end = c.attributes.int('end', dims.length);
  return intTensor(dims.slice(start, end));
}
