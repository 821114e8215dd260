/**
 * The list of ONNX operators that blnet understands, as one type, and the table of their handlers. An operator
 * named in the type without a handler, or the reverse, does not compile.
 */
import type { Handler } from './operator-context.js';
import { ARITHMETIC_OPERATORS } from './operators-arithmetic.js';
import { CHANNEL_OPERATORS } from './operators-channels.js';
import { CONCAT_OPERATORS } from './operators-concat.js';
import { INTEGER_OPERATORS } from './operators-integer.js';
import { LOOKUP_OPERATORS } from './operators-lookup.js';
import { PAD_OPERATORS } from './operators-pad.js';
import { POINTWISE_OPERATORS } from './operators-pointwise.js';
import { MICROSOFT_OPERATORS, QLINEAR_OPERATORS } from './operators-qlinear.js';
import { QONNX_OPERATORS } from './operators-qonnx.js';
import { QUANTIZE_OPERATORS } from './operators-quantize.js';
import { REDUCE_OPERATORS } from './operators-reduce.js';
import { SHAPE_OPERATORS } from './operators-shape.js';
import { SPREAD_OPERATORS } from './operators-spread.js';
import { WINDOW_OPERATORS } from './operators-window.js';

export type Operator =
  | 'Abs'
  | 'Add'
  | 'ArgMax'
  | 'AveragePool'
  | 'BatchNormalization'
  | 'Cast'
  | 'Celu'
  | 'Clip'
  | 'Concat'
  | 'Conv'
  | 'ConvInteger'
  | 'ConvTranspose'
  | 'DepthToSpace'
  | 'DequantizeLinear'
  | 'Div'
  | 'Dropout'
  | 'Elu'
  | 'Erf'
  | 'Flatten'
  | 'Gather'
  | 'Gelu'
  | 'Gemm'
  | 'GlobalAveragePool'
  | 'GlobalMaxPool'
  | 'HardSigmoid'
  | 'HardSwish'
  | 'Identity'
  | 'LeakyRelu'
  | 'LogSoftmax'
  | 'MatMul'
  | 'MatMulInteger'
  | 'Max'
  | 'MaxPool'
  | 'Min'
  | 'Mish'
  | 'Mul'
  | 'Neg'
  | 'PRelu'
  | 'Pad'
  | 'QLinearConv'
  | 'QLinearMatMul'
  | 'QuantizeLinear'
  | 'ReduceMax'
  | 'ReduceMean'
  | 'ReduceSum'
  | 'Relu'
  | 'Reshape'
  | 'Resize'
  | 'Selu'
  | 'Shape'
  | 'Sigmoid'
  | 'Slice'
  | 'Softmax'
  | 'Softplus'
  | 'Softsign'
  | 'SpaceToDepth'
  | 'Split'
  | 'Squeeze'
  | 'Sub'
  | 'Sum'
  | 'Tanh'
  | 'ThresholdedRelu'
  | 'Transpose'
  | 'Unsqueeze'
  | 'Upsample';

export const OPERATORS: Readonly<Record<Operator, Handler>> = {
  ...WINDOW_OPERATORS,
  ...PAD_OPERATORS,
  ...POINTWISE_OPERATORS,
  ...ARITHMETIC_OPERATORS,
  ...CONCAT_OPERATORS,
  ...LOOKUP_OPERATORS,
  ...SHAPE_OPERATORS,
  ...CHANNEL_OPERATORS,
  ...REDUCE_OPERATORS,
  ...SPREAD_OPERATORS,
  ...INTEGER_OPERATORS,
  ...QUANTIZE_OPERATORS,
  ...QLINEAR_OPERATORS,
} satisfies Record<Operator, Handler>;

const isOperator = (opType: string): opType is Operator => Object.hasOwn(OPERATORS, opType);

/** Undefined for what blnet does not have. */
export function handlerOf(domain: string, opType: string): Handler | undefined {
  if (domain === 'com.microsoft') return MICROSOFT_OPERATORS.get(opType);
  const qonnx = QONNX_OPERATORS.get(domain);
  if (qonnx) return qonnx.get(opType);
  const isStandard = domain === '' || domain === 'ai.onnx';
  return isStandard && isOperator(opType) ? OPERATORS[opType] : undefined;
}
