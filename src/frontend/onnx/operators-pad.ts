/** The Pad node: a border that the convolution, mean or maximum behind it takes over. */
import { volume } from './const-tensor.js';
import { mapDims } from './feature.js';
import { normalAxis } from './fold-constants.js';
import type { Handler, OperatorContext } from './operator-context.js';

/** Amounts before and after every axis: an attribute before opset 11, inputs later, for some axes since opset 18. */
function padAmounts(c: OperatorContext, rank: number): readonly number[] {
  const given = c.attributes.ints('pads') ?? Array.from(c.constant(1).values.subarray(0, 64));
  const named = c.optionalConstant(3)?.values;
  const axes = named
    ? Array.from(named, (a) => normalAxis(c, a, rank))
    : Array.from({ length: rank }, (_, i) => i);
  if (given.length !== 2 * axes.length || new Set(axes).size !== axes.length) {
    throw c.error('BLN102', { found: `${given.length} pads for ${axes.length} axes` });
  }
  const amounts = new Array<number>(2 * rank).fill(0);
  axes.forEach((axis, i) => {
    amounts[axis] = given[i];
    amounts[axis + rank] = given[i + axes.length];
  });
  return amounts;
}

/** Written where minus infinity is meant. */
const LOWEST_FLOAT = -3.4028234663852886e38;

/** PyTorch puts a Pad before every AveragePool, often one that adds nothing. */
const pad: Handler = (c) => {
  const x = c.feature(0);
  const mode = c.attributes.string('mode', 'constant');
  const amounts = padAmounts(c, x.dims.length);
  const value = c.optionalConstant(2);
  const given = value && volume(value.dims) > 0 ? c.scalar(value, 'value') : c.attributes.float('value', 0);
  const fill = given <= LOWEST_FLOAT ? Number.NEGATIVE_INFINITY : given;
  if (amounts.every((p) => p === 0)) return c.view(x, x.dims);
  const [rowAxis, columnAxis] = x.order === 'chw' ? [2, 3] : [1, 2];
  const isMap = x.dims.join() === mapDims(x.shape, x.order).join();
  const isSpatial = isMap && amounts.every((p, i) => p === 0 || i % 4 === rowAxis || i % 4 === columnAxis);
  if (mode !== 'constant' || !isSpatial || amounts.some((p) => !Number.isInteger(p) || p < 0)) {
    throw c.error('BLN202', {
      found: `mode ${mode}, pads [${amounts.join(', ')}]`,
      need: 'a constant around height and width',
      hint: 'move the padding into the pads of the next Conv',
    });
  }
  const [top, left] = [amounts[rowAxis], amounts[columnAxis]];
  const [bottom, right] = [amounts[4 + rowAxis], amounts[4 + columnAxis]];
  const dims = x.dims.map((d, i) => d + amounts[i] + amounts[i + 4]);
  const feature = { ...x, dims, border: { top, left, bottom, right } };
  return { kind: 'feature', feature: fill === 0 ? feature : { ...feature, fill } };
};

export const PAD_OPERATORS = { Pad: pad } as const satisfies Record<string, Handler>;
