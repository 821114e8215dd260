/** Handlers of the ONNX operators that choose channels: Split, Slice, Gather, and the Reshape and Transpose of a shuffle. */
import { formatShape } from '../../ir/graph.js';
import { checkLimit } from '../../limits.js';
import { type Feature, mapDims, type Value } from './feature.js';
import { normalAxis, permutation, reshapedDims, slicedRanges } from './fold-constants.js';
import type { Handler, OperatorContext } from './operator-context.js';

/** Errors: BLN202 where `axis` is not that of the channels. */
function channelAxisOf(c: OperatorContext, x: Feature, axis: number): number {
  if (axis === c.channelAxis(x)) return axis;
  throw c.error('BLN202', {
    found: `axis ${axis} of [${x.dims.join(', ')}]`,
    need: 'the axis of the channels',
    hint: 'crop or resize images before the network; a convolution with a stride takes every other pixel',
  });
}

/** Output `at` of the node: some channels, in any order. */
function chosen(c: OperatorContext, x: Feature, channels: readonly number[], axis: number, at = 0): Value {
  const dims = x.dims.map((d, i) => (i === axis ? channels.length : d));
  const isAll = channels.length === x.shape.channels && channels.every((k, i) => k === i);
  if (isAll) return { kind: 'feature', feature: { ...x, dims } };
  const y = c.emit({ op: 'select', channels }, [x], { dims, order: x.order }, at);
  return c.keepingFormat(x, y);
}

const run = (start: number, count: number, step = 1): number[] =>
  Array.from({ length: count }, (_, i) => start + i * step);

/** Sizes of the parts: stated, or equal but for the last. */
function partsOf(c: OperatorContext, total: number): readonly number[] {
  const given = c.attributes.ints('split') ?? c.optionalConstant(1)?.values;
  const wanted = c.attributes.int('num_outputs', c.node.outputs.length);
  checkLimit('nodeInputs', wanted, c.where);
  if (!given) {
    const size = Math.ceil(total / wanted);
    return run(0, wanted).map((i) => Math.max(0, Math.min(size, total - i * size)));
  }
  checkLimit('listNumbers', given.length, c.where);
  return Array.from(given);
}

const split: Handler = (c) => {
  const x = c.feature(0);
  const axis = channelAxisOf(c, x, normalAxis(c, c.attributes.int('axis', 0), x.dims.length));
  const parts = partsOf(c, x.shape.channels);
  const isWhole = parts.every((n) => Number.isInteger(n) && n > 0);
  if (
    !isWhole ||
    parts.length < c.node.outputs.length ||
    parts.reduce((a, b) => a + b, 0) !== x.shape.channels
  )
    throw c.error('BLN103', { found: `parts of ${parts.join(', ')} of ${x.shape.channels} channels` });
  let start = 0;
  return c.node.outputs.map((name, i) => {
    const channels = run(start, parts[i]);
    start += parts[i];
    // An output that has no name is not asked for.
    return name === '' ? { kind: 'feature', feature: x } : chosen(c, x, channels, axis, i);
  });
};

const slice: Handler = (c) => {
  const x = c.feature(0);
  const ranges = slicedRanges(c, x.dims);
  const cut = ranges.flatMap((r, i) => (r.start === 0 && r.step === 1 && r.count === x.dims[i] ? [] : [i]));
  if (cut.length === 0) return c.view(x, x.dims);
  if (cut.length > 1)
    throw c.error('BLN202', {
      found: `a Slice along axes ${cut.join(', ')}`,
      need: 'the axis of the channels',
    });
  const [axis] = cut;
  const { start, count, step } = ranges[channelAxisOf(c, x, axis)];
  if (count === 0) throw c.error('BLN103', { found: 'a Slice that leaves nothing' });
  return chosen(c, x, run(start, count, step), axis);
};

const gather: Handler = (c) => {
  const x = c.feature(0);
  const axis = channelAxisOf(c, x, normalAxis(c, c.attributes.int('axis', 0), x.dims.length));
  const indices = c.constant(1);
  checkLimit('channels', indices.values.length, c.where);
  const { channels } = x.shape;
  const picked = Array.from(indices.values, (v) => (v < 0 ? v + channels : v));
  if (picked.length === 0 || picked.some((v) => !Number.isInteger(v) || v < 0 || v >= channels))
    throw c.error('BLN102', { found: `channels ${picked.slice(0, 8).join(', ')} of ${channels}` });
  if (indices.dims.length > 1)
    throw c.error('BLN202', { found: `indices of ${indices.dims.length} axes`, need: 'a list of channels' });
  const y = chosen(c, x, picked, axis);
  // A single index takes its axis away.
  if (indices.dims.length === 1 || y.kind !== 'feature') return y;
  return c.view(
    y.feature,
    y.feature.dims.filter((_, i) => i !== axis),
  );
};

/** Where the two axes of grouped channels are, [1, a, b, H, W] or [1, H, W, a, b]. */
const groupAxes = (x: Feature): readonly [number, number] => (x.order === 'chw' ? [1, 2] : [3, 4]);

/** Groups of channels change places with the channels of a group: every value keeps its pixel. */
function shuffle(c: OperatorContext, x: Feature, perm: readonly number[]): Feature | undefined {
  const [a, b] = groupAxes(x);
  const swapped = [0, 1, 2, 3, 4].map((i) => (i === a ? b : i === b ? a : i));
  if (x.dims.length !== 5 || perm.join() !== swapped.join()) return undefined;
  const [outer, inner] = [x.dims[a], x.dims[b]];
  const from = x.shuffled ?? run(0, x.shape.channels);
  const shuffled = run(0, outer * inner).map((i) => from[(i % outer) * inner + Math.floor(i / outer)]);
  if (x.border) throw c.error('BLN203', { found: 'a shuffle of a padded map' });
  return { ...x, dims: perm.map((p) => x.dims[p]), shuffled };
}

/** The same values with the axes in another order: which of them are channels is all that changes. */
const transpose: Handler = (c) => {
  const x = c.anyFeature(0);
  const perm = permutation(c, x.dims.length);
  if (perm.every((p, i) => p === i)) return { kind: 'feature', feature: x };
  const grouped = shuffle(c, x, perm);
  if (grouped) return { kind: 'feature', feature: grouped };
  const map = c.bordered(0);
  const dims = perm.map((p) => map.dims[p]);
  const isRow = map.shape.height * map.shape.width === 1 && dims[0] === 1;
  const isMap = dims.length === 4 && c.channelAxis(map) !== undefined;
  const to = perm.join();
  const order =
    to === '0,2,3,1' && map.order === 'chw'
      ? 'hwc'
      : to === '0,3,1,2' && map.order === 'hwc'
        ? 'chw'
        : undefined;
  if (isMap && order) return { kind: 'feature', feature: { ...map, dims, order } };
  if (isRow && !map.border) return { kind: 'feature', feature: { ...map, dims } };
  throw c.error('BLN203', {
    found: `transposing [${map.dims.join(', ')}] by [${to}]`,
    need: 'N x C x H x W to N x H x W x C, or back, or the groups of a channel shuffle',
    hint: 'keep the layout N x C x H x W',
  });
};

const reshape: Handler = (c) => {
  const x = c.anyFeature(0);
  const dims = reshapedDims(c, x.dims, c.batch);
  const { shuffled, ...rest } = x;
  if (!shuffled) return c.view(c.bordered(0), dims);
  const whole = mapDims(x.shape, x.order);
  const axis = x.order === 'chw' ? 1 : 3;
  if (dims.join() === whole.join()) return chosen(c, { ...rest, dims: whole }, shuffled, axis);
  throw c.error('BLN203', {
    found: `a Reshape of shuffled channels to [${dims.join(', ')}]`,
    need: `[${whole.join(', ')}], the map of ${formatShape(x.shape)} again`,
  });
};

export const CHANNEL_OPERATORS = {
  Split: split,
  Slice: slice,
  Gather: gather,
  Transpose: transpose,
  Reshape: reshape,
} as const satisfies Record<string, Handler>;
