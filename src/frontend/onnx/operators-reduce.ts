/** Handlers of the ONNX operators that reduce a feature map to one value a channel, and of those left to the host. */
import type { GraphOp } from '../../ir/graph.js';
import { type Feature, mapDims, type Value } from './feature.js';
import { axesOf, normalAxis } from './fold-constants.js';
import type { Handler, OperatorContext } from './operator-context.js';
import { wholeMax } from './operators-window.js';

/** How the result over height and width looks. Errors: BLN202 for other axes. */
function spatial(c: OperatorContext, what: string): { x: Feature; dims: readonly number[] } {
  const x = c.feature(0);
  const axes = [...(axesOf(c, x.dims.length) ?? [])].sort((a, b) => a - b);
  const keep = c.attributes.int('keepdims', 1) === 1;
  c.attributes.ignore('noop_with_empty_axes');
  const isFlat = x.dims.length === 3 && x.shape.height === 1;
  const wanted = isFlat ? '2' : x.order === 'chw' ? '2,3' : '1,2';
  if ((x.dims.length !== 4 && !isFlat) || axes.join() !== wanted) {
    throw c.error('BLN202', {
      found: `${what} over axes [${axes.join(', ')}] of [${x.dims.join(', ')}]`,
      need: `${what} over height and width (axes 2 and 3)`,
      hint: 'use GlobalAveragePool',
    });
  }
  const { channels } = x.shape;
  const kept = isFlat ? [1, channels, 1] : mapDims({ channels, height: 1, width: 1 }, x.order);
  return { x, dims: keep ? kept : [1, channels] };
}

const reduceMean: Handler = (c) => {
  const { x, dims } = spatial(c, 'a mean');
  return c.emit({ op: 'globalAvgPool' }, [x], { dims, order: x.order });
};

const reduceMax: Handler = (c) => {
  const { x, dims } = spatial(c, 'a maximum');
  return c.keepingFormat(x, c.emit({ op: 'maxPool', ...wholeMax(c, x) }, [x], { dims, order: x.order }));
};

/** A sum is the mean times the number of pixels. */
const reduceSum: Handler = (c) => {
  const { x, dims } = spatial(c, 'a sum');
  const { channels, height, width } = x.shape;
  const mean = c.emitInner('mean', { op: 'globalAvgPool' }, x);
  const times: GraphOp = {
    op: 'batchNorm',
    scale: new Float32Array(channels).fill(height * width),
    shift: new Float32Array(channels),
  };
  return c.emit(times, [mean], { dims, order: x.order });
};

/** The value in front of what the host does, with what it is called. */
const toHost = (c: OperatorContext, x: Feature, text: string): Value => {
  c.note('host', text);
  return { kind: 'feature', feature: { ...x, host: c.node.opType } };
};

/** Left to the host: both keep the order of the classes, so the largest stays the largest. */
const softmax: Handler = (c) => {
  const x = c.feature(0);
  const axis = c.attributes.int('axis', c.opset < 13 ? 1 : -1);
  const at = axis < 0 ? axis + x.dims.length : axis;
  const isVector = x.shape.height * x.shape.width === 1;
  // Up to opset 12 all axes from `axis` on are taken together.
  const isOverChannels =
    isVector && (at === c.channelAxis(x) || (c.opset < 13 && at <= (c.channelAxis(x) ?? 0)));
  if (!isOverChannels) {
    throw c.error('BLN202', {
      found: `${c.node.opType} along axis ${axis} of [${x.dims.join(', ')}]`,
      need: 'the channels of a vector, at the end of the network',
      hint: 'end the exported network in front of it, or compute attention and gates outside the hardware',
    });
  }
  return toHost(
    c,
    x,
    `${c.node.opType} is not in the hardware, whose outputs are those in front of it; the largest stays the largest`,
  );
};

/** The host finds the largest value, of every pixel where there are several. */
const argMax: Handler = (c) => {
  const value = c.values[0];
  const x = value?.kind === 'feature' && value.feature.host ? value.feature : c.feature(0);
  const axis = normalAxis(c, c.attributes.int('axis', 0), x.dims.length);
  c.attributes.ignore('keepdims', 'select_last_index');
  if (axis !== c.channelAxis(x))
    throw c.error('BLN202', {
      found: `${c.node.opType} along axis ${axis}`,
      need: 'the axis of the channels',
    });
  return toHost(
    c,
    x,
    `${c.node.opType} is not in the hardware, whose outputs are the values that it compares`,
  );
};

export const REDUCE_OPERATORS = {
  ReduceMean: reduceMean,
  ReduceMax: reduceMax,
  ReduceSum: reduceSum,
  Softmax: softmax,
  LogSoftmax: softmax,
  ArgMax: argMax,
} as const satisfies Record<string, Handler>;
