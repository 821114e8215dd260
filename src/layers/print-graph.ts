/** The float graph as stable text, one line a node, for people, logs and golden files. Weights are left out. */
import { formatShape, type Graph, type GraphNode, type Shape } from '../ir/graph.js';
import { floatLayer } from './index.js';

/** `name = op(inputs) parameters : CxHxW`, with `-> tensor` where the tensor is not called like the node. */
function printNode(n: GraphNode, shape: Shape): string {
  const text = [`${n.op}(${n.inputs.join(', ')})`, floatLayer(n).print(n)].filter(Boolean).join(' ');
  const tensor = n.output === n.name ? '' : ` -> ${n.output}`;
  return `${n.name} = ${text}${tensor} : ${formatShape(shape)}`;
}

export function printGraph(graph: Graph): string {
  const shape = (t: string) => graph.shapes.get(t) as Shape;
  return [
    `graph ${graph.name}`,
    ...Object.keys(graph.metadata)
      .sort()
      .map((k) => `meta ${k} = ${graph.metadata[k]}`),
    `input ${graph.input} : ${formatShape(shape(graph.input))}`,
    ...graph.nodes.map((n) => printNode(n, shape(n.output))),
    ...graph.outputs.map((t) => `output ${t} : ${formatShape(shape(t))}`),
    '',
  ].join('\n');
}
