/** One row per layer of a network: what `inspect` prints. */
import { formatShape, type Graph, type GraphNote, type Shape } from '../ir/graph.js';
import { type QuantGraph, tensorOf } from '../ir/quant-graph.js';
import { floatLayer, quantLayer } from '../layers/index.js';

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

/** Parameters and MACs of a float graph, as the literature counts them. */
export function floatLayers(graph: Graph): LayerTable {
  const layers = graph.nodes.map((n) => {
    const output = graph.shapes.get(n.output) as Shape;
    const layer = floatLayer(n);
    return {
      name: n.name,
      op: layer.title(n),
      output: formatShape(output),
      ...layer.count(n, output),
      bits: null,
      accumulatorBits: null,
    };
  });
  return tableOf(graph.name, graph.shapes.get(graph.input) as Shape, layers, graph.notes ?? []);
}

/** The same of a quantized graph; parameters are weights and biases. Notes are those of its manifest. */
export function quantizedLayers(graph: QuantGraph, notes: readonly GraphNote[] = []): LayerTable {
  const layers = graph.nodes.map((n) => {
    const y = tensorOf(graph, n.output);
    const layer = quantLayer(n);
    return {
      name: n.name,
      op: layer.title(n),
      output: formatShape(y.shape),
      ...layer.count(n, y.shape),
      bits: y.bits,
      accumulatorBits: layer.accumulatorBits(n),
    };
  });
  return tableOf(graph.name, tensorOf(graph, graph.input).shape, layers, notes);
}
