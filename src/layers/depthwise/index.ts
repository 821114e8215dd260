/** Convolution of every channel by itself. */
import { formatShape, NO_PADS } from '../../ir/graph.js';
import type { ConvOp } from '../conv/index.js';
import type { LayerKind } from '../layer-kind.js';
import { filterLayer } from '../shared/filter-layer.js';
import type { Filters } from '../shared/filters.js';
import { mismatch, windowShape, windowText } from '../shared/shapes.js';
import { blocks } from './blocks.js';
import { run, windowSize } from './float.js';
import { foldingProblems, foldingSchema, foldings } from './foldings.js';
import { reference } from './reference.js';
import { emit } from './simd.js';
import type { DepthwiseFolding, DepthwiseOp, QuantDepthwise } from './types.js';

export type { DepthwiseFolding, DepthwiseOp, QuantDepthwise } from './types.js';

/** Filters of one channel each; of a single channel they are a convolution like any other. */
export const perChannel = (channels: number, filters: Filters): DepthwiseOp | ConvOp =>
  channels > 1 ? { op: 'depthwise', ...filters } : { op: 'conv', outChannels: channels, ...filters };

/** y = scale * x + shift, per channel. */
export const channelwise = (scale: Float32Array, shift: Float32Array | null): DepthwiseOp | ConvOp =>
  perChannel(scale.length, { kernel: 1, stride: 1, pads: NO_PADS, weights: scale, bias: shift });

export const depthwise: LayerKind<'depthwise'> = filterLayer<
  'depthwise',
  DepthwiseOp,
  QuantDepthwise,
  DepthwiseFolding
>('depthwise', {
  infer: (op, [x], where) => {
    const weights = x.channels * op.kernel * op.kernel;
    if (op.weights.length !== weights)
      throw mismatch(
        where,
        `${op.weights.length} weights for an input of ${formatShape(x)}`,
        `${weights} weights`,
      );
    if (op.bias && op.bias.length !== x.channels)
      throw mismatch(where, `${op.bias.length} biases`, `${x.channels}, one per channel`);
    return windowShape(op, x.channels, x, where);
  },
  title: (op) => `depthwise ${op.kernel}x${op.kernel}`,
  print: (op) => `${windowText(op)}${op.bias ? ' bias' : ''}`,
  room: (op, [x], y) => (op.kernel === 3 ? { window: windowSize(op, x, y) } : {}),
  run,
  weights: (op, { inputs: [x] }) => ({ outputs: x.shape.channels, perOutput: op.kernel ** 2 }),
  reference,
  emit,
  foldings,
  foldingSchema,
  foldingProblems,
  parallel: (f) => f.taps * f.lanes,
  lanesIn: (_, f) => [f.lanes],
  blocks,
});
