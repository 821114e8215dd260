/**
 * Float graph → layers: pairs every operation with the activation behind it, because in hardware the clamp of the
 * requantizer is the activation, or a table behind it. What becomes no hardware by itself, a clamp behind something that
 * has no requantizer for instance, is replaced by what stands in for it.
 */
import type { Graph, GraphNode, Shape } from '../ir/graph.js';
import { floatLayer, hardwareOf } from '../layers/index.js';
import { type Activation, LINEAR, type Tabulated } from '../layers/layer-kind.js';

/** Operation plus activation; `output` is the tensor behind the activation. */
export interface Layer {
  readonly node: GraphNode;
  readonly output: string;
  /** In front of the table, where there is one. */
  readonly clamp: Activation;
  readonly table: (Tabulated & { readonly input: string; readonly clamp: Activation }) | null;
}

/** Tensors that get a number format: every layer's output, and what is in front of a table. */
export const formattedTensors = (layers: readonly Layer[]): string[] =>
  layers.flatMap((l) => (l.table ? [l.table.input, l.output] : [l.output]));

/** One activation after another, also where their ranges do not meet: then both ends are the nearer end of the second. */
const tighten = (a: Activation, b: Activation): Activation => ({
  min: Math.min(Math.max(a.min, b.min), b.max),
  max: Math.max(Math.min(a.max, b.max), b.min),
});

const activates = (node: GraphNode): 'none' | 'clamp' | 'clamp or table' => {
  const hardware = hardwareOf(node);
  return 'activates' in hardware ? hardware.activates : 'none';
};

/** The layer with what is behind it; null where it cannot do that. */
function absorbed(layer: Layer, { output, ...node }: GraphNode): Layer | null {
  const kind = activates(layer.node);
  const activation = floatLayer(node).activation(node);
  if (activation && kind !== 'none') {
    const { table } = layer;
    return table
      ? { ...layer, output, table: { ...table, clamp: tighten(table.clamp, activation) } }
      : { ...layer, output, clamp: tighten(layer.clamp, activation) };
  }
  const tabulated = floatLayer(node).tabulated(node);
  if (tabulated && kind === 'clamp or table' && !layer.table)
    return { ...layer, output, table: { ...tabulated, input: layer.output, clamp: LINEAR } };
  return null;
}

export function absorbActivation(graph: Graph): Layer[] {
  const uses = new Map<string, number>(graph.outputs.map((t) => [t, 1]));
  for (const node of graph.nodes) for (const i of node.inputs) uses.set(i, (uses.get(i) ?? 0) + 1);

  const layers: Layer[] = [];
  const producer = new Map<string, number>();
  const emit = (node: GraphNode, clamp: Activation): void => {
    producer.set(node.output, layers.length);
    layers.push({ node, output: node.output, clamp, table: null });
  };
  for (const node of graph.nodes) {
    const [input] = node.inputs;
    const { name, inputs, output } = node;
    const at = uses.get(input) === 1 ? producer.get(input) : undefined;
    const whole = at === undefined ? null : absorbed(layers[at], node);
    if (at !== undefined && whole) {
      layers[at] = whole;
      producer.set(output, at);
      continue;
    }
    const hardware = hardwareOf(node);
    if ('standIn' in hardware) {
      const other = hardware.standIn(node, graph.shapes.get(input) as Shape);
      emit({ ...other.op, name, inputs, output }, other.activation);
    } else emit(node, LINEAR);
  }
  return layers;
}
