/**
 * The list of ONNX operators that blnet understands, as one type, and the table of their handlers. An operator
 * named in the type without a handler, or the reverse, does not compile.
 */
import type { Handler } from './operator-context.js';
import { POINTWISE_OPERATORS } from './operators-pointwise.js';
import { QUANTIZE_OPERATORS } from './operators-quantize.js';
import { SHAPE_OPERATORS } from './operators-shape.js';
import { WINDOW_OPERATORS } from './operators-window.js';

export type Operator =
  | 'Add'
  | 'AveragePool'
  | 'BatchNormalization'
  | 'Cast'
  | 'Clip'
  | 'Conv'
  | 'DequantizeLinear'
  | 'Div'
  | 'Dropout'
  | 'Flatten'
  | 'Gemm'
  | 'GlobalAveragePool'
  | 'Identity'
  | 'MatMul'
  | 'MaxPool'
  | 'Mul'
  | 'Pad'
  | 'QuantizeLinear'
  | 'ReduceMean'
  | 'Relu'
  | 'Reshape'
  | 'Resize'
  | 'Shape'
  | 'Squeeze'
  | 'Sub'
  | 'Unsqueeze'
  | 'Upsample';

export const OPERATORS: Readonly<Record<Operator, Handler>> = {
  ...WINDOW_OPERATORS,
  ...POINTWISE_OPERATORS,
  ...SHAPE_OPERATORS,
  ...QUANTIZE_OPERATORS,
} satisfies Record<Operator, Handler>;

export const isOperator = (opType: string): opType is Operator => Object.hasOwn(OPERATORS, opType);
