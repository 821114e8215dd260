/**
 * The quantized graph as JSON and back, exactly: what a build folder keeps so that simulation and verification need
 * neither the calibration images nor the float model. Each operation writes and reads its own nodes.
 */
import { BlnetError } from '../diagnostics.js';
import type { QuantGraph, QuantNode, QuantTensor } from '../ir/quant-graph.js';
import { isQuantName, quantLayer } from './index.js';
import type { Json } from './layer-kind.js';

/** Raised when the format changes in a way that older readers would misread: 2 has depthwise convolutions of their own. */
const FORMAT = 2;

function decodeNode(n: Json): QuantNode {
  if (!isQuantName(n.op)) throw new Error(`an operation '${String(n.op)}'`);
  return quantLayer({ op: n.op } as QuantNode).decode(n) as QuantNode;
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
    `  "nodes": [\n${list(graph.nodes.map((n) => quantLayer(n).encode(n)))}\n  ]`,
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
