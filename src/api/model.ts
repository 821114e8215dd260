/** A model from bytes or from a network spec: what every other call of the public API starts from. */
import { refuseForeign } from '../frontend/foreign-format.js';
import { importOnnx } from '../frontend/onnx/import-onnx.js';
import { writeOnnx } from '../frontend/onnx/write-onnx.js';
import { buildGraph } from '../frontend/spec/build-graph.js';
import { parseNetworkSpec } from '../frontend/spec/network-spec.js';
import { importTflite } from '../frontend/tflite/import-tflite.js';
import { isTflite } from '../frontend/tflite/read-tflite.js';
import { classesOf, withData } from '../ir/dataset.js';
import type { Graph, Shape } from '../ir/graph.js';
import { stemOf, withName } from '../ir/network-name.js';
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
  const isFile = source instanceof Uint8Array;
  const top = options.top ?? (isFile && options.name ? stemOf(options.name) : undefined);
  const isIntegers = isFile && isTflite(source);
  const named = withName(graphOf(source, options), top);
  return {
    name: options.name ?? 'model',
    graph: withData(withPreprocessing(named, options.mean, options.std), {
      classes: classesOf(named.metadata),
    }),
    onnx: isFile && !isIntegers ? source : writeOnnx(named),
    ...(isIntegers ? { tflite: source } : {}),
  };
}

function graphOf(source: Uint8Array | object, { seed = 1 }: ModelOptions): Graph {
  if (!(source instanceof Uint8Array)) return buildGraph(parseNetworkSpec(source), seed);
  refuseForeign(source);
  return isTflite(source) ? importTflite(source) : importOnnx(source);
}

/** Shape of the model's input; an image is that many bytes, channel-major. */
export const inputShape = (model: Pick<Model, 'graph'>): Shape =>
  model.graph.shapes.get(model.graph.input) as Shape;
