/**
 * Float pass: batch norms disappear. What only scales and shifts channels goes into the weights of the operation in
 * front where that can take it; any other becomes a depthwise 1x1 convolution, so that later passes know
 * convolutions only.
 */
import type { Graph, GraphNode, Shape } from '../ir/graph.js';
import { floatLayer, hardwareOf } from '../layers/index.js';
import { verifyGraph } from '../layers/verify-graph.js';

/**
 * A graph without batchNorm that computes the same. A folded convolution keeps its name and place and takes over
 * the batch norm's output tensor; the tensor in between is gone.
 */
export function foldBatchNorm(graph: Graph): Graph {
  const uses = new Map<string, number>(graph.outputs.map((t) => [t, 1]));
  for (const t of graph.nodes.flatMap((n) => n.inputs)) uses.set(t, (uses.get(t) ?? 0) + 1);
  const nodes: GraphNode[] = [];
  /** By tensor: index of the node that makes it. */
  const producers = new Map<string, number>();
  const emit = (n: GraphNode): void => {
    producers.set(n.output, nodes.length);
    nodes.push(n);
  };
  const shapes = new Map(graph.shapes);
  for (const n of graph.nodes) {
    const affine = floatLayer(n).affine(n);
    const hardware = hardwareOf(n);
    if (!affine || !('standIn' in hardware)) {
      emit(n);
      continue;
    }
    const [input] = n.inputs;
    // A tensor with a format of its own is one that the model rounds to.
    const isFree = uses.get(input) === 1 && !graph.formats?.has(input);
    const at = isFree ? producers.get(input) : undefined;
    const producer = at === undefined ? undefined : nodes[at];
    const folded = producer ? floatLayer(producer).scaled(producer, affine) : null;
    if (at !== undefined && producer && folded) {
      nodes[at] = { ...folded, name: producer.name, inputs: producer.inputs, output: n.output };
      producers.set(n.output, at);
      shapes.delete(input);
    } else {
      const { op } = hardware.standIn(n, graph.shapes.get(input) as Shape);
      emit({ ...op, name: n.name, inputs: n.inputs, output: n.output });
    }
  }
  return verifyGraph({ ...graph, nodes, shapes });
}
