/** The nearest rewrite for operators that blnet does not have; the hint of BLN201. */

const QUANTIZED = 'give blnet the float model: it quantizes by itself from calibration images';
const ACTIVATION = 'replace the activation by ReLU or ReLU6 and fine-tune';
const NORM = 'use BatchNormalization, which folds into the convolution before it';
const RECURRENT = 'blnet compiles feed-forward convolutional networks only';

const ADVICE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Softmax: 'drop it; top-1 is unchanged',
    LogSoftmax: 'drop it; top-1 is unchanged',
    ArgMax: 'drop it; the host takes the largest logit',
    TopK: 'drop it; the host sorts the logits',
    PRelu: ACTIVATION,
    Selu: ACTIVATION,
    Gelu: ACTIVATION,
    Mish: ACTIVATION,
    Swish: ACTIVATION,
    Softplus: ACTIVATION,
    Min: 'write limits as one Clip',
    Max: 'write limits as one Clip',
    ConvTranspose: 'use Resize (nearest, x2) and a Conv',
    DepthToSpace: 'use Resize (nearest, x2) and a Conv',
    SpaceToDepth: 'use a Conv with stride 2',
    Split: 'let both branches read the whole tensor and select channels with a 1x1 Conv',
    Slice: 'select channels with a 1x1 Conv',
    Gather: 'select channels with a 1x1 Conv',
    Transpose: 'keep the layout N x C x H x W; channel shuffles can be merged into the next 1x1 Conv',
    Sum: 'use Add; chain it for more than two inputs',
    GlobalMaxPool: 'use MaxPool with a window over the whole map, or GlobalAveragePool',
    LpPool: 'use AveragePool or MaxPool',
    ReduceMax: 'use MaxPool',
    ReduceSum: 'use GlobalAveragePool and scale the weights behind it',
    InstanceNormalization: NORM,
    LayerNormalization: NORM,
    GroupNormalization: NORM,
    LRN: NORM,
    LpNormalization: NORM,
    LSTM: RECURRENT,
    GRU: RECURRENT,
    RNN: RECURRENT,
    If: 'export with constant control flow (torch.onnx.export traces it), or run onnx-simplifier',
    Loop: 'export with constant control flow (torch.onnx.export traces it), or run onnx-simplifier',
    Scan: 'export with constant control flow (torch.onnx.export traces it), or run onnx-simplifier',
    QuantizeLinear: QUANTIZED,
    DequantizeLinear: QUANTIZED,
    DynamicQuantizeLinear: QUANTIZED,
    QLinearConv: QUANTIZED,
    QLinearMatMul: QUANTIZED,
    ConvInteger: QUANTIZED,
    MatMulInteger: QUANTIZED,
  }),
);

/** Undefined when there is nothing better to say than the list of operators. */
export const adviceFor = (opType: string): string | undefined => ADVICE.get(opType);
