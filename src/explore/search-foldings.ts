/**
 * Balanced folding: for a target interval every layer takes a folding that meets it, the cheapest that the budget
 * allows; the search finds the smallest interval that the budget pays for. Cycles per frame are closed forms, so no
 * simulation is needed, and the answer is exact under the cost model.
 */

import { assertInternal, BlnetError } from '../diagnostics.js';
import { largestOf } from '../ir/extremes.js';
import type { Folding, FoldingPlan } from '../ir/folding.js';
import { byResources, chooseOptions, withoutBeaten } from './choose-options.js';
import {
  type Budget,
  type CostWithFlipFlops,
  fitsIn,
  RESOURCES,
  type Resource,
  sumCosts,
  sumFlipFlops,
} from './cost.js';
import { explainLimits } from './explain-limits.js';
import { withinFlipFlops } from './flip-flops.js';
import type { FoldingSpace, FoldingSpaces } from './folding-space.js';
import type { FoldingOption } from './foldings.js';
import { leastFull } from './least-full.js';
import { leastUse } from './least-use.js';

export interface FoldingResult extends CostWithFlipFlops {
  readonly plan: FoldingPlan;
  /** Largest cycles per frame of any layer: the interval if no stream ever waits. */
  readonly cycles: number;
  /** Layer that bounds the interval. */
  readonly bound: string;
  /** Why the next smaller interval is out of reach, in words. */
  readonly reason: string;
}

const fastestOf = (options: readonly FoldingOption[]): number =>
  options.reduce((least, o) => Math.min(least, o.cycles), Number.POSITIVE_INFINITY);

/** Options of every layer that take at most so many cycles. */
const within = (space: FoldingSpace, cycles: number): FoldingOption[][] =>
  [...space.values()].map((options) => options.filter((o) => o.cycles <= cycles));

/** @param choice an option of every layer */
function planOf(space: FoldingSpace, choice: readonly FoldingOption[]): Omit<FoldingResult, 'reason'> {
  const names = [...space.keys()];
  const plan = new Map<string, Folding>(choice.map((o, i) => [names[i], o.folding]));
  const cycles = largestOf(choice.map((o) => o.cycles));
  const bound = names[choice.findIndex((o) => o.cycles === cycles)];
  const lut = choice.reduce((sum, o) => sum + (o.ownLut ?? o.lut), 0);
  return { plan, cycles, bound, ...sumCosts(choice), lut, ff: sumFlipFlops(choice) };
}

/** Least full plan whose layers all take at most `target` cycles within the budget, or null. */
export function planFor(
  space: FoldingSpace,
  target: number,
  budget: Budget,
): Omit<FoldingResult, 'reason'> | null {
  const choice = leastFull(within(space, target), budget);
  return choice && planOf(space, choice);
}

const WITHOUT_LIMIT: Budget = { dsp: Infinity, lut: Infinity, bram: Infinity };

/** Which resource is short for the next faster interval, each asked for without limit in turn. */
function shortage(space: FoldingSpace, target: number, budget: Budget): string {
  const words = { dsp: 'DSPs', lut: 'LUTs', bram: 'block RAM' } as const;
  const enough = RESOURCES.filter((r) =>
    chooseOptions(within(space, target), { ...budget, [r]: Number.POSITIVE_INFINITY }, 'quick'),
  );
  return enough.length > 0 ? enough.map((r) => words[r]).join(' or ') : 'several resources at once';
}

/** Fastest plan within a budget. Errors: BLN206 when even the smallest folding exceeds it. */
export const searchFoldings = (spaces: FoldingSpaces, budget: Budget): FoldingResult =>
  withinFlipFlops(budget, (weights, most) => fastestPlan(spaces(weights), most));

function fastestPlan(space: FoldingSpace, budget: Budget): FoldingResult {
  const sorted: FoldingSpace = new Map([...space].map(([name, f]) => [name, [...f].sort(byResources)]));
  const all = [...space.values()].flatMap((f) => f.map((o) => o.cycles));
  // Below the slowest layer's fastest folding there is nothing.
  const floor = largestOf([...space.values()].map(fastestOf));
  const targets = [...new Set(all)].filter((t) => t >= floor).sort((a, b) => a - b);
  const target = (index: number): number => targets[index];
  let lo = 0;
  let hi = targets.length - 1;
  let layers = [...sorted.values()] as readonly (readonly FoldingOption[])[];
  /** Index of the interval of some choice that is fast enough and fits; null where there is none. */
  const reached = (index: number): number | null => {
    const choice = chooseOptions(
      layers.map((options) => options.filter((o) => o.cycles <= target(index))),
      budget,
    );
    return (
      choice &&
      targets.indexOf(
        largestOf(
          choice.map((o) => o.cycles),
          floor,
        ),
      )
    );
  };
  const first = reached(hi);
  if (first === null) {
    throw new BlnetError('BLN206', explainLimits([...space.values()], budget, 'the smallest design'));
  }
  hi = first;
  while (lo < hi) {
    // What is faster than the answer can be is as good as what is just as fast.
    const [least, most] = [target(lo), target(hi)];
    layers = layers.map((options) =>
      withoutBeaten(
        options.filter((o) => o.cycles <= most),
        (o) => o.cycles <= least,
      ),
    );
    const middle = (lo + hi) >> 1;
    const found = reached(middle);
    if (found === null) lo = middle + 1;
    else hi = found;
  }
  const best = planFor(sorted, target(hi), budget);
  assertInternal(best !== null, 'a choice fits and is not found');
  const reason =
    lo === 0
      ? `no folding of ${best.bound} is faster`
      : `${target(lo - 1)} cycles would need more ${shortage(sorted, target(lo - 1), budget)}`;
  return { ...best, reason };
}

/** Cheapest plan that takes a frame every `interval` cycles. Errors: BLN206 when it is out of reach. */
export const foldingsForInterval = (
  spaces: FoldingSpaces,
  interval: number,
  budget: Budget = WITHOUT_LIMIT,
): FoldingResult =>
  withinFlipFlops(budget, (weights, most) => {
    const space = spaces(weights);
    return asked(space, interval, most, planFor(space, interval, most));
  });

/** Of the plans that take a frame every `interval` cycles one of least of a resource. Errors: as above. */
export const frugalFoldings = (
  spaces: FoldingSpaces,
  interval: number,
  budget: Budget,
  least: Resource,
): FoldingResult =>
  withinFlipFlops(budget, (weights, most) => {
    const space = spaces(weights);
    const choice = leastUse(within(space, interval), most, least);
    return asked(space, interval, most, choice && fitsIn(choice, most) ? planOf(space, choice) : null);
  });

/** The plan with its reason. Errors: BLN206 where there is none. */
function asked(
  space: FoldingSpace,
  interval: number,
  budget: Budget,
  result: Omit<FoldingResult, 'reason'> | null,
): FoldingResult {
  if (result) return { ...result, reason: `the interval of ${Math.floor(interval)} cycles was asked for` };
  let worst = { layer: '', cycles: 0 };
  for (const [layer, options] of space) {
    const cycles = fastestOf(options);
    if (cycles > worst.cycles) worst = { layer, cycles };
  }
  if (worst.cycles <= interval) {
    const detail = explainLimits(
      within(space, interval),
      budget,
      `a frame every ${Math.floor(interval)} cycles`,
    );
    throw new BlnetError('BLN206', { ...detail, hint: `lower --fps, or ${detail.hint}` });
  }
  throw new BlnetError('BLN206', {
    where: worst.layer,
    found: `a frame every ${Math.floor(interval)} cycles is asked for, its fastest folding takes ${worst.cycles}`,
    hint: 'lower --fps, or raise --clock',
  });
}
