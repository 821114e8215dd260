/** A network under other names: the same layers, each node, tensor and the network itself called what a test wants. */
import type { Folding, FoldingPlan } from '../../src/ir/folding.js';
import type { QuantGraph, QuantNode } from '../../src/ir/quant-graph.js';

/** `nameOf` gets the old name of a node; its output tensor is called the same. Names must differ. */
export function renamed(graph: QuantGraph, name: string, nameOf: (node: string, index: number) => string) {
  const nodes = new Map(graph.nodes.map((n, i) => [n.name, nameOf(n.name, i)]));
  const tensors = new Map(graph.nodes.map((n) => [n.output, nodes.get(n.name) as string]));
  const tensor = (t: string): string => tensors.get(t) ?? t;
  return {
    ...graph,
    name,
    outputs: graph.outputs.map(tensor),
    nodes: graph.nodes.map(
      (n): QuantNode => ({
        ...n,
        name: nodes.get(n.name) as string,
        inputs: n.inputs.map(tensor),
        output: tensor(n.output),
      }),
    ),
    tensors: new Map([...graph.tensors].map(([t, facts]) => [tensor(t), { ...facts, name: tensor(t) }])),
  } satisfies QuantGraph;
}

/** The folding plan of the renamed network; both graphs list their nodes in one order. */
export const renamedPlan = (plan: FoldingPlan, from: QuantGraph, to: QuantGraph): FoldingPlan =>
  new Map(from.nodes.map((n, i) => [to.nodes[i]?.name, plan.get(n.name) as Folding]));
