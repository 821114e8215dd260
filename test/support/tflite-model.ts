/** Hand-made TFLite models for tests, written with the flatbuffers library: tensors and operators in, bytes out. */
import { Builder, type Offset } from 'flatbuffers';

const TYPES = { float32: 0, float16: 1, int32: 2, uint8: 3, int64: 4, int16: 7, int8: 9 } as const;
export type TensorType = keyof typeof TYPES;
const BYTES = { float32: 4, float16: 2, int32: 4, uint8: 1, int64: 8, int16: 2, int8: 1 } as const;

export interface TestTensor {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly number[];
  readonly scales?: readonly number[];
  readonly zeroPoints?: readonly number[];
  readonly axis?: number;
  /** Given for constants; float16 as its 16 bits. */
  readonly data?: ArrayLike<number>;
}

/** Builtin code, number in the union of options, and their fields in order. */
const OPERATORS = {
  ADD: [0, 11, 'fused'],
  AVERAGE_POOL_2D: [1, 5, 'padding strideW strideH filterW filterH fused'],
  CONCATENATION: [2, 10, 'axis fused'],
  CONV_2D: [3, 1, 'padding strideW strideH fused dilationW dilationH'],
  DEPTHWISE_CONV_2D: [4, 2, 'padding strideW strideH multiplier fused dilationW dilationH'],
  DEQUANTIZE: [6, 0, ''],
  FULLY_CONNECTED: [9, 8, 'fused weightsFormat'],
  LOGISTIC: [14, 0, ''],
  MAX_POOL_2D: [17, 5, 'padding strideW strideH filterW filterH fused'],
  MUL: [18, 21, 'fused'],
  RELU: [19, 0, ''],
  TANH: [28, 0, ''],
  TRANSPOSE_CONV: [67, 49, 'padding strideW strideH'],
  LEAKY_RELU: [98, 75, 'alpha'],
  ELU: [111, 0, ''],
  RELU6: [21, 0, ''],
  RESHAPE: [22, 0, ''],
  SOFTMAX: [25, 9, 'beta'],
  CUSTOM: [32, 0, ''],
  PAD: [34, 22, ''],
  MEAN: [40, 27, 'keepDims'],
  SUB: [41, 28, 'fused'],
  RESIZE_NEAREST_NEIGHBOR: [97, 74, 'alignCorners halfPixelCenters'],
  QUANTIZE: [114, 0, ''],
  HARD_SWISH: [117, 0, ''],
  GATHER: [36, 23, 'axis'],
  SPLIT: [49, 35, 'parts'],
  STRIDED_SLICE: [45, 32, 'beginMask endMask ellipsisMask newAxisMask shrinkMask'],
  SLICE: [65, 0, ''],
  SPLIT_V: [102, 79, 'parts'],
  CONV_3D: [132, 0, ''],
} as const satisfies Record<string, readonly [number, number, string]>;
export type OperatorName = keyof typeof OPERATORS;

export interface TestOperator {
  readonly op: OperatorName;
  /** Names of tensors, '' where one is left out. */
  readonly inputs: readonly string[];
  readonly output: string;
  /** Behind `output`, of an operator with several. */
  readonly more?: readonly string[];
  readonly options?: Readonly<Record<string, number>>;
}

export interface TestModel {
  readonly tensors: readonly TestTensor[];
  readonly operators: readonly TestOperator[];
  readonly input: string;
  readonly output: string;
  /** Normalization that the file's metadata states. */
  readonly normalization?: { readonly mean: readonly number[]; readonly std: readonly number[] };
}

/** Fields that are not of one byte. */
const WORDS = new Set([
  'strideW',
  'strideH',
  'filterW',
  'filterH',
  'dilationW',
  'dilationH',
  'multiplier',
  'axis',
  'parts',
  'beginMask',
  'endMask',
  'ellipsisMask',
  'newAxisMask',
  'shrinkMask',
]);

/** A table from its fields by number; undefined ones are left out. */
function table(b: Builder, fields: readonly (((id: number) => void) | undefined)[]): Offset {
  b.startObject(fields.length);
  fields.forEach((add, id) => {
    add?.(id);
  });
  return b.endObject();
}

const offset = (b: Builder, o: Offset | undefined) =>
  o ? (id: number) => b.addFieldOffset(id, o, 0) : undefined;

function vector(b: Builder, size: number, values: ArrayLike<number>, add: (v: number) => void): Offset {
  b.startVector(size, values.length, size);
  for (let i = values.length - 1; i >= 0; i--) add(values[i]);
  return b.endVector();
}
const int32s = (b: Builder, v: ArrayLike<number>) => vector(b, 4, v, (x) => b.addInt32(x));
const float32s = (b: Builder, v: ArrayLike<number>) => vector(b, 4, v, (x) => b.addFloat32(x));
const offsets = (b: Builder, v: readonly Offset[]) => vector(b, 4, v, (x) => b.addOffset(x));

function dataBytes(t: TestTensor): Uint8Array {
  const data = t.data ?? [];
  const bytes = new Uint8Array(data.length * BYTES[t.type]);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < data.length; i++) {
    const [v, at] = [data[i], i * BYTES[t.type]];
    if (t.type === 'float32') view.setFloat32(at, v, true);
    else if (t.type === 'int64') view.setBigInt64(at, BigInt(v), true);
    else if (BYTES[t.type] === 4) view.setInt32(at, v, true);
    else if (BYTES[t.type] === 2) view.setUint16(at, v, true);
    else view.setUint8(at, v & 255);
  }
  return bytes;
}

/** Runtimes read constants in place, so they are aligned as converters align them. */
function bytesVector(b: Builder, bytes: Uint8Array): Offset {
  b.startVector(1, bytes.length, 16);
  for (let i = bytes.length - 1; i >= 0; i--) b.addInt8(bytes[i]);
  return b.endVector();
}

function writeTensor(b: Builder, t: TestTensor, buffer: number): Offset {
  const name = b.createString(t.name);
  const shape = int32s(b, t.shape);
  let quantization: Offset | undefined;
  if (t.scales) {
    const scales = float32s(b, t.scales);
    const zeros = t.zeroPoints ?? t.scales.map(() => 0);
    const zeroPoints = vector(b, 8, zeros, (x) => b.addInt64(BigInt(x)));
    const none = undefined;
    quantization = table(b, [
      none,
      none,
      offset(b, scales),
      offset(b, zeroPoints),
      none,
      none,
      (id) => b.addFieldInt32(id, t.axis ?? 0, 0),
    ]);
  }
  return table(b, [
    offset(b, shape),
    (id) => b.addFieldInt8(id, TYPES[t.type], 0),
    (id) => b.addFieldInt32(id, buffer, 0),
    offset(b, name),
    offset(b, quantization),
  ]);
}

function writeOptions(b: Builder, o: TestOperator): Offset | undefined {
  const fields = OPERATORS[o.op][2].split(' ').filter(Boolean);
  const given = o.options ?? {};
  for (const key of Object.keys(given)) if (!fields.includes(key)) throw new Error(`${o.op} has no ${key}`);
  if (fields.length === 0) return undefined;
  return table(
    b,
    fields.map((name) => {
      const value = given[name];
      if (value === undefined) return undefined;
      if (name === 'beta' || name === 'alpha') return (id: number) => b.addFieldFloat32(id, value, 0);
      return (id: number) => (WORDS.has(name) ? b.addFieldInt32(id, value, 0) : b.addFieldInt8(id, value, 0));
    }),
  );
}

/** Bytes of TFLITE_METADATA with the normalization of the only input. */
function metadataBytes(n: NonNullable<TestModel['normalization']>): Uint8Array {
  const b = new Builder();
  const [mean, std] = [float32s(b, n.mean), float32s(b, n.std)];
  const options = table(b, [offset(b, mean), offset(b, std)]);
  const unit = table(b, [(id) => b.addFieldInt8(id, 1, 0), offset(b, options)]);
  const units = offsets(b, [unit]);
  const none = undefined;
  const tensor = table(b, [none, none, none, none, offset(b, units)]);
  const inputs = offsets(b, [tensor]);
  const subgraph = table(b, [none, none, offset(b, inputs)]);
  const subgraphs = offsets(b, [subgraph]);
  b.finish(table(b, [none, none, none, offset(b, subgraphs)]), 'M001');
  return b.asUint8Array().slice();
}

/** Bytes of a model of schema version 3; buffer 0 is empty, as converters write it. */
export function tfliteModel(m: TestModel): Uint8Array {
  const b = new Builder();
  b.forceDefaults(true);
  const contents = [new Uint8Array(), ...m.tensors.map(dataBytes)];
  if (m.normalization) contents.push(metadataBytes(m.normalization));
  const buffers = contents.map((bytes) =>
    table(b, [bytes.length ? offset(b, bytesVector(b, bytes)) : undefined]),
  );
  const index = (name: string) => m.tensors.findIndex((t) => t.name === name);
  const tensors = m.tensors.map((t, i) => writeTensor(b, t, t.data ? i + 1 : 0));
  const kinds = [...new Set(m.operators.map((o) => o.op))];
  const codes = kinds.map((op) => {
    const [code] = OPERATORS[op];
    const custom = op === 'CUSTOM' ? b.createString('TFLite_Detection_PostProcess') : undefined;
    return table(b, [
      (id) => b.addFieldInt8(id, Math.min(127, code), 0),
      offset(b, custom),
      (id) => b.addFieldInt32(id, 1, 0),
      (id) => b.addFieldInt32(id, code, 0),
    ]);
  });
  const operators = m.operators.map((o) => {
    const [inputs, outputs] = [
      int32s(b, o.inputs.map(index)),
      int32s(b, [o.output, ...(o.more ?? [])].map(index)),
    ];
    const options = writeOptions(b, o);
    return table(b, [
      (id) => b.addFieldInt32(id, kinds.indexOf(o.op), 0),
      offset(b, inputs),
      offset(b, outputs),
      options ? (id) => b.addFieldInt8(id, OPERATORS[o.op][1], 0) : undefined,
      offset(b, options),
    ]);
  });
  const lists = [tensors, operators, codes, buffers].map((list) => offsets(b, list));
  const [tensorList, operatorList, codeList, bufferList] = lists;
  const [inputs, outputs] = [int32s(b, [index(m.input)]), int32s(b, [index(m.output)])];
  const subgraph = table(b, [
    offset(b, tensorList),
    offset(b, inputs),
    offset(b, outputs),
    offset(b, operatorList),
    offset(b, b.createString('main')),
  ]);
  const subgraphs = offsets(b, [subgraph]);
  const metadata = m.normalization
    ? offsets(b, [
        table(b, [
          offset(b, b.createString('TFLITE_METADATA')),
          (id) => b.addFieldInt32(id, contents.length - 1, 0),
        ]),
      ])
    : undefined;
  const none = undefined;
  const model = table(b, [
    (id) => b.addFieldInt32(id, 3, 0),
    offset(b, codeList),
    offset(b, subgraphs),
    none,
    offset(b, bufferList),
    none,
    offset(b, metadata),
  ]);
  b.finish(model, 'TFL3');
  return b.asUint8Array().slice();
}
