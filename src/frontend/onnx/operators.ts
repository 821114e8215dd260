/**
 * The list of ONNX operators that blnet understands, as one type, and the table of their handlers. An operator
 * named in the type without a handler, or the reverse, does not compile.
 */
import type { Handler } from './operator-context.js';
import { CONCAT_OPERATORS } from './operators-concat.js';
import { LOOKUP_OPERATORS } from './operators-lookup.js';
import { PAD_OPERATORS } from './operators-pad.js';
import { POINTWISE_OPERATORS } from './operators-pointwise.js';
import { MICROSOFT_OPERATORS, QLINEAR_OPERATORS } from './operators-qlinear.js';
import { QUANTIZE_OPERATORS } from './operators-quantize.js';
import { SHAPE_OPERATORS } from './operators-shape.js';
import { WINDOW_OPERATORS } from './operators-window.js';

export type Operator =
  | 'Add'
  | 'AveragePool'
  | 'BatchNormalization'
  | 'Cast'
  | 'Clip'
  | 'Concat'
  | 'Conv'
  | 'DequantizeLinear'
  | 'Div'
  | 'Dropout'
  | 'Elu'
  | 'Flatten'
  | 'Gemm'
  | 'GlobalAveragePool'
  | 'GlobalMaxPool'
  | 'HardSigmoid'
  | 'HardSwish'
  | 'Identity'
  | 'LeakyRelu'
  | 'LogSoftmax'
  | 'MatMul'
  | 'Max'
  | 'MaxPool'
  | 'Min'
  | 'Mul'
  | 'Pad'
  | 'QLinearConv'
  | 'QLinearMatMul'
  | 'QuantizeLinear'
  | 'ReduceMean'
  | 'Relu'
  | 'Reshape'
  | 'Resize'
  | 'Shape'
  | 'Sigmoid'
  | 'Softmax'
  | 'Squeeze'
  | 'Sub'
  | 'Sum'
  | 'Tanh'
  | 'Transpose'
  | 'Unsqueeze'
  | 'Upsample';

export const OPERATORS: Readonly<Record<Operator, Handler>> = {
  ...WINDOW_OPERATORS,
  ...PAD_OPERATORS,
  ...POINTWISE_OPERATORS,
  ...CONCAT_OPERATORS,
  ...LOOKUP_OPERATORS,
  ...SHAPE_OPERATORS,
  ...QUANTIZE_OPERATORS,
  ...QLINEAR_OPERATORS,
} satisfies Record<Operator, Handler>;

const isOperator = (opType: string): opType is Operator => Object.hasOwn(OPERATORS, opType);

/** Undefined for what blnet does not have. */
export function handlerOf(domain: string, opType: string): Handler | undefined {
  if (domain === 'com.microsoft') return MICROSOFT_OPERATORS.get(opType);
  const isStandard = domain === '' || domain === 'ai.onnx';
  return isStandard && isOperator(opType) ? OPERATORS[opType] : undefined;
}
