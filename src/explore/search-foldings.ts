/**
 * Balanced folding: for a target interval every layer takes a folding that meets it, the cheapest that the budget
 * allows; the search finds the smallest interval that the budget pays for. Cycles per frame are closed forms, so no
 * simulation is needed, and the answer is exact under the cost model.
 */

import { assertInternal, BlnetError } from '../diagnostics.js';
import { largestOf } from '../ir/extremes.js';
import type { Folding, FoldingPlan } from '../ir/folding.js';
import type { QuantGraph } from '../ir/quant-graph.js';
import { type Budget, byResources, chooseOptions, type Effort, withoutBeaten } from './choose-options.js';
import { type CostWithFlipFlops, RESOURCES, sumCosts, sumFlipFlops } from './cost.js';
import { explainLimits } from './explain-limits.js';
import { PLAIN, type Weights, weighed, withinFlipFlops } from './flip-flops.js';
import { type Fabric, type FoldingOption, fabricOf, foldingGroups } from './foldings.js';

export interface FoldingResult extends CostWithFlipFlops {
  readonly plan: FoldingPlan;
  /** Largest cycles per frame of any layer: the interval if no stream ever waits. */
  readonly cycles: number;
  /** Layer that bounds the interval. */
  readonly bound: string;
  /** Why the next smaller interval is out of reach, in words. */
  readonly reason: string;
}

/**
 * Options of every layer that no other option beats in cycles and every resource, fastest first. Those at least as fast
 * as the network can be count as equally fast.
 */
export type FoldingSpace = ReadonlyMap<string, readonly FoldingOption[]>;

/** What no option of `front` beats or equals, in the order of `sorted`; `front` becomes the front of both. */
function takeUnbeaten(front: FoldingOption[], sorted: readonly FoldingOption[]): FoldingOption[] {
  return sorted.filter((o) => {
    for (const k of front) if (k.dsp <= o.dsp && k.lut <= o.lut && k.bram <= o.bram) return false;
    // Options that the new one beats need not be asked any more.
    let left = 0;
    for (const k of front) if (k.dsp < o.dsp || k.lut < o.lut || k.bram < o.bram) front[left++] = k;
    front.length = left;
    front.push(o);
    return true;
  });
}

/** Options that are equally fast. */
interface PricedGroup {
  readonly cycles: number;
  readonly options: readonly FoldingOption[];
}

/** What no folding of one layer beats, the fastest first. @param floor cycles below which speed gains nothing */
function unbeaten(groups: readonly PricedGroup[], floor: number): FoldingOption[] {
  const kept: FoldingOption[] = [];
  const front: FoldingOption[] = [];
  for (let next = 0; next < groups.length; ) {
    const cycles = Math.max(floor, groups[next].cycles);
    const equal: FoldingOption[] = [];
    for (; next < groups.length && groups[next].cycles <= cycles; next++)
      for (const option of groups[next].options) equal.push(option);
    equal.sort((a, b) => a.dsp - b.dsp || a.lut - b.lut || a.bram - b.bram || a.cycles - b.cycles);
    for (const option of takeUnbeaten(front, equal)) kept.push(option);
  }
  return kept;
}

/** @param weights of LUTs and flip-flops in what the options call LUTs, see flip-flops.ts */
export function foldingSpace(
  graph: QuantGraph,
  fabric: Fabric = fabricOf('xc7'),
  weights: Weights = PLAIN,
): FoldingSpace {
  const layers = graph.nodes.map((node) => {
    const groups = foldingGroups(graph, node, fabric);
    if (groups.length === 0) {
      throw new BlnetError('BLN206', { where: node.name, found: 'no folding is legal for its shape' });
    }
    return { name: node.name, groups };
  });
  // No plan is faster than the slowest layer's fastest folding.
  const floor = largestOf(layers.map(({ groups }) => Math.min(...groups.map((g) => g.cycles))));
  return new Map(
    layers.map(({ name, groups }) => {
      // In the order in which the layer lists them, so that it can make use of what neighbours share.
      const priced = groups.map((g) => ({ cycles: g.cycles, options: weighed(g.options(), weights) }));
      return [
        name,
        unbeaten(
          priced.sort((a, b) => a.cycles - b.cycles),
          floor,
        ),
      ];
    }),
  );
}

const fastestOf = (options: readonly FoldingOption[]): number =>
  options.reduce((least, o) => Math.min(least, o.cycles), Number.POSITIVE_INFINITY);

/** Plan whose layers all take at most `target` cycles within the budget, or null. */
export function planFor(
  space: FoldingSpace,
  target: number,
  budget: Budget,
  effort: Effort = 'least',
): Omit<FoldingResult, 'reason'> | null {
  const names = [...space.keys()];
  const layers = [...space.values()].map((options) => options.filter((o) => o.cycles <= target));
  const choice = chooseOptions(layers, budget, effort);
  if (!choice) return null;
  const plan = new Map<string, Folding>(choice.map((o, i) => [names[i], o.folding]));
  const cycles = largestOf(choice.map((o) => o.cycles));
  const bound = names[choice.findIndex((o) => o.cycles === cycles)];
  const lut = choice.reduce((sum, o) => sum + (o.ownLut ?? o.lut), 0);
  return { plan, cycles, bound, ...sumCosts(choice), lut, ff: sumFlipFlops(choice) };
}

const WITHOUT_LIMIT: Budget = { dsp: Infinity, lut: Infinity, bram: Infinity };

/** Which resource is short for the next faster interval, each asked for without limit in turn. */
function shortage(space: FoldingSpace, target: number, budget: Budget): string {
  const words = { dsp: 'DSPs', lut: 'LUTs', bram: 'block RAM' } as const;
  const enough = RESOURCES.filter((r) =>
    planFor(space, target, { ...budget, [r]: Number.POSITIVE_INFINITY }, 'quick'),
  );
  return enough.length > 0 ? enough.map((r) => words[r]).join(' or ') : 'several resources at once';
}

/** Fastest plan within a budget. Errors: BLN206 when even the smallest folding exceeds it. */
export function searchFoldings(
  graph: QuantGraph,
  budget: Budget,
  fabric: Fabric = fabricOf('xc7'),
): FoldingResult {
  return withinFlipFlops(budget, (weights, within) =>
    fastestPlan(foldingSpace(graph, fabric, weights), within),
  );
}

export function fastestPlan(space: FoldingSpace, budget: Budget): FoldingResult {
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
      'any',
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
export function foldingsForInterval(
  graph: QuantGraph,
  interval: number,
  budget: Budget = WITHOUT_LIMIT,
  fabric: Fabric = fabricOf('xc7'),
): FoldingResult {
  return withinFlipFlops(budget, (weights, within) =>
    planWithin(foldingSpace(graph, fabric, weights), interval, within),
  );
}

function planWithin(space: FoldingSpace, interval: number, budget: Budget): FoldingResult {
  const result = planFor(space, interval, budget);
  if (result) return { ...result, reason: `the interval of ${Math.floor(interval)} cycles was asked for` };
  let worst = { layer: '', cycles: 0 };
  for (const [layer, options] of space) {
    const cycles = fastestOf(options);
    if (cycles > worst.cycles) worst = { layer, cycles };
  }
  if (worst.cycles <= interval) {
    const layers = [...space.values()].map((options) => options.filter((o) => o.cycles <= interval));
    const detail = explainLimits(layers, budget, `a frame every ${Math.floor(interval)} cycles`);
    throw new BlnetError('BLN206', { ...detail, hint: `lower --fps, or ${detail.hint}` });
  }
  throw new BlnetError('BLN206', {
    where: worst.layer,
    found: `a frame every ${Math.floor(interval)} cycles is asked for, its fastest folding takes ${worst.cycles}`,
    hint: 'lower --fps, or raise --clock',
  });
}
