/**
 * The quantized graph as JSON and back, exactly: what a build folder keeps so that simulation and verification need
 * neither the calibration images nor the float model. Weights are two hexadecimal digits each, two's complement.
 */
import { BlnetError } from '../diagnostics.js';
import type { QuantGraph, QuantNode, QuantTensor, Requant } from './quant-graph.js';

/** Raised when the format changes in a way that older readers would misread. */
const FORMAT = 1;

const encodeBytes = (values: Int8Array): string =>
  Array.from(values, (v) => (v & 0xff).toString(16).padStart(2, '0')).join('');

const decodeBytes = (text: string): Int8Array =>
  Int8Array.from(
    { length: text.length / 2 },
    (_, i) => (Number.parseInt(text.slice(2 * i, 2 * i + 2), 16) << 24) >> 24,
  );

type Json = Record<string, unknown>;

const encodeRequant = (r: Requant): Json => ({
  ...r,
  multipliers: Array.from(r.multipliers),
  offsets: Array.from(r.offsets),
});

const decodeRequant = (r: Json): Requant =>
  ({
    ...r,
    multipliers: Int32Array.from(r.multipliers as number[]),
    offsets: Float64Array.from(r.offsets as number[]),
  }) as unknown as Requant;

function encodeNode(n: QuantNode): Json {
  switch (n.op) {
    case 'conv':
      return {
        ...n,
        weights: encodeBytes(n.weights),
        bias: Array.from(n.bias),
        requant: encodeRequant(n.requant),
      };
    case 'globalAvgPool':
      return { ...n, requant: encodeRequant(n.requant) };
    default:
      return { ...n };
  }
}

function decodeNode(n: Json): QuantNode {
  switch (n.op) {
    case 'conv':
      return {
        ...n,
        weights: decodeBytes(n.weights as string),
        bias: Int32Array.from(n.bias as number[]),
        requant: decodeRequant(n.requant as Json),
      } as unknown as QuantNode;
    case 'globalAvgPool':
      return { ...n, requant: decodeRequant(n.requant as Json) } as unknown as QuantNode;
    default:
      return n as unknown as QuantNode;
  }
}

/** One node or tensor a line, so that two versions of a network can be compared as text. */
export function serializeQuantGraph(graph: QuantGraph): string {
  const { name, input, output, metadata } = graph;
  const list = (items: readonly unknown[]) => items.map((item) => `    ${JSON.stringify(item)}`).join(',\n');
  return [
    '{',
    `  "format": ${FORMAT},`,
    `  "name": ${JSON.stringify(name)},`,
    `  "input": ${JSON.stringify(input)},`,
    `  "output": ${JSON.stringify(output)},`,
    `  "metadata": ${JSON.stringify(metadata)},`,
    `  "tensors": [\n${list([...graph.tensors.values()])}\n  ],`,
    `  "nodes": [\n${list(graph.nodes.map(encodeNode))}\n  ]`,
    '}\n',
  ].join('\n');
}

/** Errors: BLN303 for anything that this version did not write. `where` names the file. */
export function deserializeQuantGraph(text: string, where: string): QuantGraph {
  try {
    const o = JSON.parse(text) as Json;
    if (o.format !== FORMAT)
      throw new Error(`format ${o.format} of the quantized network, this version reads ${FORMAT}`);
    const tensors = (o.tensors as QuantTensor[]).map((t) => [t.name, t] as const);
    return {
      name: o.name as string,
      input: o.input as string,
      output: o.output as string,
      metadata: o.metadata as Record<string, string>,
      tensors: new Map(tensors),
      nodes: (o.nodes as Json[]).map(decodeNode),
    };
  } catch (error) {
    throw new BlnetError('BLN303', {
      where,
      found: error instanceof Error ? error.message : String(error),
      hint: 'compile the model again into this folder',
    });
  }
}
