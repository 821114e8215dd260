/**
 * A requantizer that equals another runtime's arithmetic on every accumulator that a layer can have: candidates of each
 * channel, and the cheapest common form that holds one of each. What cannot be equal is as near as 26 bits are, and said.
 */
import { largestOf, smallestOf } from '../ir/extremes.js';
import { type Requant, signedBits } from '../ir/quant-graph.js';
import {
  type Candidate,
  candidatesOf,
  correctionIn,
  type Interval,
  isPlain,
  NO_CORRECTION,
  type Target,
  unitOf,
} from './fit-channel.js';
import { requantize } from './requantize.js';
import type { Rescale } from './runtimes.js';
import { largestDifference, stepsOf } from './thresholds.js';

const MOST_MULTIPLIER_BITS = 26;
const LEAST_MULTIPLIER_BITS = 8;
const MOST_SPREAD_BITS = 6;
const MOST_CORRECTION_BITS = 20;
/** Accumulator plus bias and multiplier: what a double holds exactly, with room for corrections. */
const MOST_PRODUCT_BITS = 52;

export interface Channel {
  /** Of accumulator plus bias. */
  readonly rescale: Rescale;
  readonly bias: number;
  /** Ends of accumulator plus bias. */
  readonly lo: number;
  readonly hi: number;
}

export interface Clamp {
  readonly zeroPoint: number;
  readonly min: number;
  readonly max: number;
}

export interface Fit {
  readonly requant: Requant;
  /** Largest difference of every channel's results, over all that its accumulator can be. */
  readonly differences: readonly number[];
}

/** The function with the clamp, the zero point left off. */
const clamped = ({ apply }: Rescale, { zeroPoint, min, max }: Clamp) => {
  const [lo, hi] = [min - zeroPoint, max - zeroPoint];
  return (v: number): number => Math.min(hi, Math.max(lo, apply(v)));
};

function targetOf(c: Channel, clamp: Clamp): Target {
  const { zeroPoint, min, max } = clamp;
  const steps = stepsOf(clamped(c.rescale, clamp), c.lo, c.hi);
  return { steps, factor: c.rescale.factor, min: min - zeroPoint, max: max - zeroPoint };
}

/** The factor rounded to most bits, for a channel without candidates. */
function nearest({ factor }: Rescale, bits: number): Candidate[] {
  const shift = Math.min(47, Math.max(2, Math.floor(bits - 1e-9 - Math.log2(factor))));
  const none = { lo: 0, hi: 0 };
  return [0, 1, 2, 3].map((less) => ({
    multiplier: Math.min(2 ** bits - 1, Math.round(factor * 2 ** (shift - less))),
    shift: Math.max(1, shift - less),
    above: none,
    below: none,
    unit: shift - less - 1,
  }));
}

/** One candidate of each channel, and how what is common to them is built. */
interface Choice {
  readonly chosen: readonly Candidate[];
  readonly unit: number;
  readonly cost: number;
}

/** About the LUTs of a lane, with a DSP for the product where its operands fit one. */
function costOf(
  chosen: readonly Candidate[],
  unit: number,
  sumBits: number,
  multiplierBits: number,
  spreadBits: number,
): number {
  const product = sumBits + multiplierBits;
  const lowest = smallestOf(chosen.map((c) => c.shift));
  const needed = chosen.flatMap((c) => [correctionIn(c.above, unit), correctionIn(c.below, unit)]);
  const isCorrected = needed.some((r) => r !== 0);
  const bits = isCorrected ? signedBits(smallestOf(needed, 0), largestOf(needed, 0)) : 0;
  if (bits > MOST_CORRECTION_BITS) return Number.POSITIVE_INFINITY;
  const fitsDsp = (sumBits <= 25 && multiplierBits <= 17) || (sumBits <= 18 && multiplierBits <= 24);
  return (
    multiplierBits * sumBits * 0.25 +
    (isCorrected ? product - unit + 2 * bits : 0) +
    spreadBits * (0.5 * Math.max(2, product - lowest + 2) + 1) +
    (fitsDsp ? 0 : 40)
  );
}

/** The candidate of a window of shifts that leaves most freedom. */
function freest(list: readonly Candidate[], base: number, spread: number, bits: number): Candidate | null {
  let best: Candidate | null = null;
  for (const c of list) {
    if (c.shift < base || c.shift > base + spread || c.multiplier >= 2 ** bits) continue;
    if (!best || (isPlain(c) && !isPlain(best)) || (!isPlain(best) && c.unit > best.unit)) best = c;
  }
  return best;
}

function choose(lists: ReadonlyArray<readonly Candidate[]>, sumBits: number, bits: number): Choice | null {
  let best: Choice | null = null;
  const shifts = lists.map((list) => list.map((c) => c.shift));
  // The channel with the largest factor has no candidate above this.
  const highest = smallestOf(shifts.map((s) => largestOf(s)));
  const lowest = smallestOf(shifts.map((s) => smallestOf(s)));
  for (let b = LEAST_MULTIPLIER_BITS; b <= bits; b++) {
    for (let spreadBits = 0; spreadBits <= MOST_SPREAD_BITS; spreadBits++) {
      let isFound = false;
      for (let base = lowest; base <= highest; base++) {
        const chosen: Candidate[] = [];
        for (const list of lists) {
          const c = freest(list, base, 2 ** spreadBits - 1, b);
          if (!c) break;
          chosen.push(c);
        }
        if (chosen.length < lists.length) continue;
        isFound = true;
        const least = smallestOf(chosen.map((c) => c.shift)) - 1;
        const unit = Math.max(
          0,
          smallestOf(
            chosen.filter((c) => !isPlain(c)).map((c) => c.unit),
            least,
          ),
        );
        const cost = costOf(chosen, unit, sumBits, b, spreadBits);
        if (!best || cost < best.cost) best = { chosen, unit, cost };
      }
      // A wider spread only costs more.
      if (isFound) break;
    }
  }
  return best && best.cost < Number.POSITIVE_INFINITY ? best : null;
}

/**
 * One of each interval, in units of 2^unit: all near a round number that many hold, so that few bits differ between
 * channels; 0 where all hold it.
 */
function corrections(intervals: readonly Interval[], unit: number): Int32Array {
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
  const [lo, hi] = [middle(intervals.map((i) => i.lo)), middle(intervals.map((i) => i.hi))];
  const round = lo > hi ? NO_CORRECTION : unitOf({ lo, hi });
  const by = Math.max(round, unit);
  const common = round === NO_CORRECTION ? 0 : correctionIn({ lo, hi }, by) * 2 ** by;
  return Int32Array.from(intervals, (i) => {
    const shifted = { lo: i.lo - common, hi: i.hi - common };
    return correctionIn(shifted, unit) + Math.round(common / 2 ** unit);
  });
}

/**
 * A channel whose result never changes may have any scale: dead ones come with steps so small that their bias would need
 * 32 bits, and so would every sum of the layer.
 */
function withSmallBias(c: Channel, clamp: Clamp): Channel {
  const f = clamped(c.rescale, clamp);
  const [value, last] = [f(c.lo), f(c.hi)];
  if (value !== last) return c;
  const reach = 2 * (c.hi - c.lo + 1);
  // The results' step is `reach` of the accumulator's, whose middle is moved to the middle of the value.
  const bias = value * reach - Math.round((c.lo + c.hi) / 2 - c.bias);
  if (Math.abs(bias) >= Math.abs(c.bias)) return c;
  const by = bias - c.bias;
  return { rescale: { factor: 1 / reach, apply: () => value }, bias, lo: c.lo + by, hi: c.hi + by };
}

/** @param accBits of the layer's accumulator */
export function fitRequant(given: readonly Channel[], accBits: number, clamp: Clamp): Fit | null {
  const channels = given.map((c) => withSmallBias(c, clamp));
  const half = 2 ** (accBits - 1);
  const biases = Float64Array.from(channels, (c) => c.bias);
  const sumBits = signedBits(smallestOf(biases, 0) - half, largestOf(biases, 0) + half - 1);
  const bits = Math.min(MOST_MULTIPLIER_BITS, MOST_PRODUCT_BITS - sumBits);
  const lists = channels.map((c) => {
    const found = candidatesOf(targetOf(c, clamp), bits);
    return found.length > 0 ? found : nearest(c.rescale, bits);
  });
  const choice = choose(lists, sumBits, bits);
  if (!choice) return null;
  const { chosen, unit } = choice;
  const above = corrections(
    chosen.map((c) => c.above),
    unit,
  );
  const below = corrections(
    chosen.map((c) => c.below),
    unit,
  );
  const isCorrected = above.some((r) => r !== 0) || below.some((r) => r !== 0);
  const requant: Requant = {
    multipliers: Int32Array.from(chosen, (c) => c.multiplier),
    biases,
    shifts: Int32Array.from(chosen, (c) => c.shift),
    corrections: isCorrected ? { unit, above, below } : null,
    zeroPoint: clamp.zeroPoint,
    min: clamp.min,
    max: clamp.max,
  };
  return { requant, differences: channels.map((c, i) => differenceOf(c, requant, i, clamp)) };
}

/** Of the requantizer as it is specified, not of the inequalities that it was found by. */
function differenceOf(c: Channel, requant: Requant, channel: number, clamp: Clamp): number {
  const wanted = clamped(c.rescale, clamp);
  const found = (v: number): number => requantize(v - c.bias, requant, channel) - clamp.zeroPoint;
  return largestDifference(wanted, found, c.lo, c.hi);
}
