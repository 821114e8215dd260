/**
 * Float pass: batch norms disappear. One behind a convolution goes into its weights and bias; any other becomes a
 * depthwise 1x1 convolution, so that later passes know convolutions only.
 */
import { type BatchNormOp, type ConvOp, type Graph, type GraphNode, NO_PADS } from '../ir/graph.js';
import { verifyGraph } from '../ir/verify-graph.js';

/** scale * (w x + b) + shift = (scale w) x + (scale b + shift), per output channel, in double precision. */
function folded(conv: ConvOp, norm: BatchNormOp): ConvOp {
  const perOutput = conv.weights.length / conv.outChannels;
  const { scale, shift } = norm;
  const weights = conv.weights.map((w, i) => w * (scale[Math.floor(i / perOutput)] as number));
  const bias = shift.map((s, o) => s + (scale[o] as number) * (conv.bias?.[o] ?? 0));
  const { stored: _, ...real } = conv; // its integers were those of the weights before
  return { ...real, weights, bias };
}

const asDepthwise = (norm: BatchNormOp): ConvOp => ({
  op: 'conv',
  groups: norm.scale.length,
  outChannels: norm.scale.length,
  kernel: 1,
  stride: 1,
  pads: NO_PADS,
  weights: norm.scale,
  bias: norm.shift,
});

/**
 * A graph without batchNorm that computes the same. A folded convolution keeps its name and place and takes over
 * the batch norm's output tensor; the tensor in between is gone.
 */
export function foldBatchNorm(graph: Graph): Graph {
  const uses = new Map<string, number>([[graph.output, 1]]);
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
    if (n.op !== 'batchNorm') {
      emit(n);
      continue;
    }
    const [input] = n.inputs as [string];
    const at = producers.get(input);
    const producer = at === undefined ? undefined : nodes[at];
    if (at !== undefined && producer?.op === 'conv' && uses.get(input) === 1) {
      nodes[at] = { ...folded(producer, n), name: producer.name, inputs: producer.inputs, output: n.output };
      producers.set(n.output, at);
      shapes.delete(input);
    } else {
      emit({ ...asDepthwise(n), name: n.name, inputs: n.inputs, output: n.output });
    }
  }
  return verifyGraph({ ...graph, nodes, shapes });
}
