/**
 * Whether any choice of one option per layer keeps to a budget of three resources: exact. Prices first (a Lagrangian
 * bound, which settles nearly every question), then the choice of fewest LUTs.
 */
import { type Budget, type Cost, fitsIn, RESOURCES, totalOf } from './cost.js';
import { fewestLuts, HAIR } from './fewest-luts.js';

type Prices = readonly [number, number, number];

/** Order in which whatever beats an option comes before it. */
export const byResources = (a: Cost, b: Cost): number => a.dsp - b.dsp || a.bram - b.bram || a.lut - b.lut;

/**
 * Drops options that another one beats or equals in every resource.
 * @param sorted options in the order `byResources`, and so is the result
 * @param beats whether an option may beat others
 */
export function withoutBeaten<O extends Cost>(
  sorted: readonly O[],
  beats: (o: O) => boolean = () => true,
): O[] {
  // More DSPs come later, so two resources tell. Of those that beat, only the least in both need be asked.
  const front: O[] = [];
  return sorted.filter((o) => {
    for (const k of front) if (k.bram <= o.bram && k.lut <= o.lut) return false;
    if (beats(o)) {
      let left = 0;
      for (const k of front) if (k.bram < o.bram || k.lut < o.lut) front[left++] = k;
      front.length = left;
      front.push(o);
    }
    return true;
  });
}

/** Share of the budget; a budget of 0 makes any use infinite. */
const share = (used: number, budget: number): number =>
  used === 0 ? 0 : budget > 0 ? used / budget : Number.POSITIVE_INFINITY;

/** Stands for an infinite price, and unlike it is 0 times nothing. */
const PROHIBITIVE = 1e300;
const unitPrice = (price: number, budget: number): number => (budget > 0 ? price / budget : PROHIBITIVE);

function cheapest<O extends Cost>(options: readonly O[], budget: Budget, prices: Prices): O {
  const perDsp = unitPrice(prices[0], budget.dsp);
  const perLut = unitPrice(prices[1], budget.lut);
  const perBram = unitPrice(prices[2], budget.bram);
  let best = options[0];
  let bestPrice = Number.POSITIVE_INFINITY;
  for (const o of options) {
    const price = o.dsp * perDsp + o.lut * perLut + o.bram * perBram;
    if (price < bestPrice) {
      best = o;
      bestPrice = price;
    }
  }
  return best;
}

const ROUNDS = 80;

/**
 * With prices on the resources every layer chooses for itself. Choices that fit answer yes; choices whose price
 * exceeds that of the whole budget prove that nothing fits; prices of exhausted resources rise in between.
 */
function byPrices<O extends Cost>(
  layers: readonly (readonly O[])[],
  budget: Budget,
): O[] | 'nothing' | 'unknown' {
  let prices: Prices = [1, 1, 1];
  for (let round = 0; round < ROUNDS; round++) {
    const choice = layers.map((options) => cheapest(options, budget, prices));
    if (fitsIn(choice, budget)) return choice;
    const used = RESOURCES.map((r) => share(totalOf(choice, r), budget[r]));
    const total = used.reduce((n, u, i) => n + prices[i] * u, 0);
    if (total > prices[0] + prices[1] + prices[2] + HAIR) return 'nothing';
    const step = 4 / (2 + round / 4);
    const raised = used.map((u, i) => prices[i] * Math.exp(step * Math.min(1, u - 1)));
    const mean = raised.reduce((a, b) => a + b, 0) / 3;
    prices = raised.map((p) => p / mean) as unknown as Prices;
  }
  return 'unknown';
}

/** How much an answer is worth. */
export type Effort =
  /** Any choice that fits, if there is one. */
  | 'any'
  /** Gives up (null) where prices alone do not tell. */
  | 'quick';

/** What no other option of its layer beats, in the order that `chooseAmong` wants. */
export const frontsOf = <O extends Cost>(layers: readonly (readonly O[])[]): O[][] =>
  layers.map((options) => withoutBeaten([...options].sort(byResources)));

/** @param fronts of `frontsOf` */
export function chooseAmong<O extends Cost>(
  fronts: readonly (readonly O[])[],
  budget: Budget,
  effort: Effort = 'any',
): O[] | null {
  if (fronts.some((options) => options.length === 0)) return null;
  const choice = byPrices(fronts, budget);
  if (choice === 'nothing') return null;
  if (choice !== 'unknown') return choice;
  return effort === 'quick' ? null : fewestLuts(fronts, budget, true);
}

/** One option of each layer, all within the budget, or null when there is no such choice. */
export const chooseOptions = <O extends Cost>(
  layers: readonly (readonly O[])[],
  budget: Budget,
  effort: Effort = 'any',
): O[] | null => chooseAmong(frontsOf(layers), budget, effort);
