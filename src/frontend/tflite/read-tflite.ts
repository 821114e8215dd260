/**
 * First step of the TFLite frontend: bytes to a plain source model. Field numbers are those of the public schema
 * (schema.fbs, version 3). What is checked here holds for the file as a whole; what operators mean is `import-tflite.ts`.
 */
import { BlnetError } from '../../diagnostics.js';
import { checkLimit } from '../../limits.js';
import { FlatTable } from './flat-table.js';
import { CUSTOM, operatorName } from './operator-names.js';

/** Values of the schema's enum TensorType, by number. */
const TENSOR_TYPES = [
  'float32',
  'float16',
  'int32',
  'uint8',
  'int64',
  'string',
  'bool',
  'int16',
  'complex64',
  'int8',
  'float64',
  'complex128',
  'uint64',
  'resource',
  'variant',
  'uint32',
  'uint16',
  'int4',
  'bfloat16',
] as const;
export type TensorType = (typeof TENSOR_TYPES)[number] | 'unknown';

export interface TfliteQuantization {
  /** One, or one per index of `axis`. */
  readonly scales: readonly number[];
  /** As many as scales. */
  readonly zeroPoints: readonly number[];
  readonly axis: number;
}

export interface TfliteTensor {
  readonly name: string;
  readonly type: TensorType;
  /** Batch first, channels last. */
  readonly shape: readonly number[];
  /** -1 where an extent is free; empty where the file does not say. */
  readonly signature: readonly number[];
  readonly quantization: TfliteQuantization | null;
  /** Content of a constant; empty for what is computed. */
  readonly data: Uint8Array;
  readonly isSparse: boolean;
}

export interface TfliteOperator {
  /** Name in the schema, `custom NAME` for others. */
  readonly name: string;
  /** Indices of tensors; -1 where an optional one is left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: FlatTable | null;
}

export interface TfliteModel {
  readonly name: string;
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Buffers that the file names, such as TFLITE_METADATA. */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
}

const TFLITE_IDENTIFIER = 'TFL3';
const VERSION = 3;

/** Whether these are the bytes of a TFLite model, whatever the file is called. */
export const isTflite = (bytes: Uint8Array): boolean =>
  bytes.length >= 8 && String.fromCharCode(...bytes.subarray(4, 8)) === TFLITE_IDENTIFIER;

const MODEL = { version: 0, operatorCodes: 1, subgraphs: 2, buffers: 4, metadata: 6 } as const;
const OPERATOR_CODE = { deprecatedBuiltinCode: 0, customCode: 1, builtinCode: 3 } as const;
const SUBGRAPH = { tensors: 0, inputs: 1, outputs: 2, operators: 3, name: 4 } as const;
const TENSOR = {
  shape: 0,
  type: 1,
  buffer: 2,
  name: 3,
  quantization: 4,
  isVariable: 5,
  sparsity: 6,
  signature: 7,
} as const;
const QUANTIZATION = { scale: 2, zeroPoint: 3, detailsType: 4, axis: 6 } as const;
const BUFFER = { data: 0, offset: 1, size: 2 } as const;
const OPERATOR = { opcode: 0, inputs: 1, outputs: 2, options: 4 } as const;
const METADATA = { name: 0, buffer: 1 } as const;

const damaged = (where: string, found: string): BlnetError =>
  new BlnetError('BLN102', { where, found, hint: 'the file is damaged: export or download it again' });

function quantizationOf(table: FlatTable | null, where: string): TfliteQuantization | null {
  const scales = table?.float32s(QUANTIZATION.scale) ?? [];
  if (!table || scales.length === 0) return null;
  const given = table.int64s(QUANTIZATION.zeroPoint);
  const zeroPoints = given.length === 0 ? scales.map(() => 0) : given;
  if (zeroPoints.length !== scales.length) {
    throw damaged(where, `${scales.length} scales and ${zeroPoints.length} zero points`);
  }
  if (!scales.every((s) => s > 0 && Number.isFinite(s)))
    throw damaged(where, 'a scale that is not above zero');
  if (table.uint8(QUANTIZATION.detailsType) !== 0) {
    throw new BlnetError('BLN202', { where, found: 'a custom quantization', need: 'scales and zero points' });
  }
  return { scales, zeroPoints, axis: table.int32(QUANTIZATION.axis) };
}

/** Content of a buffer, which may lie behind the flatbuffer itself. */
function bufferData(file: FlatTable, buffer: FlatTable): Uint8Array {
  const [offset, size] = [buffer.uint64(BUFFER.offset), buffer.uint64(BUFFER.size)];
  return offset > 1 ? file.slice(offset, size) : buffer.bytes(BUFFER.data);
}

function readTensor(t: FlatTable, buffers: readonly Uint8Array[], index: number): TfliteTensor {
  const name = t.string(TENSOR.name) || `tensor ${index}`;
  const where = `tensor ${name}`;
  const buffer = t.uint32(TENSOR.buffer);
  const data = buffers[buffer];
  if (!data) throw damaged(where, `buffer ${buffer} of ${buffers.length}`);
  const shape = t.int32s(TENSOR.shape);
  checkLimit('axes', shape.length, where);
  if (shape.some((d) => d < 0)) throw damaged(where, `extents [${shape.join(', ')}]`);
  if (t.bool(TENSOR.isVariable)) {
    throw new BlnetError('BLN203', {
      where,
      found: 'a tensor that keeps its value from one image to the next',
      need: 'a feed-forward network',
    });
  }
  return {
    name,
    type: TENSOR_TYPES[t.int8(TENSOR.type)] ?? 'unknown',
    shape,
    signature: t.int32s(TENSOR.signature),
    quantization: quantizationOf(t.table(TENSOR.quantization), where),
    data,
    isSparse: t.has(TENSOR.sparsity),
  };
}

/** A newer file repeats only codes below 127 in the old field of one byte. */
function codeName(code: FlatTable): string {
  const builtin = Math.max(
    code.int32(OPERATOR_CODE.builtinCode),
    code.int8(OPERATOR_CODE.deprecatedBuiltinCode),
  );
  return builtin === CUSTOM ? `custom ${code.string(OPERATOR_CODE.customCode)}` : operatorName(builtin);
}

function readOperator(
  o: FlatTable,
  names: readonly string[],
  tensors: number,
  index: number,
): TfliteOperator {
  const where = `operator ${index}`;
  const opcode = o.uint32(OPERATOR.opcode);
  const name = names[opcode];
  if (name === undefined) throw damaged(where, `operator code ${opcode} of ${names.length}`);
  const [inputs, outputs] = [o.int32s(OPERATOR.inputs), o.int32s(OPERATOR.outputs)];
  checkLimit('nodeInputs', Math.max(inputs.length, outputs.length), where);
  const isTensor = (lowest: number) => (t: number) => t >= lowest && t < tensors;
  if (!inputs.every(isTensor(-1)) || !outputs.every(isTensor(0))) {
    throw damaged(
      `${where} (${name})`,
      `inputs [${inputs}] and outputs [${outputs}] among ${tensors} tensors`,
    );
  }
  return { name, inputs, outputs, options: o.table(OPERATOR.options) };
}

/** Errors: BLN101 not TFLite or damaged offsets, BLN102 what does not fit together, BLN203 several subgraphs, BLN207. */
export function readTflite(bytes: Uint8Array): TfliteModel {
  checkLimit('modelBytes', bytes.length);
  const file = FlatTable.root(bytes, TFLITE_IDENTIFIER);
  const version = file.uint32(MODEL.version);
  if (version !== VERSION) {
    throw new BlnetError('BLN101', { found: `TFLite schema version ${version}`, need: `version ${VERSION}` });
  }
  const buffers = file.tables(MODEL.buffers).map((b) => bufferData(file, b));
  const names = file.tables(MODEL.operatorCodes).map(codeName);
  const subgraphs = file.tables(MODEL.subgraphs);
  const [main] = subgraphs;
  if (!main || subgraphs.length !== 1) {
    throw new BlnetError('BLN203', {
      found: `${subgraphs.length} subgraphs`,
      need: 'one: no control flow, one signature',
      hint: 'convert one concrete function of the model',
    });
  }
  const tensors = main.tables(SUBGRAPH.tensors).map((t, i) => readTensor(t, buffers, i));
  const operators = main.tables(SUBGRAPH.operators);
  checkLimit('nodes', operators.length);
  const [inputs, outputs] = [main.int32s(SUBGRAPH.inputs), main.int32s(SUBGRAPH.outputs)];
  for (const t of [...inputs, ...outputs]) {
    if (!tensors[t]) throw damaged('the subgraph', `tensor ${t} of ${tensors.length} as its input or output`);
  }
  const metadata = file.tables(MODEL.metadata).map((m): [string, Uint8Array] => {
    const data = buffers[m.uint32(METADATA.buffer)];
    const name = m.string(METADATA.name);
    if (!data) throw damaged(`metadata ${name}`, `buffer ${m.uint32(METADATA.buffer)} of ${buffers.length}`);
    return [name, data];
  });
  return {
    name: main.string(SUBGRAPH.name) || 'model',
    tensors,
    operators: main.tables(SUBGRAPH.operators).map((o, i) => readOperator(o, names, tensors.length, i)),
    inputs,
    outputs,
    metadata: new Map(metadata),
  };
}
