/** A model file of either kind as a float graph: ONNX, or a network spec with seeded weights. */
import { basename } from 'node:path';
import { importOnnx } from '../frontend/onnx/import-onnx.js';
import { writeOnnx } from '../frontend/onnx/write-onnx.js';
import { buildGraph } from '../frontend/spec/build-graph.js';
import { parseNetworkSpec } from '../frontend/spec/network-spec.js';
import type { Graph } from '../ir/graph.js';
import { readBytes, readJson } from './files.js';

export interface LoadedModel {
  readonly graph: Graph;
  /** ONNX bytes: the file's own, or those of the seeded network. */
  readonly onnx: Uint8Array;
  /** File name without folders. */
  readonly name: string;
}

/** Errors: BLN301, BLN101 and those of the frontends. */
export function loadModel(path: string, seed = 1): LoadedModel {
  const name = basename(path);
  if (path.endsWith('.json')) {
    const graph = buildGraph(parseNetworkSpec(readJson(path)), seed);
    return { graph, onnx: writeOnnx(graph), name };
  }
  const onnx = readBytes(path, 'modelBytes');
  return { graph: importOnnx(onnx), onnx, name };
}
