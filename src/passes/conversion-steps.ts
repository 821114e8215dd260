/**
 * Lane counts on the way from one layer's beats to another's. Beats are split only as far as time allows, and joined
 * no wider than the two counts force, so a conversion never takes longer than the slowest layer.
 */
import { ceilDiv } from '../ir/folding.js';
import { divisorsOf } from '../layers/shared/lanes.js';

/**
 * Share of the interval that a stream may fill which a conversion adds. A stream that is never idle cannot catch up on
 * a wait.
 */
const MOST_FULL = 1 / 2;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** LUTs per bit of an element: selection, and the output FIFO; hold register, and the output FIFO. */
function stepCost(from: number, to: number, channels: number): number {
  if (to < from) return from + to;
  // A pixel that is one beat goes through as it is, beside lanes of zero.
  return from >= channels ? from : 2 * to;
}

function costOf(from: number, steps: readonly number[], channels: number): number {
  let cost = 0;
  let lanes = from;
  for (const next of steps) {
    cost += stepCost(lanes, next, channels);
    lanes = next;
  }
  return cost;
}

/**
 * The cheapest way: split to a part of `from`, join to the least common multiple with a part of the wanted count, split
 * to that part, join to the count itself; steps that change nothing are left out.
 * @param wanted lane counts, any of which will do
 * @param channels per pixel
 * @param mostBeats per pixel that the interval allows; the beats of `from` and of what is wanted are taken as given
 * @returns lanes after each step
 */
export function conversionSteps(
  from: number,
  wanted: readonly number[],
  channels: number,
  mostBeats: number,
): readonly number[] {
  if (wanted.includes(from)) return [];
  const parts = (lanes: number): number[] =>
    divisorsOf(lanes).filter((d) => d === lanes || ceilDiv(channels, d) <= MOST_FULL * mostBeats);
  const sources = parts(from);
  let best: readonly number[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const to of wanted) {
    // The layer itself asks for these beats in one of several widths, so they too must leave it time.
    if (wanted.length > 1 && to < Math.max(...wanted) && ceilDiv(channels, to) > MOST_FULL * mostBeats)
      continue;
    for (const part of parts(to)) {
      for (const source of sources) {
        const joined = (source / gcd(source, part)) * part;
        const steps = [source, joined, part, to].filter((n, i, all) => n !== (i === 0 ? from : all[i - 1]));
        const cost = costOf(from, steps, channels) + steps.length;
        if (cost < least) {
          best = steps;
          least = cost;
        }
      }
    }
  }
  return best;
}
