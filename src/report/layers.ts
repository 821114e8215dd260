/** One row per layer of a network: what `inspect` prints. */
import { countGraph } from '../ir/count.js';
import { formatShape, type Graph, type GraphNote, type Shape } from '../ir/graph.js';
import type { QuantGraph } from '../ir/quant-graph.js';

export interface LayerRow {
  readonly name: string;
  readonly op: string;
  /** CxHxW. */
  readonly output: string;
  readonly parameters: number;
  readonly macs: number;
  /** Bits of the output's elements; null in a float graph. */
  readonly bits: number | null;
  readonly accumulatorBits: number | null;
}

export interface LayerTable {
  readonly name: string;
  readonly input: string;
  readonly layers: readonly LayerRow[];
  readonly parameters: number;
  readonly macs: number;
  /** What the frontend rewrote, assumed or left to the host. */
  readonly notes: readonly GraphNote[];
}

const total = (layers: readonly LayerRow[], key: 'parameters' | 'macs'): number =>
  layers.reduce((sum, l) => sum + l[key], 0);

const tableOf = (
  name: string,
  input: Shape,
  layers: readonly LayerRow[],
  notes: readonly GraphNote[],
): LayerTable => ({
  name,
  input: formatShape(input),
  layers,
  parameters: total(layers, 'parameters'),
  macs: total(layers, 'macs'),
  notes,
});

const convName = (op: string, groups: number, kernel: number): string =>
  groups > 1 ? `depthwise ${kernel}x${kernel}` : kernel === 1 ? 'pointwise' : `${op} ${kernel}x${kernel}`;

/** Parameters and MACs of a float graph, as the literature counts them (`ir/count.ts`). */
export function floatLayers(graph: Graph): LayerTable {
  const counts = countGraph(graph).nodes;
  const layers = graph.nodes.map((n) => ({
    name: n.name,
    op: n.op === 'conv' ? convName('conv', n.groups, n.kernel) : n.op,
    output: formatShape(graph.shapes.get(n.output) as Shape),
    parameters: counts.get(n.name)?.parameters ?? 0,
    macs: counts.get(n.name)?.macs ?? 0,
    bits: null,
    accumulatorBits: null,
  }));
  return tableOf(graph.name, graph.shapes.get(graph.input) as Shape, layers, graph.notes ?? []);
}

/** The same of a quantized graph; parameters are weights and biases. Notes are those of its manifest. */
export function quantizedLayers(graph: QuantGraph, notes: readonly GraphNote[] = []): LayerTable {
  const layers = graph.nodes.map((n) => {
    const y = graph.tensors.get(n.output) as { bits: number; shape: Shape };
    const isConv = n.op === 'conv';
    const perOutput = isConv ? n.weights.length / y.shape.channels : 0;
    return {
      name: n.name,
      op: isConv ? convName('conv', n.groups, n.kernel) : n.op,
      output: formatShape(y.shape),
      parameters: isConv ? n.weights.length + n.bias.length : 0,
      macs: perOutput * y.shape.channels * y.shape.height * y.shape.width,
      bits: y.bits,
      accumulatorBits: isConv || n.op === 'globalAvgPool' ? n.accBits : null,
    };
  });
  const input = graph.tensors.get(graph.input) as { shape: Shape };
  return tableOf(graph.name, input.shape, layers, notes);
}
