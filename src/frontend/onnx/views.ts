/** Which extents a map can be looked at with: a view moves no value. */
import { sizeOf } from '../../ir/graph.js';
import { type Feature, type Look, mapDims } from './feature.js';

/** Extents of a map whose channels are groups: one more axis, in the place of the channels. */
function isGrouped({ shape, order }: Feature, dims: readonly number[]): boolean {
  if (dims.length !== 5 || dims[0] !== 1) return false;
  const { channels, height, width } = shape;
  const [a, b, c, d] = dims.slice(1);
  return order === 'chw'
    ? a * b === channels && c === height && d === width
    : a === height && b === width && c * d === channels;
}

/** Undefined for extents that do not show the values in the order that they have. */
export function lookAt(x: Feature, dims: readonly number[]): Look | undefined {
  const { channels, height, width } = x.shape;
  const isVector = height * width === 1;
  if (dims.join() === x.dims.join()) return { dims, order: x.order };
  if (x.border) return undefined;
  if (dims.join() === mapDims(x.shape, x.order).join() || isGrouped(x, dims)) return { dims, order: x.order };
  // A map of one row may be without the axis of its rows.
  if (height === 1 && x.order === 'chw' && dims.join() === [1, channels, width].join())
    return { dims, order: 'chw' };
  // With one channel, or one pixel, both orders are the same.
  const other = x.order === 'chw' ? 'hwc' : 'chw';
  if ((channels === 1 || isVector) && dims.join() === mapDims(x.shape, other).join())
    return { dims, order: other };
  if (dims.length === 2 && dims[0] === 1 && dims[1] === sizeOf(x.shape)) return { dims, order: x.order };
  const wide = dims.flatMap((d, i) => (d === 1 ? [] : [i]));
  const isRow = wide.length === 0 || (wide.length === 1 && wide[0] > 0);
  const isWhole = dims.reduce((a, b) => a * b, 1) === channels;
  return isVector && dims.length >= 2 && isRow && isWhole ? { dims, order: 'chw' } : undefined;
}
