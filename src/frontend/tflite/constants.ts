/** Constant tensors of a TFLite model as plain numbers, with the integers behind them where they are quantized. */
import { BlnetError } from '../../diagnostics.js';
import { checkLimit } from '../../limits.js';
import { halfToNumber } from '../shared/half-precision.js';
import type { TensorType, TfliteTensor } from './read-tflite.js';

export interface TfliteConstant {
  readonly name: string;
  readonly dims: readonly number[];
  /** Real values. */
  readonly values: Float32Array;
  /** Integers less their zero point, with one scale or one per index of `axis`; null where the file holds reals. */
  readonly stored: {
    readonly values: Float64Array;
    readonly scales: readonly number[];
    readonly axis: number;
  } | null;
}

type Read = (view: DataView, at: number) => number;
const ENCODINGS: Partial<Record<TensorType, readonly [bytes: number, read: Read]>> = {
  float32: [4, (v, at) => v.getFloat32(at, true)],
  float16: [2, (v, at) => halfToNumber(v.getUint16(at, true))],
  int32: [4, (v, at) => v.getInt32(at, true)],
  int64: [8, (v, at) => Number(v.getBigInt64(at, true))],
  uint8: [1, (v, at) => v.getUint8(at)],
  int8: [1, (v, at) => v.getInt8(at)],
};

/** Numbers as the file has them: integers, or reals. Errors: BLN202 odd types, BLN102 a wrong number of bytes. */
function rawValues(t: TfliteTensor): Float64Array {
  const where = `tensor ${t.name}`;
  const encoding = ENCODINGS[t.type];
  if (!encoding || t.isSparse) {
    throw new BlnetError('BLN202', {
      where,
      found: t.isSparse ? 'a sparse constant' : `a constant of type ${t.type}`,
      need: `${Object.keys(ENCODINGS).join(', ')}, stored densely`,
    });
  }
  const [bytes, read] = encoding;
  const count = t.shape.reduce((a, b) => a * b, 1);
  checkLimit('constants', count, where);
  if (t.data.length !== count * bytes) {
    throw new BlnetError('BLN102', {
      where,
      found: `extents [${t.shape.join(', ')}] need ${count * bytes} bytes, the file holds ${t.data.length}`,
      hint: 'the file is damaged: export or download it again',
    });
  }
  const view = new DataView(t.data.buffer, t.data.byteOffset, t.data.byteLength);
  return Float64Array.from({ length: count }, (_, i) => read(view, i * bytes));
}

/** Errors: those of `rawValues`, BLN102 for values that are not finite, BLN103 for scales that do not fit. */
export function constantOf(t: TfliteTensor): TfliteConstant {
  const where = `tensor ${t.name}`;
  const raw = rawValues(t);
  const { name, shape: dims, quantization: q } = t;
  if (!raw.every(Number.isFinite)) {
    throw new BlnetError('BLN102', {
      where,
      found: 'values that are not finite',
      hint: 'training diverged or the file is damaged',
    });
  }
  if (!q || t.type.startsWith('float')) return { name, dims, values: Float32Array.from(raw), stored: null };
  const { scales, zeroPoints, axis } = q;
  if (scales.length > 1 && dims[axis] !== scales.length) {
    throw new BlnetError('BLN103', {
      where,
      found: `${scales.length} scales for axis ${axis} of [${dims.join(', ')}]`,
    });
  }
  const inner = dims.slice(axis + 1).reduce((a, b) => a * b, 1);
  const channel = (i: number) => (scales.length === 1 ? 0 : Math.floor(i / inner) % scales.length);
  const values = raw.map((v, i) => v - zeroPoints[channel(i)]);
  return {
    name,
    dims,
    values: Float32Array.from(values, (v, i) => v * scales[channel(i)]),
    stored: { values, scales, axis },
  };
}
