/**
 * What a network costs at every speed: for a series of intervals the cheapest design, and those of least DSPs, LUTs and
 * block RAM. What another design beats is left out, so the rest is the Pareto front under the cost model.
 */
import { largestOf } from '../ir/extremes.js';
import { type DesignBudget, wholeDesign } from './budget.js';
import { chooseOptions } from './choose-options.js';
import { type Cost, RESOURCES, type Resource, sumCosts, sumFlipFlops } from './cost.js';
import type { FoldingOption } from './foldings.js';
import { leastUse } from './least-use.js';
import { type FoldingSpace, fastestPlan } from './search-foldings.js';

/** What a point has least of at its speed; `all` is the least sum of the shares of the budget. */
export type Aim = 'all' | Resource;
const AIMS: readonly Aim[] = ['all', ...RESOURCES];

export interface ParetoPoint extends Cost {
  /** Planned cycles per frame. */
  readonly cycles: number;
  /** Layer that bounds the interval. */
  readonly bound: string;
  readonly aims: readonly Aim[];
  /** The resource of which the largest share of the limit is taken. */
  readonly fullest: Resource;
  readonly fullestShare: number;
}

export interface ParetoFront {
  /** Fastest first; DSPs, LUTs and blocks of whole designs. */
  readonly points: readonly ParetoPoint[];
  readonly limits: Cost;
  /** Why the first point cannot be faster. */
  readonly reason: string;
}

/** Intervals of a series grow by so much. */
const STEP = Math.SQRT2;

/** Whether `a` is nowhere worse, and somewhere better. */
export const dominates = (a: ParetoPoint, b: ParetoPoint): boolean => {
  const keys = ['cycles', ...RESOURCES] as const;
  return keys.every((k) => a[k] <= b[k]) && keys.some((k) => a[k] < b[k]);
};

/** Points that no other one dominates. */
export const withoutDominated = (points: readonly ParetoPoint[]): ParetoPoint[] =>
  points.filter((p) => !points.some((other) => dominates(other, p)));

/** From the fastest design to that of every layer's smallest folding. */
export function intervalSeries(space: FoldingSpace, fastest: number): number[] {
  const slowest = largestOf([...space.values()].flatMap((options) => options.map((o) => o.cycles)));
  const series: number[] = [];
  for (let interval = fastest; interval < slowest; interval *= STEP) series.push(Math.floor(interval));
  return [...series, Math.max(fastest, slowest)];
}

function choiceFor(
  layers: readonly (readonly FoldingOption[])[],
  budget: DesignBudget,
  aim: Aim,
): FoldingOption[] | null {
  const choice = aim === 'all' ? chooseOptions(layers, budget) : leastUse(layers, budget, aim);
  if (!choice || sumFlipFlops(choice) > (budget.ff ?? Number.POSITIVE_INFINITY)) return null;
  return aim === 'all' || sumCosts(choice)[aim] <= budget[aim] ? choice : null;
}

/** Errors: BLN206 when nothing fits the budget. */
export function paretoFront(
  space: FoldingSpace,
  budget: DesignBudget,
  onProgress: (done: number, total: number) => void = () => {},
): ParetoFront {
  const names = [...space.keys()];
  const fastest = fastestPlan(space, budget);
  const limits = wholeDesign(budget, budget);
  const series = intervalSeries(space, fastest.cycles);
  const found = new Map<string, ParetoPoint>();
  series.forEach((interval, i) => {
    onProgress(i, series.length);
    const layers = [...space.values()].map((options) => options.filter((o) => o.cycles <= interval));
    for (const aim of AIMS) {
      const choice = choiceFor(layers, budget, aim);
      if (!choice) continue;
      const point = pointOf(choice, names, budget, limits, aim);
      const key = [point.cycles, point.dsp, point.lut, point.bram].join();
      const before = found.get(key);
      const aims = new Set([...(before?.aims ?? []), aim]);
      found.set(key, { ...(before ?? point), aims: AIMS.filter((a) => aims.has(a)) });
    }
  });
  const points = withoutDominated([...found.values()]);
  points.sort((a, b) => a.cycles - b.cycles || a.dsp - b.dsp || a.lut - b.lut || a.bram - b.bram);
  return { points, limits, reason: fastest.reason };
}

function pointOf(
  choice: readonly FoldingOption[],
  names: readonly string[],
  budget: DesignBudget,
  limits: Cost,
  aim: Aim,
): ParetoPoint {
  const cycles = largestOf(choice.map((o) => o.cycles));
  const whole = wholeDesign(sumCosts(choice), budget);
  const shares = RESOURCES.map((r) => (limits[r] > 0 ? whole[r] / limits[r] : 0));
  const fullest = shares.indexOf(Math.max(...shares));
  return {
    cycles,
    ...whole,
    bound: names[choice.findIndex((o) => o.cycles === cycles)],
    aims: [aim],
    fullest: RESOURCES[fullest],
    fullestShare: shares[fullest],
  };
}
