/**
 * Float graph → layers: pairs every operation with the activation behind it, because in hardware the clamp of the
 * requantizer is the activation. What becomes no hardware by itself, an activation behind something that has no
 * requantizer for instance, is replaced by what stands in for it.
 */
import type { Graph, GraphNode, Shape } from '../ir/graph.js';
import { floatLayer, hardwareOf } from '../layers/index.js';
import { type Activation, LINEAR } from '../layers/layer-kind.js';

/** Operation plus activation; `output` is the tensor behind the activation. */
export interface Layer {
  readonly node: GraphNode;
  readonly output: string;
  readonly clamp: Activation;
}

/** One activation after another, also where their ranges do not meet: then both ends are the nearer end of the second. */
const tighten = (a: Activation, b: Activation): Activation => ({
  min: Math.min(Math.max(a.min, b.min), b.max),
  max: Math.max(Math.min(a.max, b.max), b.min),
});

/** Whether the requantizer of a layer can do what is behind it. */
const activates = (node: GraphNode): boolean => {
  const hardware = hardwareOf(node);
  return 'activates' in hardware && hardware.activates;
};

export function absorbClamp(graph: Graph): Layer[] {
  const uses = new Map<string, number>(graph.outputs.map((t) => [t, 1]));
  for (const node of graph.nodes) for (const i of node.inputs) uses.set(i, (uses.get(i) ?? 0) + 1);

  const layers: Layer[] = [];
  const producer = new Map<string, number>();
  const emit = (layer: Layer): void => {
    producer.set(layer.output, layers.length);
    layers.push(layer);
  };
  for (const node of graph.nodes) {
    const [input] = node.inputs;
    const { name, inputs, output } = node;
    const activation = floatLayer(node).activation(node);
    const at = activation ? producer.get(input) : undefined;
    if (activation && at !== undefined && activates(layers[at].node) && uses.get(input) === 1) {
      layers[at] = { ...layers[at], output, clamp: tighten(layers[at].clamp, activation) };
      producer.set(output, at);
      continue;
    }
    const hardware = hardwareOf(node);
    if ('standIn' in hardware) {
      const other = hardware.standIn(node, graph.shapes.get(input) as Shape);
      emit({ node: { ...other.op, name, inputs, output }, output, clamp: other.activation });
    } else emit({ node, output, clamp: LINEAR });
  }
  return layers;
}
