/** Parameters and multiply-accumulates of a float graph, counted as the literature (and PyTorch) does. */
import { type Graph, type GraphNode, type Shape, sizeOf } from './graph.js';

export interface Count {
  /** Weights and biases of convolutions, scale and shift of batch norms. */
  readonly parameters: number;
  /** Multiply-accumulates of convolutions for one image; padding counts, biases and batch norms do not. */
  readonly macs: number;
}

/** `output` is the shape of the node's output. */
export function countNode(n: GraphNode, output: Shape): Count {
  switch (n.op) {
    case 'conv':
      return {
        parameters: n.weights.length + (n.bias?.length ?? 0),
        macs: (n.weights.length / n.outChannels) * sizeOf(output),
      };
    case 'batchNorm':
      return { parameters: n.scale.length + n.shift.length, macs: 0 };
    default:
      return { parameters: 0, macs: 0 };
  }
}

export interface GraphCount extends Count {
  /** By node name, in graph order. */
  readonly nodes: ReadonlyMap<string, Count>;
}

export function countGraph(graph: Graph): GraphCount {
  const nodes = new Map(graph.nodes.map((n) => [n.name, countNode(n, graph.shapes.get(n.output) as Shape)]));
  const total = (key: keyof Count) => [...nodes.values()].reduce((sum, c) => sum + c[key], 0);
  return { parameters: total('parameters'), macs: total('macs'), nodes };
}
