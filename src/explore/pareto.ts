/**
 * What a network costs at every speed: for a series of intervals the least full design, and those of least DSPs, LUTs and
 * block RAM. What another design beats is left out, so the rest is the Pareto front under the cost model.
 */
import { BlnetError } from '../diagnostics.js';
import { largestOf } from '../ir/extremes.js';
import { intervalCycles } from '../sim/engine.js';
import { type Cost, costOf, RESOURCES, type Resource } from './cost.js';
import { PLAIN } from './flip-flops.js';
import type { FoldingSpace } from './folding-space.js';
import type { Design, Planner } from './plan-design.js';

/** What a point has least of at its speed; `all` is what `compile` plans: the fullest resource the least full. */
export type Aim = 'all' | Resource;
const AIMS: readonly Aim[] = ['all', ...RESOURCES];

export interface ParetoPoint extends Cost {
  /** Planned cycles per frame. */
  readonly cycles: number;
  /** Simulated ones. */
  readonly interval: number;
  /** Layer that bounds the interval. */
  readonly bound: string;
  readonly aims: readonly Aim[];
  /** The resource of which the largest share of the part is taken. */
  readonly fullest: Resource;
  readonly fullestShare: number;
}

export interface ParetoFront {
  /** Fastest first; DSPs, LUTs and blocks of whole designs as the estimate counts them. */
  readonly points: readonly ParetoPoint[];
  readonly limits: Cost;
  /** Why the first point cannot be faster. */
  readonly reason: string;
}

/** Intervals of a series grow by so much. */
const STEP = Math.SQRT2;
/** At one of so many of them the designs of least DSPs, LUTs and block RAM are sought, too. */
const FRUGAL_EVERY = 2;

/** Whether `a` is nowhere worse, and somewhere better. */
export const dominates = (a: ParetoPoint, b: ParetoPoint): boolean => {
  const keys = ['interval', ...RESOURCES] as const;
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

/** What a rate may not be planned with: limits that a resource cannot keep, or a simulation that is too long. */
const isOutOfReach = (error: unknown): boolean =>
  error instanceof BlnetError && ['BLN206', 'BLN207', 'BLN208'].includes(error.diagnostic.code);

/** Errors: those of `Planner.plan` where nothing keeps to the limits. */
export function paretoFront(
  planner: Planner,
  onProgress: (done: number, total: number) => void = () => {},
): ParetoFront {
  const fastest = planner.plan(null);
  const { limits } = planner;
  const series = intervalSeries(planner.spaces(PLAIN), fastest.folding.cycles);
  const found = new Map<string, ParetoPoint>();
  series.forEach((interval, i) => {
    onProgress(i, series.length);
    for (const aim of i % FRUGAL_EVERY === 0 ? AIMS : AIMS.slice(0, 1)) {
      try {
        const design =
          i === 0 && aim === 'all' ? fastest : planner.plan(interval, aim === 'all' ? null : aim);
        const point = pointOf(design, planner, aim);
        const key = [point.interval, point.dsp, point.lut, point.bram].join();
        const before = found.get(key);
        const aims = new Set([...(before?.aims ?? []), aim]);
        found.set(key, { ...(before ?? point), aims: AIMS.filter((a) => aims.has(a)) });
      } catch (error) {
        if (!isOutOfReach(error)) throw error;
      }
    }
  });
  const points = withoutDominated([...found.values()]);
  points.sort((a, b) => a.interval - b.interval || a.dsp - b.dsp || a.lut - b.lut || a.bram - b.bram);
  return { points, limits, reason: fastest.folding.reason };
}

function pointOf({ folding, sized, estimate }: Design, planner: Planner, aim: Aim): ParetoPoint {
  const whole = planner.inBlocks(costOf(estimate.total));
  const shares = RESOURCES.map((r) => (whole[r] > 0 ? whole[r] / planner.part[r] : 0));
  const fullest = shares.indexOf(Math.max(...shares));
  return {
    cycles: folding.cycles,
    interval: intervalCycles(sized.simulation),
    ...whole,
    bound: folding.bound,
    aims: [aim],
    fullest: RESOURCES[fullest],
    fullestShare: shares[fullest],
  };
}
