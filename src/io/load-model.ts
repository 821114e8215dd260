/** A model file of any kind as a float graph: ONNX, TFLite, or a network spec with seeded weights. */
import { basename } from 'node:path';
import { refuseForeign } from '../frontend/foreign-format.js';
import { embedExternal } from '../frontend/onnx/embed-external.js';
import { importOnnx } from '../frontend/onnx/import-onnx.js';
import { writeOnnx } from '../frontend/onnx/write-onnx.js';
import { buildGraph } from '../frontend/spec/build-graph.js';
import { parseNetworkSpec } from '../frontend/spec/network-spec.js';
import { importTflite } from '../frontend/tflite/import-tflite.js';
import { isTflite } from '../frontend/tflite/read-tflite.js';
import type { Graph } from '../ir/graph.js';
import { stemOf, withName } from '../ir/network-name.js';
import { externalReader } from './external-data.js';
import { readBytes, readJson } from './files.js';

export interface LoadedModel {
  readonly graph: Graph;
  /** ONNX bytes, self-contained: the file's own, those of the seeded network, or the reals that a TFLite file's integers stand for. */
  readonly onnx: Uint8Array;
  /** Bytes of a TFLite file, kept with the build. */
  readonly tflite?: Uint8Array;
  /** File name without folders. */
  readonly name: string;
}

/**
 * The network is called `top`, or else as its file is; a spec says its name itself.
 * Errors: BLN301, BLN101 and those of the frontends.
 */
export function loadModel(path: string, seed = 1, top?: string): LoadedModel {
  const name = basename(path);
  if (path.endsWith('.json')) {
    const graph = withName(buildGraph(parseNetworkSpec(readJson(path)), seed), top);
    return { graph, onnx: writeOnnx(graph), name };
  }
  const bytes = readBytes(path, 'modelBytes');
  refuseForeign(bytes);
  if (path.endsWith('.tflite') || isTflite(bytes)) {
    const graph = withName(importTflite(bytes), top ?? stemOf(name));
    return { graph, onnx: writeOnnx(graph), tflite: bytes, name };
  }
  const onnx = embedExternal(bytes, externalReader(path));
  return { graph: withName(importOnnx(onnx), top ?? stemOf(name)), onnx, name };
}
