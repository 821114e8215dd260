/** Hand-made ONNX models for tests: nodes and constants in, bytes out. */
import {
  ATTRIBUTE_TYPE,
  type AttributeMessage,
  DATA_TYPE,
  encodeModel,
  type ModelMessage,
  type NodeMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from '../../src/frontend/onnx/onnx-proto.js';

/** `[ints]`, 'keyword', integer or `{ float }`; the attribute's type follows from the value. */
export type AttributeValue =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: number[] };

function attribute(name: string, v: AttributeValue): AttributeMessage {
  if (typeof v === 'number') return { name, type: ATTRIBUTE_TYPE.int, i: v };
  if (typeof v === 'string') return { name, type: ATTRIBUTE_TYPE.string, s: new TextEncoder().encode(v) };
  if ('float' in v) return { name, type: ATTRIBUTE_TYPE.float, f: v.float };
  if ('floats' in v) return { name, type: ATTRIBUTE_TYPE.floats, floats: v.floats };
  return { name, type: ATTRIBUTE_TYPE.ints, ints: [...v] };
}

export const node = (
  opType: string,
  input: readonly string[],
  output: string,
  attributes: Readonly<Record<string, AttributeValue>> = {},
): NodeMessage => ({
  opType,
  name: `${opType}_${output}`,
  input: [...input],
  output: [output],
  attribute: Object.entries(attributes).map(([name, v]) => attribute(name, v)),
});

export const floats = (name: string, dims: readonly number[], values?: readonly number[]): TensorMessage => ({
  name,
  dims: [...dims],
  dataType: DATA_TYPE.float,
  floatData: [...(values ?? Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => (i % 7) - 3))],
});

export const int64s = (
  name: string,
  values: readonly number[],
  dims: readonly number[] = [values.length],
): TensorMessage => ({
  name,
  dims: [...dims],
  dataType: DATA_TYPE.int64,
  int64Data: [...values],
});

/** A scalar with `dims` []. */
export const int8s = (name: string, dims: readonly number[], values: readonly number[]): TensorMessage => ({
  name,
  dims: [...dims],
  dataType: DATA_TYPE.int8,
  int32Data: [...values],
});

export const value = (
  name: string,
  dims: readonly (number | string)[] | null,
  elemType: number = DATA_TYPE.float,
): ValueInfoMessage => ({
  name,
  type: {
    tensorType: {
      elemType,
      ...(dims
        ? { shape: { dim: dims.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d })) } }
        : {}),
    },
  },
});

export interface ModelOptions {
  readonly opset?: number;
  readonly input?: readonly (number | string)[];
  readonly output?: string;
  readonly outputDims?: readonly (number | string)[];
  readonly patch?: (m: ModelMessage) => void;
}

/** Input `x` (N x 4 x 6 x 6 unless told), output `y`. */
export function onnxModel(
  nodes: readonly NodeMessage[],
  constants: readonly TensorMessage[] = [],
  o: ModelOptions = {},
): Uint8Array {
  const message: ModelMessage = {
    irVersion: 7,
    opsetImport: [{ domain: '', version: o.opset ?? 13 }],
    graph: {
      name: 'test',
      node: [...nodes],
      initializer: [...constants],
      input: [value('x', o.input ?? ['N', 4, 6, 6])],
      output: [value(o.output ?? 'y', o.outputDims ?? null)],
    },
  };
  o.patch?.(message);
  return encodeModel(message);
}
