/**
 * Factors, offset and shift with which one sum of two products equals a runtime's sum on every pair of integers. For given
 * factors each pair leaves an interval for the offset; what all intervals share is the proof.
 */
import { type QuantFormat, rangeOf } from '../ir/quant-graph.js';
import type { Clamp } from './fit-requant.js';
import type { SumRescale } from './runtimes.js';

export interface SumFit {
  readonly multipliers: readonly [number, number];
  readonly offset: number;
  readonly shift: number;
  /** Largest difference of results over all pairs; 0 where they are equal. */
  readonly difference: number;
}

const LEAST_BITS = 8;
const MOST_BITS = 26;
const MOST_OFFSET = 2 ** 47;
const NEIGHBOURS = [0, 1, -1, 2, -2];

/** Results of all pairs, clamped, zero point left off: [a][b]. */
interface Table {
  readonly a: readonly [lo: number, hi: number];
  readonly b: readonly [lo: number, hi: number];
  readonly values: Int16Array;
  readonly min: number;
  readonly max: number;
}

function tableOf(target: SumRescale, a: QuantFormat, b: QuantFormat, clamp: Clamp): Table {
  const [[aLo, aHi], [bLo, bHi]] = [rangeOf(a), rangeOf(b)];
  const [min, max] = [clamp.min - clamp.zeroPoint, clamp.max - clamp.zeroPoint];
  const values = new Int16Array((aHi - aLo + 1) * (bHi - bLo + 1));
  let at = 0;
  for (let p = aLo; p <= aHi; p++)
    for (let q = bLo; q <= bHi; q++, at++)
      values[at] = Math.min(max, Math.max(min, target.apply(p - a.zeroPoint, q - b.zeroPoint)));
  return { a: [aLo, aHi], b: [bLo, bHi], values, min, max };
}

/** Offsets that give every pair its value; null where there are none. */
function offsetsOf(t: Table, ma: number, mb: number, shift: number): readonly [number, number] | null {
  const step = 2 ** shift;
  let [lo, hi] = [-MOST_OFFSET, MOST_OFFSET];
  let at = 0;
  for (let p = t.a[0]; p <= t.a[1]; p++) {
    for (let q = t.b[0]; q <= t.b[1]; q++, at++) {
      const [sum, value] = [p * ma + q * mb, t.values[at]];
      if (value > t.min) lo = Math.max(lo, value * step - sum);
      if (value < t.max) hi = Math.min(hi, (value + 1) * step - 1 - sum);
    }
    if (lo > hi) return null;
  }
  return [lo, hi];
}

function differenceOf(t: Table, [ma, mb]: readonly [number, number], offset: number, shift: number): number {
  let largest = 0;
  let at = 0;
  for (let p = t.a[0]; p <= t.a[1]; p++) {
    for (let q = t.b[0]; q <= t.b[1]; q++, at++) {
      const value = Math.floor((p * ma + q * mb + offset) / 2 ** shift);
      largest = Math.max(largest, Math.abs(Math.min(t.max, Math.max(t.min, value)) - t.values[at]));
    }
  }
  return largest;
}

/** The offset with most zeros at its end: they cost nothing. */
function roundest([lo, hi]: readonly [number, number]): number {
  for (let bit = 47; bit > 0; bit--) {
    const candidate = Math.ceil(lo / 2 ** bit) * 2 ** bit;
    if (candidate <= hi) return candidate;
  }
  return Math.ceil(lo);
}

/** With as few bits as will do; where none do, as near as 26 bits are. */
export function fitSum(target: SumRescale, a: QuantFormat, b: QuantFormat, clamp: Clamp): SumFit {
  const table = tableOf(target, a, b, clamp);
  const [fa, fb] = target.factors;
  const top = Math.floor(Math.log2((2 ** MOST_BITS - 1) / Math.max(fa, fb)));
  const plain = (shift: number): readonly [number, number] => [
    Math.round(fa * 2 ** shift),
    Math.round(fb * 2 ** shift),
  ];
  for (let shift = Math.max(1, top - MOST_BITS + LEAST_BITS); shift <= Math.min(top, 40); shift++) {
    const [ra, rb] = plain(shift);
    for (const da of NEIGHBOURS) {
      for (const db of NEIGHBOURS) {
        const multipliers = [ra + da, rb + db] as const;
        if (Math.min(...multipliers) < 0 || Math.max(...multipliers) >= 2 ** MOST_BITS) continue;
        const offsets = offsetsOf(table, ...multipliers, shift);
        if (!offsets) continue;
        const offset = roundest(offsets);
        return { multipliers, offset, shift, difference: differenceOf(table, multipliers, offset, shift) };
      }
    }
  }
  const shift = Math.min(top, 40);
  const multipliers = plain(shift);
  const offset = 2 ** (shift - 1) - a.zeroPoint * multipliers[0] - b.zeroPoint * multipliers[1];
  return { multipliers, offset, shift, difference: differenceOf(table, multipliers, offset, shift) };
}
