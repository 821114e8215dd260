/** Convolution over all input channels: 1x1 layers, the stem, the classifier. */
import { formatShape } from '../../ir/graph.js';
import type { LayerKind } from '../layer-kind.js';
import { filterLayer } from '../shared/filter-layer.js';
import { mismatch, windowShape, windowText } from '../shared/shapes.js';
import { blocks, lanesIn } from './blocks.js';
import { productSize, run } from './float.js';
import { foldingProblems, foldingSchema, foldings } from './foldings.js';
import { reference } from './reference.js';
import { emit } from './simd.js';
import type { ConvFolding, ConvOp, QuantConv } from './types.js';

export type { ConvFolding, ConvOp, QuantConv } from './types.js';

export const conv: LayerKind<'conv'> = filterLayer<'conv', ConvOp, QuantConv, ConvFolding>('conv', {
  infer: (op, [x], where) => {
    if (!(op.outChannels >= 1)) throw mismatch(where, `${op.outChannels} output channels`, 'at least one');
    const weights = op.outChannels * x.channels * op.kernel * op.kernel;
    if (op.weights.length !== weights) {
      const found = `${op.weights.length} weights for an input of ${formatShape(x)}`;
      throw mismatch(where, found, `${weights} weights`);
    }
    if (op.bias && op.bias.length !== op.outChannels)
      throw mismatch(where, `${op.bias.length} biases`, `${op.outChannels}, one per output channel`);
    return windowShape(op, op.outChannels, x, where);
  },
  title: (op) => (op.kernel === 1 ? 'pointwise' : `conv ${op.kernel}x${op.kernel}`),
  print: (op) => `${windowText(op)}${op.bias ? ' bias' : ''}`,
  room: (op, [x], y) => ({ product: productSize(op, x, y) }),
  run,
  weights: (op, { inputs: [x], output: y }) => ({
    outputs: y.shape.channels,
    perOutput: x.shape.channels * op.kernel ** 2,
  }),
  reference,
  emit,
  foldings,
  foldingSchema,
  foldingProblems,
  parallel: (f) => f.pe * f.simd,
  lanesIn,
  blocks,
});
