/**
 * How pixels become the reals that a TFLite model sees: its normalization metadata where it has some, otherwise the
 * convention that an image's bytes are the integers of a quantized input. Ends as the keys that `ir/preprocess.ts` reads.
 */
import type { QuantFormat } from '../../ir/number-format.js';
import { FlatTable } from './flat-table.js';
import type { TfliteModel } from './read-tflite.js';

export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

// Field numbers of the public metadata schema (metadata_schema.fbs).
const MODEL_METADATA = { subgraphs: 3 } as const;
const SUBGRAPH_METADATA = { inputs: 2 } as const;
const TENSOR_METADATA = { processUnits: 4 } as const;
const PROCESS_UNIT = { type: 0, options: 1 } as const;
const NORMALIZATION = { type: 1, mean: 0, std: 1 } as const;

/** real = (pixel - mean) / std of the model's only input; undefined where the metadata is absent or says nothing of it. */
export function normalizationOf(model: TfliteModel): Normalization | undefined {
  const bytes = model.metadata.get('TFLITE_METADATA');
  if (!bytes || bytes.length < 8) return undefined;
  const [subgraph] = FlatTable.root(bytes, 'M001').tables(MODEL_METADATA.subgraphs);
  const [input] = subgraph?.tables(SUBGRAPH_METADATA.inputs) ?? [];
  const unit = input
    ?.tables(TENSOR_METADATA.processUnits)
    .find((u) => u.uint8(PROCESS_UNIT.type) === NORMALIZATION.type);
  const options = unit?.table(PROCESS_UNIT.options);
  const [mean, std] = [options?.float32s(NORMALIZATION.mean), options?.float32s(NORMALIZATION.std)];
  return mean?.length && std?.length ? { mean, std } : undefined;
}

/** The preprocessing under which pixel 0..255 is the input's integer, counted from its smallest. */
export function bytesAsIntegers(f: QuantFormat): Normalization {
  return { mean: [f.signed ? f.zeroPoint + 128 : f.zeroPoint], std: [1 / f.scale] };
}
