/** The float graph as stable text, one line a node, for people, logs and golden files. Weights are left out. */
import { formatShape, type Graph, type GraphNode, type Shape, type WindowShape } from './graph.js';

function windowText(w: WindowShape): string {
  const { top, left, bottom, right } = w.pads;
  const pads = [top, left, bottom, right];
  return `k${w.kernel} s${w.stride} p${pads.every((p) => p === top) ? top : pads.join(',')}`;
}

function parameters(n: GraphNode): string {
  switch (n.op) {
    case 'conv':
      return `${windowText(n)} g${n.groups}${n.bias ? ' bias' : ''}`;
    case 'clamp':
      return `${n.min}..${n.max}`;
    case 'upsample':
      return `x${n.factor}`;
    case 'maxPool':
    case 'avgPool':
      return windowText(n);
    case 'batchNorm':
    case 'add':
    case 'globalAvgPool':
      return '';
  }
}

/** `name = op(inputs) parameters : CxHxW`, with `-> tensor` where the tensor is not called like the node. */
export function printNode(n: GraphNode, shape: Shape): string {
  const text = [`${n.op}(${n.inputs.join(', ')})`, parameters(n)].filter(Boolean).join(' ');
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
    `output ${graph.output} : ${formatShape(shape(graph.output))}`,
    '',
  ].join('\n');
}
