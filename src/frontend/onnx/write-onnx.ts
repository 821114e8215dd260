/**
 * The float graph back to ONNX bytes (opset 13), so that ONNX Runtime can run what a pass made of a model.
 * Importing the result gives an equal graph.
 */
import { type Graph, type GraphNode, type Shape, sizeOf, type WindowShape } from '../../ir/graph.js';
import {
  ATTRIBUTE_TYPE,
  type AttributeMessage,
  DATA_TYPE,
  encodeModel,
  type NodeMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from './onnx-proto.js';

const OPSET = 13;
const IR_VERSION = 7;

const int = (name: string, i: number): AttributeMessage => ({ name, type: ATTRIBUTE_TYPE.int, i });
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
  for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i] as number, true);
  return { name, dims: [...dims], dataType: DATA_TYPE.float, rawData };
}

const valueInfo = (name: string, dims: readonly number[]): ValueInfoMessage => ({
  name,
  type: {
    tensorType: {
      elemType: DATA_TYPE.float,
      shape: { dim: [{ dimParam: 'N' }, ...dims.map((dimValue) => ({ dimValue }))] },
    },
  },
});

const windowAttributes = (w: WindowShape): AttributeMessage[] => [
  ints('kernel_shape', [w.kernel, w.kernel]),
  ints('strides', [w.stride, w.stride]),
  ints('pads', [w.pads.top, w.pads.left, w.pads.bottom, w.pads.right]),
];

/** What one node adds: its operator, attributes and constant inputs ('' where an optional one is left out). */
interface Written {
  readonly opType: string;
  readonly attribute: readonly AttributeMessage[];
  readonly constants: readonly (TensorMessage | '')[];
}

function writeNode(n: GraphNode, input: Shape): Written {
  const constant = (role: string, dims: readonly number[], values: ArrayLike<number>) =>
    tensor(`${n.name}.${role}`, dims, values);
  switch (n.op) {
    case 'conv': {
      const dims = [n.outChannels, input.channels / n.groups, n.kernel, n.kernel];
      const weights = constant('weight', dims, n.weights);
      return {
        opType: 'Conv',
        attribute: [...windowAttributes(n), int('group', n.groups)],
        constants: n.bias ? [weights, constant('bias', [n.outChannels], n.bias)] : [weights],
      };
    }
    case 'batchNorm': {
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
    }
    case 'clamp': {
      if (n.min === 0 && n.max === Number.POSITIVE_INFINITY)
        return { opType: 'Relu', attribute: [], constants: [] };
      const limit = (role: string, value: number) =>
        Number.isFinite(value) ? constant(role, [], [value]) : '';
      return { opType: 'Clip', attribute: [], constants: [limit('min', n.min), limit('max', n.max)] };
    }
    case 'add':
      return { opType: 'Add', attribute: [], constants: [] };
    case 'upsample':
      return {
        opType: 'Resize',
        attribute: [
          keyword('mode', 'nearest'),
          keyword('coordinate_transformation_mode', 'asymmetric'),
          keyword('nearest_mode', 'floor'),
        ],
        constants: ['', constant('scales', [4], [1, 1, n.factor, n.factor])],
      };
    case 'maxPool':
      return { opType: 'MaxPool', attribute: windowAttributes(n), constants: [] };
    case 'avgPool':
      return {
        opType: 'AveragePool',
        attribute: [...windowAttributes(n), int('count_include_pad', 1)],
        constants: [],
      };
    case 'globalAvgPool':
      return { opType: 'GlobalAveragePool', attribute: [], constants: [] };
  }
}

const imageDims = (s: Shape): readonly number[] => [s.channels, s.height, s.width];

/** Name of the N x C output that the writer appends when the graph ends with a C x 1 x 1 map. */
export const flatOutputName = (graph: Graph): string => `${graph.output}.flat`;

/**
 * ONNX bytes of a graph. The batch axis is symbolic (N); every tensor has a value_info entry. A C x 1 x 1 result
 * is flattened to N x C under `flatOutputName`; the graph's own output tensor stays visible before it.
 */
export function writeOnnx(graph: Graph): Uint8Array {
  const initializer: TensorMessage[] = [];
  const shapeOf = (name: string) => graph.shapes.get(name) as Shape;
  const node: NodeMessage[] = graph.nodes.map((n) => {
    const { opType, attribute, constants } = writeNode(n, shapeOf(n.inputs[0] as string));
    for (const c of constants) if (c !== '') initializer.push(c);
    const operands = constants.map((c) => (c === '' ? '' : (c.name as string)));
    while (operands.at(-1) === '') operands.pop();
    return {
      name: n.name,
      opType,
      input: [...n.inputs, ...operands],
      output: [n.output],
      attribute: [...attribute],
    };
  });
  const last = shapeOf(graph.output);
  const isVector = sizeOf(last) === last.channels;
  let output = valueInfo(graph.output, imageDims(last));
  if (isVector) {
    const name = flatOutputName(graph);
    node.push({
      name,
      opType: 'Flatten',
      input: [graph.output],
      output: [name],
      attribute: [int('axis', 1)],
    });
    output = valueInfo(name, [last.channels]);
  }
  const inner = graph.nodes.map((n) => n.output).filter((t) => isVector || t !== graph.output);
  return encodeModel({
    irVersion: IR_VERSION,
    producerName: 'blnet',
    opsetImport: [{ domain: '', version: OPSET }],
    graph: {
      name: graph.name,
      node,
      initializer,
      input: [valueInfo(graph.input, imageDims(shapeOf(graph.input)))],
      output: [output],
      valueInfo: inner.map((t) => valueInfo(t, imageDims(shapeOf(t)))),
    },
    metadataProps: Object.entries(graph.metadata).map(([key, value]) => ({ key, value })),
  });
}
