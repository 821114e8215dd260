/**
 * The float graph back to ONNX bytes (opset 13, or what its operators need), so that ONNX Runtime can run what a pass made of a model.
 * Importing the result gives an equal graph.
 */
import { type Graph, type Shape, sizeOf } from '../../ir/graph.js';
import {
  DATA_TYPE,
  encodeModel,
  type NodeMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from './onnx-proto.js';
import { int, writeNode } from './write-operators.js';

const OPSET = 13;
const IR_VERSION = 7;

const valueInfo = (name: string, dims: readonly number[]): ValueInfoMessage => ({
  name,
  type: {
    tensorType: {
      elemType: DATA_TYPE.float,
      shape: { dim: [{ dimParam: 'N' }, ...dims.map((dimValue) => ({ dimValue }))] },
    },
  },
});

const imageDims = (s: Shape): readonly number[] => [s.channels, s.height, s.width];

/** Name of the N x C output that the writer appends where the graph ends with a C x 1 x 1 map. */
const flatOutputName = (tensor: string): string => `${tensor}.flat`;

/**
 * ONNX bytes of a graph. The batch axis is symbolic (N); every tensor has a value_info entry. A C x 1 x 1 result
 * is flattened to N x C under `flatOutputName`; the graph's own output tensor stays visible before it.
 */
export function writeOnnx(graph: Graph): Uint8Array {
  const initializer: TensorMessage[] = [];
  const domains = new Set<string>();
  let version = OPSET;
  const shapeOf = (name: string) => graph.shapes.get(name) as Shape;
  const node = graph.nodes.flatMap((n): NodeMessage[] => {
    const { opType, attribute, constants, gates, since = OPSET, domain } = writeNode(n, shapeOf(n.inputs[0]));
    version = Math.max(version, since);
    if (domain) domains.add(domain);
    for (const c of constants) if (c !== '') initializer.push(c);
    const operands = constants.map((c) => (c === '' ? '' : (c.name as string)));
    while (operands.at(-1) === '') operands.pop();
    const input = [...n.inputs, ...operands];
    const written = { opType, input, attribute: [...attribute], ...(domain && { domain }) };
    if (!gates) return [{ ...written, name: n.name, output: [n.output] }];
    const gate = `${n.output}.gate`;
    return [
      { ...written, name: `${n.name}.gate`, output: [gate] },
      { name: n.name, opType: 'Mul', input: [n.inputs[0], gate], output: [n.output], attribute: [] },
    ];
  });
  const flat = new Set<string>();
  const output = graph.outputs.map((tensor) => {
    const shape = shapeOf(tensor);
    if (sizeOf(shape) !== shape.channels) return valueInfo(tensor, imageDims(shape));
    const name = flatOutputName(tensor);
    node.push({ name, opType: 'Flatten', input: [tensor], output: [name], attribute: [int('axis', 1)] });
    flat.add(tensor);
    return valueInfo(name, [shape.channels]);
  });
  const inner = graph.nodes.map((n) => n.output).filter((t) => flat.has(t) || !graph.outputs.includes(t));
  return encodeModel({
    irVersion: IR_VERSION,
    producerName: 'blnet',
    opsetImport: [{ domain: '', version }, ...Array.from(domains, (domain) => ({ domain, version: 1 }))],
    graph: {
      name: graph.name,
      node,
      initializer,
      input: [valueInfo(graph.input, imageDims(shapeOf(graph.input)))],
      output,
      valueInfo: inner.map((t) => valueInfo(t, imageDims(shapeOf(t)))),
    },
    metadataProps: Object.entries(graph.metadata).map(([key, value]) => ({ key, value })),
  });
}
