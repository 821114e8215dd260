/**
 * What convolutions share, dense and depthwise: filters with a bias per output channel, in reals and in integers.
 */
import { accumulatorBits, fittingAccumulator } from '../../ir/accumulator.js';
import type { StoredWeights, WindowShape } from '../../ir/graph.js';
import type { QuantFormat, Requant } from '../../ir/quant-graph.js';
import type { Affine, Count, Json, QuantizeContext } from '../layer-kind.js';
import { chooseRequant } from './choose-requant.js';
import { quantizeWeights, type RealWeights, takeWeights } from './quantize-weights.js';
import { decodeRequant, encodeRequant } from './requant.js';
import { runtimeFilters } from './runtime-requant.js';
import { checkPads } from './window.js';

/** Filters of the float graph, in the order of the output channels. */
export interface Filters extends WindowShape, RealWeights {
  /** Where the model brings its weights as integers; `weights` and `bias` are then their real values. */
  readonly stored?: StoredWeights;
}

/** Filters of the quantized graph. */
export interface QuantFilters extends WindowShape {
  readonly weightBits: number;
  /** In the order of the output channels, each within +-(2^(weightBits-1) - 1). */
  readonly weights: Int8Array;
  /** Bias in units of scale_x * scale_w, before the zero point is folded in. */
  readonly bias: Int32Array;
  /** Signed width that holds sum(w * x) for every input. */
  readonly accBits: number;
  readonly requant: Requant;
}

/** Integers of the filters, and the format of what they make, in front of a table where there is one. */
export function quantizeFilters(
  op: Filters,
  c: QuantizeContext,
): { filters: QuantFilters; format: QuantFormat } {
  const y = c.table ? c.table.inner() : c.calibrated();
  checkPads(op, c.name);
  const [x] = c.inputs;
  const { channels } = c.output;
  const quantized = op.stored
    ? takeWeights(op, op.stored, x.scale, c.name, c.runtime === null)
    : quantizeWeights(op, channels, x.scale, c.weightBits, c.name);
  const { weights, bias, scales } = quantized;
  const perOutput = weights.length / channels;
  const factors = scales.map((s) => (x.scale * s) / y.scale);
  const constants = scales.map((_, o) => {
    let sum = 0;
    for (let i = o * perOutput; i < (o + 1) * perOutput; i++) sum += weights[i];
    return bias[o] - x.zeroPoint * sum;
  });
  const { kernel, stride, pads } = op;
  const accBits = fittingAccumulator(accumulatorBits(weights, channels, x), c.name);
  const filters = {
    kernel,
    stride,
    pads,
    weightBits: op.stored ? 8 : c.weightBits,
    weights,
    bias,
    accBits,
    requant:
      runtimeFilters(op.stored, quantized, constants, accBits, y, c) ??
      chooseRequant(factors, constants, y, c.activation, c.name),
  };
  return { filters, format: y };
}

/** Every weight and bias once for each value of the output, and how many there are. */
export const countFilters = (
  f: { readonly weights: ArrayLike<number>; readonly bias: ArrayLike<number> | null },
  y: { readonly channels: number; readonly height: number; readonly width: number },
): Count => ({
  parameters: f.weights.length + (f.bias?.length ?? 0),
  macs: f.weights.length * y.height * y.width,
});

/** scale * (w x + b) + shift = (scale w) x + (scale b + shift), per output channel, in double precision. */
export function scaleFilters<F extends Filters>(op: F, { scale, shift }: Affine): F {
  const perOutput = op.weights.length / scale.length;
  const weights = op.weights.map((w, i) => w * scale[Math.floor(i / perOutput)]);
  const bias = shift.map((s, o) => s + scale[o] * (op.bias?.[o] ?? 0));
  const { stored: _, ...real } = op; // its integers were those of the weights before
  return { ...real, weights, bias } as F;
}

const encodeBytes = (values: Int8Array): string =>
  Array.from(values, (v) => (v & 0xff).toString(16).padStart(2, '0')).join('');

const decodeBytes = (text: string): Int8Array =>
  Int8Array.from(
    { length: text.length / 2 },
    (_, i) => (Number.parseInt(text.slice(2 * i, 2 * i + 2), 16) << 24) >> 24,
  );

/** Weights are two hexadecimal digits each, two's complement. */
export const encodeFilters = (q: QuantFilters): Json => ({
  ...q,
  weights: encodeBytes(q.weights),
  bias: Array.from(q.bias),
  requant: encodeRequant(q.requant),
});

export const decodeFilters = <Q extends QuantFilters>(json: Json): Q =>
  ({
    ...json,
    weights: decodeBytes(json.weights as string),
    bias: Int32Array.from(json.bias as number[]),
    requant: decodeRequant(json.requant as Json),
  }) as unknown as Q;
