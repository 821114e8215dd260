/**
 * What layers check of their integers, given their tensors: shapes, formats, lengths and ranges of weights and
 * requantizers, and accumulators that hold every sum. In words, used by the layers' `verify`.
 */
import { accumulatorBits, MOST_ACCUMULATOR_BITS } from '../../ir/accumulator.js';
import { formatShape, type Shape, type WindowShape, windowExtent } from '../../ir/graph.js';
import { formatText, sameFormat } from '../../ir/number-format.js';
import { type QuantTensor, type Requant, rangeOf } from '../../ir/quant-graph.js';
import type { QuantFilters } from './filters.js';

export const MOST_MULTIPLIER = 2 ** 17 - 1;
export const MOST_OFFSET = 2 ** 47 - 1;
const MOST_SHIFT = 47;
const MOST_WINDOW = 2 ** 16;

export const isIn = (v: unknown, lo: number, hi: number): boolean =>
  Number.isSafeInteger(v) && (v as number) >= lo && (v as number) <= hi;

/** Whether any element is outside lo..hi or no whole number. */
export const anyOutside = (values: ArrayLike<number>, lo: number, hi: number): boolean =>
  Array.prototype.some.call(values, (v) => !isIn(v, lo, hi));

/** Shift, zero point and clamp of what ends in a requantizer. */
export function clampProblems(
  r: Pick<Requant, 'shift' | 'zeroPoint' | 'min' | 'max'>,
  y: QuantTensor,
): string[] {
  const [lo, hi] = rangeOf(y);
  const problems: string[] = [];
  if (!isIn(r.shift, 1, MOST_SHIFT)) problems.push(`shift ${r.shift} is outside 1..${MOST_SHIFT}`);
  if (r.zeroPoint !== y.zeroPoint)
    problems.push(`zero point ${r.zeroPoint} is not ${y.zeroPoint}, that of its output`);
  if (!isIn(r.min, lo, hi) || !isIn(r.max, r.min, hi))
    problems.push(`clamp ${r.min}..${r.max} is no range within ${lo}..${hi}`);
  return problems;
}

/** @param channels entries that the requantizer must have */
export function requantProblems(r: Requant, channels: number, y: QuantTensor): string[] {
  const problems = clampProblems(r, y);
  const { multipliers, offsets } = r;
  if (multipliers.length !== channels || offsets.length !== channels)
    problems.push(`${multipliers.length} multipliers and ${offsets.length} offsets for ${channels} channels`);
  if (anyOutside(multipliers, 0, MOST_MULTIPLIER)) problems.push('a multiplier is outside 0..2^17-1');
  if (anyOutside(offsets, -MOST_OFFSET, MOST_OFFSET)) problems.push('an offset does not fit 48 bits');
  return problems;
}

/** @param needed bits of the largest sum */
export const accumulatorProblems = (accBits: number, needed: number): string[] =>
  isIn(accBits, needed, MOST_ACCUMULATOR_BITS)
    ? []
    : [`an accumulator of ${accBits} bits for sums of ${needed}, at most ${MOST_ACCUMULATOR_BITS}`];

export function shapeProblems(y: QuantTensor, need: Shape): string[] {
  const [found, needed] = [formatShape(y.shape), formatShape(need)];
  return found === needed ? [] : [`its output is ${found}, its shape gives ${needed}`];
}

/** For layers that move values without arithmetic. */
export const carriedProblems = (x: QuantTensor, y: QuantTensor): string[] =>
  sameFormat(x, y)
    ? []
    : [`its input is ${formatText(x)}, its output ${formatText(y)}: it only moves values`];

/** @param channels of the output */
export function windowProblems(w: WindowShape, x: QuantTensor, y: QuantTensor, channels: number): string[] {
  const { kernel, stride } = w;
  const { top, left, bottom, right } = w.pads ?? {};
  if (!isIn(kernel, 1, MOST_WINDOW) || !isIn(stride, 1, MOST_WINDOW))
    return [`a window of ${kernel} at stride ${stride}`];
  if (![top, left, bottom, right].every((p) => isIn(p, 0, kernel - 1)))
    return [`pads ${top}, ${left}, ${bottom}, ${right} are not all from 0 to ${kernel - 1}`];
  return shapeProblems(y, {
    channels,
    height: windowExtent(x.shape.height, top, bottom, kernel, stride),
    width: windowExtent(x.shape.width, left, right, kernel, stride),
  });
}

/** @param perOutput weights of an output channel */
export function filterProblems(
  n: QuantFilters,
  x: QuantTensor,
  y: QuantTensor,
  outputs: number,
  perOutput: number,
): string[] {
  const problems = windowProblems(n, x, y, outputs);
  const count = outputs * perOutput;
  if (n.weights.length !== count || n.bias.length !== outputs)
    return [
      ...problems,
      `${n.weights.length} weights and ${n.bias.length} biases where ${count} and ${outputs} belong`,
    ];
  if (!isIn(n.weightBits, 2, 8)) return [...problems, `weights of ${n.weightBits} bits, 2 to 8 are there`];
  const limit = 2 ** (n.weightBits - 1);
  if (anyOutside(n.weights, -limit, limit - 1)) problems.push(`a weight does not fit ${n.weightBits} bits`);
  problems.push(...accumulatorProblems(n.accBits, accumulatorBits(n.weights, outputs, x)));
  problems.push(...requantProblems(n.requant, outputs, y));
  return problems;
}
