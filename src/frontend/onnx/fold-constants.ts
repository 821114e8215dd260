/**
 * Constant folding of the shape arithmetic that exporters leave around Resize and Flatten
 * (Shape, Gather, Concat, Slice, Cast, ...). Only one-dimensional and elementwise forms are needed.
 */
import { checkLimit } from '../../limits.js';
import { type ConstTensor, floatTensor, intTensor, volume } from './const-tensor.js';
import type { OperatorContext } from './operator-context.js';

export type ConstantOperator =
  | 'Add'
  | 'Cast'
  | 'Ceil'
  | 'Concat'
  | 'ConstantOfShape'
  | 'Div'
  | 'Floor'
  | 'Gather'
  | 'Identity'
  | 'Mul'
  | 'Reshape'
  | 'Shape'
  | 'Slice'
  | 'Squeeze'
  | 'Sub'
  | 'Transpose'
  | 'Unsqueeze';

type Fold = (c: OperatorContext) => ConstTensor;

const make = (like: ConstTensor, values: ArrayLike<number>, dims: readonly number[]): ConstTensor =>
  like.type === 'float' ? floatTensor(values, dims) : intTensor(values, dims);

/** Elementwise with a single value broadcast, or equal extents. Integer division truncates, as ONNX says. */
const binary =
  (f: (a: number, b: number) => number): Fold =>
  (c) => {
    const [a, b] = [c.constant(0), c.constant(1)];
    const wide = a.values.length >= b.values.length ? a : b;
    const other = wide === a ? b : a;
    if (other.values.length !== 1 && other.values.length !== wide.values.length) {
      throw c.error('BLN203', { found: 'arithmetic that broadcasts two constant tensors', hint: FOLD_HINT });
    }
    const at = (t: ConstTensor, i: number) => t.values[t.values.length === 1 ? 0 : i] as number;
    const truncate = a.type === 'int' && b.type === 'int' ? Math.trunc : (x: number) => x;
    const values = Array.from({ length: wide.values.length }, (_, i) => truncate(f(at(a, i), at(b, i))));
    return make(wide, values, wide.dims);
  };

const unary =
  (f: (x: number) => number): Fold =>
  (c) => {
    const x = c.constant(0);
    return make(x, x.values.map(f), x.dims);
  };

const FOLD_HINT = 'fold constants first, for example with onnx-simplifier';

/** A constant vector, or an error: only shape vectors are gathered, sliced or joined. */
function vector(c: OperatorContext, i: number): ConstTensor {
  const x = c.constant(i);
  if (x.dims.length > 1) {
    throw c.error('BLN203', {
      found: `${c.node.opType} of a constant with ${x.dims.length} axes`,
      need: 'a vector',
      hint: FOLD_HINT,
    });
  }
  return x;
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

/** Extents asked for by Reshape: 0 copies, one -1 is inferred. */
export function reshapedDims(c: OperatorContext, dims: readonly number[]): readonly number[] {
  c.attributes.ignore('allowzero');
  checkLimit('axes', c.constant(1).values.length, c.where);
  const wanted = Array.from(c.constant(1).values, (d, i) => (d === 0 ? (dims[i] ?? 1) : d));
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

export const CONSTANT_OPERATORS: Readonly<Record<ConstantOperator, Fold>> = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Identity: (c) => c.constant(0),
  Cast: (c) => {
    const x = c.constant(0);
    const to = c.attributes.int('to', 1);
    c.attributes.ignore('saturate');
    return [1, 10, 11].includes(to)
      ? floatTensor(x.values, x.dims)
      : intTensor(x.values.map(Math.trunc), x.dims);
  },
  Shape: (c) => shapeVector(c, c.constant(0).dims),
  ConstantOfShape: (c) => {
    const dims = Array.from(c.constant(0).values);
    const value = c.attributes.tensor('value') ?? floatTensor([0]);
    checkLimit('axes', dims.length, c.where);
    if (!dims.every((d) => Number.isInteger(d) && d >= 0))
      throw c.error('BLN102', { found: `extents [${dims.join(', ')}]`, need: 'whole numbers from 0 on' });
    checkLimit('listNumbers', volume(dims), c.where);
    return make(value, new Array<number>(volume(dims)).fill(value.values[0] ?? 0), dims);
  },
  Gather: (c) => {
    c.attributes.ignore('axis');
    const x = vector(c, 0);
    const indices = c.constant(1);
    const values = Array.from(indices.values, (i) => x.values[normalAxis(c, i, x.values.length)] as number);
    return make(x, values, indices.dims);
  },
  Concat: (c) => {
    c.attributes.ignore('axis');
    const parts = c.values.map((_, i) => vector(c, i));
    const like = parts[0];
    if (!like) throw c.error('BLN102', { found: 'Concat of nothing' });
    const length = parts.reduce((sum, p) => sum + p.values.length, 0);
    checkLimit('listNumbers', length, c.where);
    const values = parts.flatMap((p) => Array.from(p.values));
    return make(like, values, [values.length]);
  },
  Slice: (c) => {
    const x = vector(c, 0);
    const at = (i: number, fallback: number) => c.optionalConstant(i)?.values[0] ?? fallback;
    if (at(4, 1) !== 1) throw c.error('BLN203', { found: 'a Slice with a step', hint: FOLD_HINT });
    const values = Array.from(x.values).slice(at(1, 0), at(2, x.values.length));
    return make(x, values, [values.length]);
  },
  Reshape: (c) => {
    const x = c.constant(0);
    return { ...x, dims: reshapedDims(c, x.dims) };
  },
  Squeeze: (c) => {
    const x = c.constant(0);
    return { ...x, dims: squeezedDims(c, x.dims, axesOf(c, x.dims.length)) };
  },
  Unsqueeze: (c) => {
    const x = c.constant(0);
    return { ...x, dims: unsqueezedDims(c, x.dims) };
  },
  Transpose: (c) => {
    const x = c.constant(0);
    const perm = c.attributes.ints('perm') ?? x.dims.map((_, i) => x.dims.length - 1 - i);
    if (x.dims.length !== 2 || perm[0] !== 1) {
      throw c.error('BLN203', {
        found: `transposing a constant by [${perm.join(', ')}]`,
        need: 'a matrix',
        hint: FOLD_HINT,
      });
    }
    const [rows, columns] = x.dims as [number, number];
    const values = Array.from(
      x.values,
      (_, i) => x.values[(i % rows) * columns + Math.floor(i / rows)] as number,
    );
    return make(x, values, [columns, rows]);
  },
};

/** Extents of a tensor as a constant, with opset 15's `start` and `end`. */
export function shapeVector(c: OperatorContext, dims: readonly number[]): ConstTensor {
  const start = c.attributes.int('start', 0);
  const end = c.attributes.int('end', dims.length);
  return intTensor(dims.slice(start, end));
}
