/**
 * What layers check of their integers, given their tensors: shapes, formats, lengths and ranges of weights and
 * requantizers, and accumulators that hold every sum. In words, used by the layers' `verify`.
 */
import { accumulatorBits, MOST_ACCUMULATOR_BITS } from '../../ir/accumulator.js';
import { smallestOf } from '../../ir/extremes.js';
import { formatShape, type Shape, type WindowShape, windowExtent } from '../../ir/graph.js';
import { formatText, sameFormat } from '../../ir/number-format.js';
import { type QuantTensor, type Requant, rangeOf } from '../../ir/quant-graph.js';
import type { QuantFilters } from './filters.js';
import { MOST_BIAS, MOST_MULTIPLIER } from './requant-limits.js';

const MOST_PRODUCT = 2 ** 52;
const MOST_SHIFT = 47;
const MOST_WINDOW = 2 ** 16;

export const isIn = (v: unknown, lo: number, hi: number): boolean =>
  Number.isSafeInteger(v) && (v as number) >= lo && (v as number) <= hi;

/** Whether any element is outside lo..hi or no whole number. */
export const anyOutside = (values: ArrayLike<number>, lo: number, hi: number): boolean =>
  Array.prototype.some.call(values, (v) => !isIn(v, lo, hi));

/** Zero point and clamp of what ends in a requantizer. */
export function clampProblems(r: Pick<Requant, 'zeroPoint' | 'min' | 'max'>, y: QuantTensor): string[] {
  const [lo, hi] = rangeOf(y);
  const problems: string[] = [];
  // An average may round about zero of the integers as they stand.
  if (r.zeroPoint !== y.zeroPoint && r.zeroPoint !== 0)
    problems.push(`zero point ${r.zeroPoint} is neither 0 nor ${y.zeroPoint}, that of its output`);
  if (!isIn(r.min, lo, hi) || !isIn(r.max, r.min, hi))
    problems.push(`clamp ${r.min}..${r.max} is no range within ${lo}..${hi}`);
  return problems;
}

export const shiftProblems = (shifts: Iterable<number>): string[] => {
  for (const s of shifts) if (!isIn(s, 1, MOST_SHIFT)) return [`shift ${s} is outside 1..${MOST_SHIFT}`];
  return [];
};

function correctionProblems({ corrections: c, shifts }: Requant, channels: number): string[] {
  if (c === null) return [];
  if (c.above.length !== channels || c.below.length !== channels)
    return [`${c.above.length} and ${c.below.length} corrections for ${channels} channels`];
  if (!isIn(c.unit, 0, smallestOf(shifts) - 1)) return [`corrections in units of 2^${c.unit}`];
  const most = MOST_PRODUCT / 2 ** c.unit;
  return anyOutside(c.above, -most, most) || anyOutside(c.below, -most, most)
    ? ['a correction leaves the product']
    : [];
}

/**
 * @param channels entries that the requantizer must have
 * @param accBits bits of its accumulators
 */
export function requantProblems(r: Requant, channels: number, accBits: number, y: QuantTensor): string[] {
  const problems = [...clampProblems(r, y), ...shiftProblems(r.shifts)];
  const { multipliers, biases, shifts } = r;
  const counts = [multipliers.length, biases.length, shifts.length];
  if (counts.some((count) => count !== channels))
    return [...problems, `${counts.join(', ')} multipliers, biases and shifts for ${channels} channels`];
  if (anyOutside(multipliers, 0, MOST_MULTIPLIER)) problems.push('a multiplier is outside 0..2^26-1');
  if (anyOutside(biases, -MOST_BIAS, MOST_BIAS)) problems.push('a bias does not fit 48 bits');
  else if (biases.some((b, i) => (2 ** (accBits - 1) + Math.abs(b)) * multipliers[i] > MOST_PRODUCT))
    problems.push('a product may leave 53 bits');
  return [...problems, ...correctionProblems(r, channels)];
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
  problems.push(...requantProblems(n.requant, outputs, n.accBits, y));
  return problems;
}
