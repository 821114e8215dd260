/** Parameters and multiply-accumulates of a float graph, counted as the literature (and PyTorch) does. */
import type { Graph, Shape } from '../ir/graph.js';
import { floatLayer } from './index.js';
import type { Count } from './layer-kind.js';

export interface GraphCount extends Count {
  /** By node name, in graph order. */
  readonly nodes: ReadonlyMap<string, Count>;
}

export function countGraph(graph: Graph): GraphCount {
  const nodes = new Map(
    graph.nodes.map((n) => [n.name, floatLayer(n).count(n, graph.shapes.get(n.output) as Shape)]),
  );
  const total = (key: keyof Count) => [...nodes.values()].reduce((sum, c) => sum + c[key], 0);
  return { parameters: total('parameters'), macs: total('macs'), nodes };
}
