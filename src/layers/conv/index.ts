/** Convolution over all input channels: 1x1 layers, the stem, the classifier. */
import { formatShape } from '../../ir/graph.js';
import { type LayerKind, UNARY } from '../layer-kind.js';
import { filterFields } from '../shared/documents.js';
import {
  countFilters,
  decodeFilters,
  encodeFilters,
  quantizeFilters,
  scaleFilters,
} from '../shared/filters.js';
import { filterProblems } from '../shared/problems.js';
import { mismatch, windowShape, windowText } from '../shared/shapes.js';
import { blocks, lanesIn } from './blocks.js';
import { productSize, run } from './float.js';
import { foldingProblems, foldingSchema, foldings } from './foldings.js';
import { reference } from './reference.js';
import { emit } from './simd.js';

export type { ConvFolding, ConvOp, QuantConv } from './types.js';

export const conv: LayerKind<'conv'> = {
  ...UNARY,
  carries: false,
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
  count: countFilters,
  title: (op) => (op.kernel === 1 ? 'pointwise' : `conv ${op.kernel}x${op.kernel}`),
  print: (op) => `${windowText(op)}${op.bias ? ' bias' : ''}`,
  affine: () => null,
  scaled: scaleFilters,
  activation: () => null,
  room: (op, [x], y) => ({ product: productSize(op, x, y) }),
  run,
  activates: true,
  quantize: (op, context) => {
    const { filters, format } = quantizeFilters(op, context);
    return { op: { op: 'conv', ...filters }, format };
  },
  verify: (op, { inputs: [x], output: y }) =>
    filterProblems(op, x, y, y.shape.channels, x.shape.channels * op.kernel ** 2),
  reference,
  emit,
  fields: filterFields,
  encode: encodeFilters,
  decode: decodeFilters,
  accumulatorBits: (op) => op.accBits,
  foldings,
  foldingSchema,
  foldingProblems,
  parallel: (f) => f.pe * f.simd,
  lanesIn,
  blocks,
};
