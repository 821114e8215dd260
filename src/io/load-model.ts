/** A model file of any kind as a float graph: ONNX, TFLite, or a network spec with seeded weights. */
import { basename } from 'node:path';
import { refuseForeign } from '../frontend/foreign-format.js';
import { embedExternal } from '../frontend/onnx/embed-external.js';
import { type Network, readNetwork } from '../frontend/read-network.js';
import { isTflite } from '../frontend/tflite/read-tflite.js';
import { stemOf } from '../ir/network-name.js';
import { externalReader } from './external-data.js';
import { readBytes, readJson } from './files.js';

export interface LoadedModel extends Network {
  /** File name without folders. */
  readonly name: string;
}

/**
 * The network is called `top`, or else as its file is; a spec says its name itself.
 * Errors: BLN301, BLN101 and those of the frontends.
 */
export function loadModel(path: string, seed = 1, top?: string): LoadedModel {
  const name = basename(path);
  if (path.endsWith('.json')) return { ...readNetwork(readJson(path), { seed, top }), name };
  const bytes = readBytes(path, 'modelBytes');
  refuseForeign(bytes);
  const asTflite = path.endsWith('.tflite') || isTflite(bytes);
  const whole = asTflite ? bytes : embedExternal(bytes, externalReader(path));
  return { ...readNetwork(whole, { seed, top: top ?? stemOf(name), asTflite }), name };
}
