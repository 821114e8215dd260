/**
 * Integer reference: runs a quantized graph on one image, exactly as the hardware must. What the layers' `reference` say
 * is the one specification that the RTL and the HLS code are compared with.
 *
 * Int16Array are kept in Int16Array (8-bit formats of either sign fit), pixels in raster order, channels innermost.
 * Products with a multiplier stay below 2^53, so double arithmetic is exact.
 */
import { sizeOf } from '../ir/graph.js';
import { type QuantGraph, type QuantNode, tensorsOf } from '../ir/quant-graph.js';
import { quantLayer } from '../layers/index.js';

/** Runs a quantized graph, one image after the other. */
export interface Executor {
  /**
   * Quantized input in raster order, channels innermost; returns the output tensors, one behind the other, to be copied
   * before the next run.
   */
  run(input: ArrayLike<number>): Int16Array;
  /** A tensor's values after `run`. */
  valuesOf(name: string): Int16Array;
}

/** The output tensors after a run: the sole one itself, several in a row. */
export function outputValues(graph: QuantGraph, executor: Pick<Executor, 'valuesOf'>): Int16Array {
  const values = graph.outputs.map((t) => executor.valuesOf(t));
  if (values.length === 1) return values[0];
  const all = new Int16Array(values.reduce((sum, v) => sum + v.length, 0));
  let at = 0;
  for (const v of values) {
    all.set(v, at);
    at += v.length;
  }
  return all;
}

/** Prepared once, run on many images; buffers are reused, so copy what you keep. */
export class IntegerExecutor implements Executor {
  private readonly values = new Map<string, Int16Array>();
  private readonly steps: (() => void)[];

  constructor(private readonly graph: QuantGraph) {
    for (const [name, t] of graph.tensors) this.values.set(name, new Int16Array(sizeOf(t.shape)));
    this.steps = graph.nodes.map((n) => this.prepare(n));
  }

  run(input: ArrayLike<number>): Int16Array {
    this.valuesOf(this.graph.input).set(input);
    for (const step of this.steps) step();
    return outputValues(this.graph, this);
  }

  /** A tensor's values after `run`. */
  valuesOf(name: string): Int16Array {
    return this.values.get(name) as Int16Array;
  }

  private prepare(node: QuantNode): () => void {
    const run = quantLayer(node).reference(node, tensorsOf(this.graph, node));
    const inputs = node.inputs.map((name) => this.valuesOf(name));
    const output = this.valuesOf(node.output);
    return () => run(inputs, output);
  }
}
