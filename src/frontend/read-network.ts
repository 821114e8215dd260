/** A network in memory, whatever it came as: what files and the public API read alike. */
import type { Graph } from '../ir/graph.js';
import { withName } from '../ir/network-name.js';
import { importOnnx } from './onnx/import-onnx.js';
import { writeOnnx } from './onnx/write-onnx.js';
import { buildGraph } from './spec/build-graph.js';
import { parseNetworkSpec } from './spec/network-spec.js';
import { importTflite } from './tflite/import-tflite.js';
import { isTflite } from './tflite/read-tflite.js';

export interface Network {
  readonly graph: Graph;
  /** ONNX bytes, self-contained: the file's own, those of the seeded network, or the reals that a TFLite file's integers stand for. */
  readonly onnx: Uint8Array;
  /** The file itself, where it is TFLite. */
  readonly tflite?: Uint8Array;
}

export interface NetworkOptions {
  /** Of the weights, for a spec. */
  readonly seed: number;
  /** What the network is called; what it says itself where absent. */
  readonly top: string | undefined;
  /** Where bytes are said to be TFLite; by their identifier where absent. */
  readonly asTflite?: boolean;
}

/**
 * @param source bytes of an ONNX file that holds all its data or of a TFLite file, or a network spec
 * Errors: those of the frontends. Foreign formats are refused by whoever has the bytes first.
 */
export function readNetwork(source: unknown, { seed, top, asTflite }: NetworkOptions): Network {
  if (!(source instanceof Uint8Array)) {
    const graph = withName(buildGraph(parseNetworkSpec(source), seed), top);
    return { graph, onnx: writeOnnx(graph) };
  }
  if (asTflite ?? isTflite(source)) {
    const graph = withName(importTflite(source), top);
    return { graph, onnx: writeOnnx(graph), tflite: source };
  }
  return { graph: withName(importOnnx(source), top), onnx: source };
}
