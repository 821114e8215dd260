/**
 * network.json of a build folder: the quantized graph. What its numbers mean to each other (references, lengths, widths)
 * is for `ir/verify-quant-graph.ts`.
 */
import Type from 'typebox';
import { LIMITS } from '../limits.js';
import { aboveZero, type DocumentOf, mapOf, name, record, shape, text, wholeNumber } from './parts.js';

const byte = wholeNumber(-128, 255);
const shift = wholeNumber(1, 46);
const multiplier = wholeNumber(0, 2 ** 17 - 1);
const offset = wholeNumber(-(2 ** 47), 2 ** 47);
const accBits = wholeNumber(1, 48);
const rounding = Type.Literal('half_up');
const pad = wholeNumber(0, LIMITS.kernel.most - 1);

const window = {
  kernel: wholeNumber(1, LIMITS.kernel.most),
  stride: wholeNumber(1, LIMITS.stride.most),
  pads: record({ top: pad, left: pad, bottom: pad, right: pad }),
};

const requant = record({
  rounding,
  multipliers: Type.Array(multiplier, { maxItems: LIMITS.channels.most }),
  offsets: Type.Array(offset, { maxItems: LIMITS.channels.most }),
  shift,
  zeroPoint: byte,
  min: byte,
  max: byte,
});

const ends = {
  name,
  inputs: Type.Array(name, { minItems: 1, maxItems: 2, description: 'the names of one or two tensors' }),
  output: name,
};

const filters = {
  ...ends,
  ...window,
  weightBits: wholeNumber(2, 8),
  weights: Type.String({
    pattern: '^([0-9a-f]{2})*$',
    description: 'weights of two hexadecimal digits each',
  }),
  bias: Type.Array(wholeNumber(-(2 ** 31), 2 ** 31 - 1), { maxItems: LIMITS.channels.most }),
  accBits,
  requant,
};

/** By operation. */
export const LAYER_SCHEMAS = {
  conv: record({ op: Type.Literal('conv'), ...filters }),
  depthwise: record({ op: Type.Literal('depthwise'), ...filters }),
  add: record({
    op: Type.Literal('add'),
    ...ends,
    rounding,
    multipliers: Type.Array(multiplier, { minItems: 2, maxItems: 2, description: 'two multipliers' }),
    offset,
    shift,
    zeroPoint: byte,
    min: byte,
    max: byte,
  }),
  upsample: record({ op: Type.Literal('upsample'), ...ends }),
  maxPool: record({ op: Type.Literal('maxPool'), ...ends, ...window }),
  globalAvgPool: record({ op: Type.Literal('globalAvgPool'), ...ends, accBits, requant }),
} as const;

const { conv, depthwise, add, upsample, maxPool, globalAvgPool } = LAYER_SCHEMAS;
export const LAYER_SCHEMA = Type.Union([conv, depthwise, add, upsample, maxPool, globalAvgPool], {
  description: `a layer: ${Object.keys(LAYER_SCHEMAS).join(', ')}`,
});

export const TENSOR_SCHEMA = record({
  name,
  shape,
  bits: wholeNumber(2, 8),
  signed: Type.Boolean({ description: 'true or false' }),
  scale: aboveZero(),
  zeroPoint: byte,
});

export const NETWORK_SCHEMA = record({
  /** 2 has depthwise convolutions of their own. */
  format: Type.Literal(2),
  name,
  input: name,
  output: name,
  metadata: mapOf(text),
  tensors: Type.Array(TENSOR_SCHEMA, { maxItems: LIMITS.layers.most + 1 }),
  nodes: Type.Array(LAYER_SCHEMA, { minItems: 1, maxItems: LIMITS.layers.most }),
});

export type NetworkDocument = DocumentOf<typeof NETWORK_SCHEMA>;
