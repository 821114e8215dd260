/**
 * The quantized graph as JSON and back, exactly: what a build folder keeps so that simulation and verification need
 * neither the calibration images nor the float model. Each operation writes and reads its own nodes.
 */
import { BlnetError } from '../diagnostics.js';
import type { QuantGraph, QuantNode, QuantTensor } from '../ir/quant-graph.js';
import { describeValue, validate } from '../schema/validate.js';
import { NETWORK_SCHEMA, type NetworkDocument } from './document-schemas.js';
import { quantLayer } from './index.js';
import type { Json } from './layer-kind.js';

const AGAIN = 'compile the model again into this folder';
const FORMAT = NETWORK_SCHEMA.properties.format.const;

/** The schema has seen that the operation is one that becomes hardware. */
const decodeNode = (n: NetworkDocument['nodes'][number]): QuantNode =>
  quantLayer(n as QuantNode).decode(n as unknown as Json) as QuantNode;

/** One node or tensor a line, so that two versions of a network can be compared as text. */
export function serializeQuantGraph(graph: QuantGraph): string {
  const { name, input, outputs, metadata } = graph;
  // One output is written as it always was.
  const output = outputs.length === 1 ? outputs[0] : outputs;
  const list = (items: readonly unknown[]) => items.map((item) => `    ${JSON.stringify(item)}`).join(',\n');
  return [
    '{',
    `  "format": ${FORMAT},`,
    `  "name": ${JSON.stringify(name)},`,
    `  "input": ${JSON.stringify(input)},`,
    `  "output": ${JSON.stringify(output)},`,
    `  "metadata": ${JSON.stringify(metadata)},`,
    ...(graph.host ? [`  "host": ${JSON.stringify(graph.host)},`] : []),
    `  "tensors": [\n${list([...graph.tensors.values()])}\n  ],`,
    `  "nodes": [\n${list(graph.nodes.map((n) => quantLayer(n).encode(n)))}\n  ]`,
    '}\n',
  ].join('\n');
}

/** Errors: BLN303 for anything that this version did not write. `where` names the file. */
export function deserializeQuantGraph(text: string, where: string): QuantGraph {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new BlnetError('BLN303', { where, found, hint: AGAIN });
  }
  const format = (document as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format !== FORMAT) {
    const found = `format ${format} of the quantized network, this version reads ${FORMAT}`;
    throw new BlnetError('BLN303', { where, found, hint: AGAIN });
  }
  const o = validate(NETWORK_SCHEMA, document, { where, code: 'BLN303', hint: AGAIN });
  const tensors = new Map<string, QuantTensor>();
  for (const t of o.tensors) {
    if (tensors.has(t.name)) {
      const found = `two tensors named ${describeValue(t.name)}`;
      throw new BlnetError('BLN303', { where, found, hint: AGAIN });
    }
    tensors.set(t.name, t);
  }
  const { name, input, output, metadata } = o;
  const outputs = typeof output === 'string' ? [output] : output;
  const host = o.host ? { host: o.host } : {};
  return { name, input, outputs, metadata, tensors, nodes: o.nodes.map(decodeNode), ...host };
}
