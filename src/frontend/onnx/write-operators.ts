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

/** What one node adds: its operator, attributes and constant inputs ('' where an optional one is left out). */
export interface Written {
  readonly opType: string;
  readonly attribute: readonly AttributeMessage[];
  readonly constants: readonly (TensorMessage | '')[];
  /** The operator's result is multiplied by its input. */
  readonly gates?: true;
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

const LOOKUPS: { readonly [N in FunctionName]: (n: LookupOp) => Written } = {
  sigmoid: () => plain('Sigmoid'),
  tanh: () => plain('Tanh'),
  silu: () => ({ ...plain('Sigmoid'), gates: true }),
  hardSigmoid,
  hardSwish: (n) => ({ ...hardSigmoid(n), gates: true }),
  leakyRelu: withAlpha('LeakyRelu'),
  elu: withAlpha('Elu'),
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
  concat: () => ({ opType: 'Concat', attribute: [int('axis', 1)], constants: [] }),
  upsample: (n, _, constant) => ({
    opType: 'Resize',
    attribute: [
      keyword('mode', 'nearest'),
      keyword('coordinate_transformation_mode', 'asymmetric'),
      keyword('nearest_mode', 'floor'),
    ],
    constants: ['', constant('scales', [4], [1, 1, n.factor, n.factor])],
  }),
  maxPool: (n) => ({ opType: 'MaxPool', attribute: windowAttributes(n), constants: [] }),
  avgPool: (n) => ({
    opType: 'AveragePool',
    attribute: [...windowAttributes(n), int('count_include_pad', 1)],
    constants: [],
  }),
  globalAvgPool: () => plain('GlobalAveragePool'),
  lookup: (n) => LOOKUPS[n.function](n),
};

export function writeNode(n: GraphNode, input: Shape): Written {
  const constant: Constant = (role, dims, values) => tensor(`${n.name}.${role}`, dims, values);
  // The table pairs each name with its own operation; TypeScript cannot follow that through an index.
  return (WRITERS[n.op] as (n: GraphOp, input: Shape, constant: Constant) => Written)(n, input, constant);
}
