/** A model from bytes or from a network spec: what every other call of the public API starts from. */
import { refuseForeign } from '../frontend/foreign-format.js';
import { readNetwork } from '../frontend/read-network.js';
import { classesOf, withData } from '../ir/dataset.js';
import type { Graph, Shape } from '../ir/graph.js';
import { stemOf } from '../ir/network-name.js';
import { withPreprocessing } from '../ir/preprocess.js';

export interface Model {
  /** For headers of generated files; a file's name, usually. */
  readonly name: string;
  readonly graph: Graph;
  /** The model as ONNX, self-contained. */
  readonly onnx: Uint8Array;
  /** The file itself, where it was TFLite. */
  readonly tflite?: Uint8Array;
}

export interface ModelOptions {
  readonly name?: string;
  /**
   * What modules, memories and files of the design begin with, so that several networks live in one: letters, digits,
   * underscores. The name of the file where absent, and without one, what the model says.
   */
  readonly top?: string;
  /** Of the weights, for a spec; 1 where absent. */
  readonly seed?: number;
  /** real = (pixel - mean) / std, for all channels or one each; both are in place of what the model says. */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

/**
 * @param source bytes of an ONNX or TFLite file, or a network spec (schemas/network-spec.schema.json)
 * Errors: BLN1xx for what is no model, BLN2xx for what is not supported.
 */
export function readModel(source: Uint8Array | object, options: ModelOptions = {}): Model {
  const { name, seed = 1, mean, std } = options;
  const isFile = source instanceof Uint8Array;
  if (isFile) refuseForeign(source);
  const top = options.top ?? (isFile && name ? stemOf(name) : undefined);
  const { graph, ...files } = readNetwork(source, { seed, top });
  const stated = withData(withPreprocessing(graph, mean, std), { classes: classesOf(graph.metadata) });
  return { name: name ?? 'model', graph: stated, ...files };
}

/** Shape of the model's input; an image is that many bytes, channel-major. */
export const inputShape = (model: Pick<Model, 'graph'>): Shape =>
  model.graph.shapes.get(model.graph.input) as Shape;
