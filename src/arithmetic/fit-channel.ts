/**
 * Multipliers and shifts with which a channel's requantizer can equal another function, step for step. Both never fall,
 * so equality is a pair of inequalities for each step, at most 255 of them, and what is left of them is an interval for
 * the rounding constant where the product is 0 or more, and another where it is below 0.
 */
import type { Steps } from './thresholds.js';

/** What a requantizer adds to the product, beyond 2^(shift-1); empty where `lo` is above `hi`. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

export interface Candidate {
  readonly multiplier: number;
  readonly shift: number;
  readonly above: Interval;
  readonly below: Interval;
  /** 2^unit divides some number of both intervals; as large as can be. */
  readonly unit: number;
}

export interface Target {
  /** Of the function, clamped, without the zero point. */
  readonly steps: Steps;
  readonly factor: number;
  /** Values at which the clamp makes larger differences vanish. */
  readonly min: number;
  readonly max: number;
}

/** No correction is needed: 0 is in both. */
export const NO_CORRECTION = 99;
const MOST_PRODUCT = 2 ** 52;

/** Largest unit of which a multiple lies in the interval. */
export function unitOf({ lo, hi }: Interval): number {
  if (lo <= 0 && hi >= 0) return NO_CORRECTION;
  for (let unit = 47; unit > 0; unit--) if (Math.floor(hi / 2 ** unit) * 2 ** unit >= lo) return unit;
  return 0;
}

/** The multiple of 2^unit nearest to zero, in those units. */
export const correctionIn = ({ lo, hi }: Interval, unit: number): number =>
  lo > 0 ? Math.ceil(lo / 2 ** unit) : hi < 0 ? Math.floor(hi / 2 ** unit) : 0;

/** Null where no rounding constant will do. */
function candidateOf(t: Target, multiplier: number, shift: number): Candidate | null {
  const { lo, hi, first, last, from } = t.steps;
  const step = 2 ** shift;
  const half = step / 2;
  if (Math.max(Math.abs(lo), Math.abs(hi)) * multiplier > MOST_PRODUCT) return null;
  let [aLo, aHi, bLo, bHi] = [-MOST_PRODUCT, MOST_PRODUCT, -MOST_PRODUCT, MOST_PRODUCT];
  const atLeast = (v: number, value: number): void => {
    const least = value * step - half - v * multiplier;
    if (v < 0 && multiplier > 0) bLo = Math.max(bLo, least);
    else aLo = Math.max(aLo, least);
  };
  const lessThan = (v: number, value: number): void => {
    const most = value * step - half - v * multiplier - 1;
    if (v < 0 && multiplier > 0) bHi = Math.min(bHi, most);
    else aHi = Math.min(aHi, most);
  };
  if (first > t.min) atLeast(lo, first);
  if (last < t.max) lessThan(hi, last + 1);
  for (let i = 0; i < from.length; i++) {
    const value = first + 1 + i;
    atLeast(from[i], value);
    lessThan(from[i] - 1, value);
    if (aLo > aHi || bLo > bHi) return null;
  }
  if (aLo > aHi || bLo > bHi) return null;
  const [above, below] = [
    { lo: aLo, hi: aHi },
    { lo: bLo, hi: bHi },
  ];
  return { multiplier, shift, above, below, unit: Math.min(unitOf(above), unitOf(below), shift - 1) };
}

/** Whether it needs no correction. */
export const isPlain = (c: Candidate): boolean =>
  c.above.lo <= 0 && c.above.hi >= 0 && c.below.lo <= 0 && c.below.hi >= 0;
const rank = (c: Candidate): number => (isPlain(c) ? NO_CORRECTION : c.unit);

const LEAST_SHIFT = 2;
const MOST_SHIFT = 47;
/** Neighbours of the rounded factor that are tried. */
const TRIED = [0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 7, -7, 8, -8];

/** For every shift the multiplier that leaves most freedom, among those of at most so many bits. */
export function candidatesOf(t: Target, mostMultiplierBits: number): Candidate[] {
  const found: Candidate[] = [];
  const isConstant = t.steps.from.length === 0;
  for (let shift = LEAST_SHIFT; shift <= MOST_SHIFT; shift++) {
    const exact = t.factor * 2 ** shift;
    if (exact < 0.5 && !isConstant) continue;
    if (exact >= 2 ** mostMultiplierBits) break;
    let best: Candidate | null = null;
    for (const by of TRIED) {
      const multiplier = Math.round(exact) + by;
      if (multiplier < (isConstant ? 0 : 1) || multiplier >= 2 ** mostMultiplierBits) continue;
      const c = candidateOf(t, multiplier, shift);
      if (c && (!best || rank(c) > rank(best))) best = c;
    }
    if (best) found.push(best);
  }
  return found;
}
