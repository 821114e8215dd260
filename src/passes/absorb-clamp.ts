/**
 * Float graph → layers: pairs every operation with the activation behind it, because in hardware the clamp of the
 * requantizer is the activation. What has no requantizer of its own gets an identity depthwise layer.
 */
import type { ClampOp, ConvOp, Graph, GraphNode, Shape } from '../ir/graph.js';
import { NO_PADS } from '../ir/graph.js';

/** Operation plus activation; `output` is the tensor behind the activation. */
export interface Layer {
  readonly node: GraphNode;
  readonly output: string;
  readonly clamp: { readonly min: number; readonly max: number };
}

const LINEAR = { min: -Infinity, max: Infinity };
/** Operations whose requantizer can clamp. */
const CLAMPS = new Set(['conv', 'add', 'globalAvgPool']);

/** 1x1 depthwise convolution with unit weights. */
export const identityConv = (channels: number): ConvOp => ({
  op: 'conv',
  kernel: 1,
  stride: 1,
  pads: NO_PADS,
  groups: channels,
  outChannels: channels,
  weights: new Float32Array(channels).fill(1),
  bias: null,
});

/** Average pooling is a depthwise convolution with equal weights. */
function averageAsConv(node: GraphNode & { op: 'avgPool' }, input: Shape): GraphNode {
  const { kernel, stride, pads, name, inputs, output } = node;
  const weights = new Float32Array(input.channels * kernel * kernel).fill(1 / (kernel * kernel));
  const conv: ConvOp = {
    ...identityConv(input.channels),
    kernel,
    stride,
    pads,
    weights,
  };
  return { ...conv, name, inputs, output };
}

export function absorbClamp(graph: Graph): Layer[] {
  const uses = new Map<string, number>([[graph.output, 1]]);
  for (const node of graph.nodes) for (const i of node.inputs) uses.set(i, (uses.get(i) ?? 0) + 1);

  const layers: Layer[] = [];
  const producer = new Map<string, number>();
  const emit = (layer: Layer): void => {
    producer.set(layer.output, layers.length);
    layers.push(layer);
  };
  for (const node of graph.nodes) {
    if (node.op !== 'clamp') {
      const shape = graph.shapes.get(node.inputs[0] as string) as Shape;
      emit({
        node: node.op === 'avgPool' ? averageAsConv(node, shape) : node,
        output: node.output,
        clamp: LINEAR,
      });
      continue;
    }
    const input = node.inputs[0] as string;
    const at = producer.get(input);
    const before = at === undefined ? undefined : layers[at];
    if (at !== undefined && before && CLAMPS.has(before.node.op) && uses.get(input) === 1) {
      const clamp = tighten(before.clamp, node);
      layers[at] = { ...before, output: node.output, clamp };
      producer.set(node.output, at);
    } else {
      const shape = graph.shapes.get(input) as Shape;
      const conv: GraphNode = {
        ...identityConv(shape.channels),
        name: node.name,
        inputs: node.inputs,
        output: node.output,
      };
      emit({ node: conv, output: node.output, clamp: { min: node.min, max: node.max } });
    }
  }
  return layers;
}

const tighten = (a: { min: number; max: number }, b: ClampOp): { min: number; max: number } => ({
  min: Math.max(a.min, b.min),
  max: Math.min(a.max, b.max),
});
