/**
 * The image input of an ONNX model: its extents, whether channels come first or last, reals or integers. The frontend
 * and the float golden both ask here, so that they feed and read one tensor.
 */
import { BlnetError } from '../../diagnostics.js';
import type { Shape } from '../../ir/graph.js';
import type { FlatOrder } from '../shared/regular-conv.js';
import { DATA_TYPE, type TensorMessage } from './onnx-proto.js';
import type { SourceModel, SourceNode, SourceValue } from './read-model.js';

export interface ModelInput {
  readonly name: string;
  readonly shape: Shape;
  readonly order: FlatOrder;
  /** Extents as the model has them, without the batch: C x H x W, H x W x C, C x W for a signal, C for a vector. */
  readonly dims: readonly number[];
  /** Integers of 8 bits in place of reals. */
  readonly raw?: { readonly signed: boolean };
  /** Images that the model takes at once: a frame each; undefined where it may be any number. */
  readonly batch: number | undefined;
}

/** QONNX's domain of operators that see the channels last. */
const CHANNELS_LAST = 'qonnx.custom_op.channels_last';

/** A fixed batch is fed to the float golden at once. */
const MAX_BATCH = 256;

/** Operators that leave every value where it is. */
const IN_PLACE = new Set([
  'Add',
  'Cast',
  'Clip',
  'DequantizeLinear',
  'Div',
  'Identity',
  'Mul',
  'Quant',
  'QuantizeLinear',
  'Relu',
  'Sub',
]);

const intsOf = (n: SourceNode, name: string): readonly number[] =>
  n.attributes.find((a) => a.name === name)?.ints ?? [];

/** A constant vector that shapes are given by; undefined where it is computed. */
function shapeConstant(model: SourceModel, name: string | undefined): readonly number[] | undefined {
  const node = model.nodes.find((n) => n.outputs[0] === name && n.opType === 'Constant');
  const t: TensorMessage | undefined =
    model.initializers.get(name ?? '') ?? node?.attributes.find((a) => a.name === 'value')?.t;
  if (!t) return undefined;
  if (!t.rawData) return t.int64Data;
  const view = new DataView(t.rawData.buffer, t.rawData.byteOffset, t.rawData.byteLength);
  return Array.from({ length: Math.min(8, view.byteLength / 8) }, (_, i) =>
    Number(view.getBigInt64(8 * i, true)),
  );
}

/** Whether the first operator that moves values takes them from N x H x W x C to N x C x H x W. */
function isChannelsLast(model: SourceModel, input: string, channels: number): boolean {
  const reached = new Set([input]);
  for (const n of model.nodes) {
    const output = n.outputs[0];
    if (output === undefined || !n.inputs.some((i) => reached.has(i))) continue;
    if (n.domain === CHANNELS_LAST) return true;
    if (n.opType === 'Transpose' && intsOf(n, 'perm').join() === '0,3,1,2') return true;
    if (n.opType === 'Reshape' && channels === 1) {
      const to = shapeConstant(model, n.inputs[1]);
      if (to?.length === 4 && to[1] === 1) return true;
    }
    if (IN_PLACE.has(n.opType)) reached.add(output);
  }
  return false;
}

/** An image, a signal of one row, or a vector. Errors: BLN103 for other extents, BLN202 for another type. */
export function inputOf(model: SourceModel, input: SourceValue): ModelInput {
  const { name, elemType, dims } = input;
  const where = `input ${name}`;
  const isByte = elemType === DATA_TYPE.uint8 || elemType === DATA_TYPE.int8;
  if (elemType !== DATA_TYPE.float && !isByte) {
    throw new BlnetError('BLN202', {
      where,
      found: `ONNX data type ${elemType}`,
      need: 'float (1), uint8 (2) or int8 (3)',
      hint: 'export in single precision; blnet turns pixels into reals with blnet.input.mean and blnet.input.std',
    });
  }
  const [batch, ...map] = dims ?? [];
  const isExtent = (d: unknown): d is number => typeof d === 'number' && Number.isInteger(d) && d > 0;
  const isBatch = typeof batch === 'string' || (isExtent(batch) && batch <= MAX_BATCH);
  const rank = dims?.length ?? 0;
  if (rank < 2 || rank > 4 || !isBatch || !map.every(isExtent)) {
    throw new BlnetError('BLN103', {
      where,
      found: dims ? `extents [${dims.join(', ')}]` : 'no extents',
      need: `N x C x H x W, N x C x W or N x C with N symbolic or up to ${MAX_BATCH}, and C, H, W given`,
      hint: 'export with one image and fixed height and width (dynamic_axes for the batch only)',
    });
  }
  const common = {
    name,
    dims: map,
    batch: typeof batch === 'string' ? undefined : batch,
    ...(isByte ? { raw: { signed: elemType === DATA_TYPE.int8 } } : {}),
  };
  const [a, b, c] = map;
  if (b === undefined) return { ...common, shape: { channels: a, height: 1, width: 1 }, order: 'chw' };
  if (c === undefined) return { ...common, shape: { channels: a, height: 1, width: b }, order: 'chw' };
  return isChannelsLast(model, name, c)
    ? { ...common, shape: { channels: c, height: a, width: b }, order: 'hwc' }
    : { ...common, shape: { channels: a, height: b, width: c }, order: 'chw' };
}
