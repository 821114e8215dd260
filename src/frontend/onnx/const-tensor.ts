/**
 * Constant tensors of an ONNX model: initializers, Constant nodes and the results of folded shape arithmetic.
 * All stored encodings (raw bytes, typed fields, half precision) become plain numbers here.
 */
import { BlnetError } from '../../diagnostics.js';
import { checkLimit } from '../../limits.js';
import { halfToNumber } from '../shared/half-precision.js';
import { DATA_TYPE, type TensorMessage } from './onnx-proto.js';

export interface ConstTensor {
  /** Empty for a scalar. */
  readonly dims: readonly number[];
  readonly type: 'float' | 'int';
  /** Row-major. Floats are single precision; integers and booleans are exact below 2^53. */
  readonly values: Float32Array | Float64Array;
  /** Width of an 8-bit or 32-bit integer tensor as stored; zero points and weights need it. */
  readonly width?: { readonly bits: number; readonly signed: boolean };
  /** Where DequantizeLinear made these reals: the integers behind them. Lost by any arithmetic. */
  readonly stored?: {
    readonly values: Float64Array;
    readonly bits: number;
    /** One, or one per index of `axis`. */
    readonly scales: readonly number[];
    readonly axis: number;
  };
}

export const volume = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** What loops over some of the axes may count to: an extent of 0 makes a tensor empty, not its other axes short. */
export const reachOf = (dims: readonly number[]): number => dims.reduce((a, b) => a * Math.max(1, b), 1);

export const floatTensor = (
  values: ArrayLike<number>,
  dims: readonly number[] = [values.length],
): ConstTensor => ({
  dims,
  type: 'float',
  values: Float32Array.from(values),
});

export const intTensor = (
  values: ArrayLike<number>,
  dims: readonly number[] = [values.length],
): ConstTensor => ({
  dims,
  type: 'int',
  values: Float64Array.from(values),
});

interface Encoding {
  readonly type: 'float' | 'int';
  readonly bytes: number;
  readonly width?: { readonly bits: number; readonly signed: boolean };
  readonly read: (view: DataView, at: number) => number;
  /** The typed field used when there is no raw data. */
  readonly field: (t: TensorMessage) => readonly number[] | undefined;
}

const ENCODINGS: ReadonlyMap<number, Encoding> = new Map<number, Encoding>([
  [
    DATA_TYPE.float,
    { type: 'float', bytes: 4, read: (v, at) => v.getFloat32(at, true), field: (t) => t.floatData },
  ],
  [
    DATA_TYPE.double,
    { type: 'float', bytes: 8, read: (v, at) => v.getFloat64(at, true), field: (t) => t.doubleData },
  ],
  [
    DATA_TYPE.float16,
    {
      type: 'float',
      bytes: 2,
      read: (v, at) => halfToNumber(v.getUint16(at, true)),
      field: (t) => t.int32Data?.map(halfToNumber),
    },
  ],
  [
    DATA_TYPE.int64,
    { type: 'int', bytes: 8, read: (v, at) => Number(v.getBigInt64(at, true)), field: (t) => t.int64Data },
  ],
  [
    DATA_TYPE.int32,
    {
      type: 'int',
      bytes: 4,
      width: { bits: 32, signed: true },
      read: (v, at) => v.getInt32(at, true),
      field: (t) => t.int32Data,
    },
  ],
  [
    DATA_TYPE.uint8,
    {
      type: 'int',
      bytes: 1,
      width: { bits: 8, signed: false },
      read: (v, at) => v.getUint8(at),
      field: (t) => t.int32Data,
    },
  ],
  [
    DATA_TYPE.int8,
    {
      type: 'int',
      bytes: 1,
      width: { bits: 8, signed: true },
      read: (v, at) => v.getInt8(at),
      field: (t) => t.int32Data,
    },
  ],
  [DATA_TYPE.bool, { type: 'int', bytes: 1, read: (v, at) => v.getUint8(at), field: (t) => t.int32Data }],
]);

/** TensorProto to numbers. Errors: BLN102 when data and dims disagree, BLN202 for external data or odd types, BLN207. */
export function toConstTensor(t: TensorMessage, where: string): ConstTensor {
  if (t.dataLocation === 1 || (t.externalData?.length ?? 0) > 0) {
    throw new BlnetError('BLN202', {
      where,
      found: 'the weights are stored in a separate file (external data)',
      need: 'one self-contained ONNX file',
      hint: 'save it again with onnx.save_model(model, path, save_as_external_data=False)',
    });
  }
  const encoding = ENCODINGS.get(t.dataType ?? 0);
  if (!encoding) {
    throw new BlnetError('BLN202', {
      where,
      found: `a constant of ONNX data type ${t.dataType ?? 0}`,
      need: 'float, float16, double, int64, int32, int8, uint8, bool',
      hint: 'export the model in single precision',
    });
  }
  const dims = t.dims ?? [];
  checkLimit('axes', dims.length, where);
  const count = volume(dims);
  checkLimit('constants', reachOf(dims), where);
  const raw = t.rawData;
  const field = raw ? undefined : (encoding.field(t) ?? []);
  const held = raw ? raw.byteLength / encoding.bytes : (field?.length ?? 0);
  if (dims.some((d) => d < 0) || held !== count) {
    throw new BlnetError('BLN102', {
      where,
      found: `dims [${dims.join(', ')}] need ${count} values, the file holds ${held}`,
      hint: 'the file is damaged: export or download it again',
    });
  }
  const { width } = encoding;
  if (field && width) {
    const [lo, hi] = width.signed
      ? [-(2 ** (width.bits - 1)), 2 ** (width.bits - 1) - 1]
      : [0, 2 ** width.bits - 1];
    const wrong = field.find((v) => v < lo || v > hi);
    if (wrong !== undefined)
      throw new BlnetError('BLN102', { where, found: `${wrong} in a tensor of ${lo} .. ${hi}` });
  }
  const values = encoding.type === 'float' ? new Float32Array(count) : new Float64Array(count);
  if (raw) {
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    for (let i = 0; i < count; i++) values[i] = encoding.read(view, i * encoding.bytes);
  } else if (field) {
    values.set(field);
  }
  const tensor = { dims, type: encoding.type, values };
  return width ? { ...tensor, width } : tensor;
}
