/**
 * How each operation of the float graph is written as an ONNX operator. The table has one entry for every operation there
 * is: without it a new one does not type-check.
 */
import type { GraphNode, GraphOp, Shape, WindowShape } from '../../ir/graph.js';
import type { FloatOp, LayerName } from '../../ir/layer-types.js';
import type { FunctionName } from '../../layers/lookup/functions.js';
import type { LookupOp } from '../../layers/lookup/index.js';
import { ATTRIBUTE_TYPE, type AttributeMessage, DATA_TYPE, type TensorMessage } from './onnx-proto.js';

export const int = (name: string, i: number): AttributeMessage => ({ name, type: ATTRIBUTE_TYPE.int, i });
const ints = (name: string, list: number[]): AttributeMessage => ({
  name,
  type: ATTRIBUTE_TYPE.ints,
  ints: list,
});
const float = (name: string, f: number): AttributeMessage => ({ name, type: ATTRIBUTE_TYPE.float, f });
const keyword = (name: string, text: string): AttributeMessage => ({
  name,
  type: ATTRIBUTE_TYPE.string,
  s: Uint8Array.from(text, (ch) => ch.charCodeAt(0)),
});

/** Little-endian raw data, whatever the machine. */
function tensor(name: string, dims: readonly number[], values: ArrayLike<number>): TensorMessage {
  const rawData = new Uint8Array(values.length * 4);
  const view = new DataView(rawData.buffer);
  for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i], true);
  return { name, dims: [...dims], dataType: DATA_TYPE.float, rawData };
}

const windowAttributes = (w: WindowShape): AttributeMessage[] => [
  ints('kernel_shape', [w.kernel, w.kernel]),
  ints('strides', [w.stride, w.stride]),
  ints('pads', [w.pads.top, w.pads.left, w.pads.bottom, w.pads.right]),
];

/** The same numbers as int64. */
function indices(t: TensorMessage): TensorMessage {
  const { rawData = new Uint8Array(), ...rest } = t;
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  const values = Array.from({ length: rawData.byteLength / 4 }, (_, i) => view.getFloat32(i * 4, true));
  return { ...rest, dataType: DATA_TYPE.int64, int64Data: values };
}

/** What one node adds: its operator, attributes and constant inputs ('' where an optional one is left out). */
export interface Written {
  readonly opType: string;
  readonly attribute: readonly AttributeMessage[];
  readonly constants: readonly (TensorMessage | '')[];
  /** The operator's result is multiplied by its input. */
  readonly gates?: true;
  /** The first opset that has the operator, where it is younger than the others. */
  readonly since?: number;
  /** Of operators that are not ONNX's own. */
  readonly domain?: string;
}

/** A constant input of the node, named for its role. */
type Constant = (role: string, dims: readonly number[], values: ArrayLike<number>) => TensorMessage;
type Writer<K extends LayerName> = (n: FloatOp<K>, input: Shape, constant: Constant) => Written;

/** A convolution of so many input channels a filter. */
function writeFilters(
  n: WindowShape & { readonly weights: Float32Array; readonly bias: Float32Array | null },
  outChannels: number,
  inChannels: number,
  groups: number,
  constant: Constant,
): Written {
  const weights = constant('weight', [outChannels, inChannels, n.kernel, n.kernel], n.weights);
  return {
    opType: 'Conv',
    attribute: [...windowAttributes(n), int('group', groups)],
    constants: n.bias ? [weights, constant('bias', [outChannels], n.bias)] : [weights],
  };
}

const plain = (opType: string): Written => ({ opType, attribute: [], constants: [] });

const hardSigmoid = ({ alpha, beta }: LookupOp): Written => ({
  opType: 'HardSigmoid',
  attribute: [float('alpha', alpha), float('beta', beta)],
  constants: [],
});
const withAlpha =
  (opType: string) =>
  ({ alpha }: LookupOp): Written => ({ opType, attribute: [float('alpha', alpha)], constants: [] });

const LOOKUPS: { readonly [N in FunctionName]: (n: LookupOp, constant: Constant) => Written } = {
  sigmoid: () => plain('Sigmoid'),
  tanh: () => plain('Tanh'),
  silu: () => ({ ...plain('Sigmoid'), gates: true }),
  hardSigmoid,
  hardSwish: (n) => ({ ...hardSigmoid(n), gates: true }),
  leakyRelu: withAlpha('LeakyRelu'),
  elu: withAlpha('Elu'),
  celu: withAlpha('Celu'),
  selu: ({ alpha, beta }) => ({
    opType: 'Selu',
    attribute: [float('alpha', alpha), float('gamma', beta)],
    constants: [],
  }),
  thresholdedRelu: withAlpha('ThresholdedRelu'),
  gelu: () => ({ ...plain('Gelu'), since: 20 }),
  geluTanh: () => ({ ...plain('Gelu'), attribute: [keyword('approximate', 'tanh')], since: 20 }),
  erf: () => plain('Erf'),
  softplus: () => plain('Softplus'),
  softsign: () => plain('Softsign'),
  mish: () => ({ ...plain('Mish'), since: 18 }),
  abs: () => plain('Abs'),
  shifted: ({ beta }, constant) => ({ ...plain('Add'), constants: [constant('addend', [], [beta])] }),
  bipolar: ({ alpha }, constant) => ({
    ...plain('BipolarQuant'),
    constants: [constant('scale', [], [alpha])],
    domain: 'qonnx.custom_op.general',
  }),
};

const WRITERS: { readonly [K in LayerName]: Writer<K> } = {
  conv: (n, { channels }, constant) => writeFilters(n, n.outChannels, channels, 1, constant),
  depthwise: (n, { channels }, constant) => writeFilters(n, channels, 1, channels, constant),
  batchNorm: (n, _, constant) => {
    // Mean 0, variance 1 and epsilon 0 make scale and shift come back unchanged.
    const c = n.scale.length;
    const fill = (value: number) => new Float32Array(c).fill(value);
    return {
      opType: 'BatchNormalization',
      attribute: [float('epsilon', 0)],
      constants: [
        constant('scale', [c], n.scale),
        constant('shift', [c], n.shift),
        constant('mean', [c], fill(0)),
        constant('var', [c], fill(1)),
      ],
    };
  },
  clamp: (n, _, constant) => {
    if (n.min === 0 && n.max === Number.POSITIVE_INFINITY) return plain('Relu');
    const limit = (role: string, value: number) =>
      Number.isFinite(value) ? constant(role, [], [value]) : '';
    return { opType: 'Clip', attribute: [], constants: [limit('min', n.min), limit('max', n.max)] };
  },
  add: () => plain('Add'),
  product: () => plain('Mul'),
  select: (n, _, constant) => ({
    opType: 'Gather',
    attribute: [int('axis', 1)],
    constants: [indices(constant('channels', [n.channels.length], n.channels))],
  }),
  concat: () => ({ opType: 'Concat', attribute: [int('axis', 1)], constants: [] }),
  upsample: (n, { channels }, constant) =>
    n.fill === 'repeat'
      ? {
          opType: 'Resize',
          attribute: [
            keyword('mode', 'nearest'),
            keyword('coordinate_transformation_mode', 'asymmetric'),
            keyword('nearest_mode', 'floor'),
          ],
          constants: ['', constant('scales', [4], [1, 1, n.rows, n.columns])],
        }
      : {
          opType: 'ConvTranspose',
          attribute: [
            int('group', channels),
            ints('strides', [n.rows, n.columns]),
            ints('output_padding', [n.rows - 1, n.columns - 1]),
          ],
          constants: [constant('weight', [channels, 1, 1, 1], new Float32Array(channels).fill(1))],
        },
  maxPool: (n) => ({ opType: 'MaxPool', attribute: windowAttributes(n), constants: [] }),
  avgPool: (n) => ({
    opType: 'AveragePool',
    attribute: [...windowAttributes(n), int('count_include_pad', 1)],
    constants: [],
  }),
  globalAvgPool: () => plain('GlobalAveragePool'),
  lookup: (n, _, constant) => LOOKUPS[n.function](n, constant),
};

export function writeNode(n: GraphNode, input: Shape): Written {
  const constant: Constant = (role, dims, values) => tensor(`${n.name}.${role}`, dims, values);
  // The table pairs each name with its own operation; TypeScript cannot follow that through an index.
  return (WRITERS[n.op] as (n: GraphOp, input: Shape, constant: Constant) => Written)(n, input, constant);
}
