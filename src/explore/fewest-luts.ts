/**
 * The choice of one option per layer that takes the fewest LUTs within a budget: exact. Prices on DSPs and block RAM tell
 * which options may be part of it, dynamic programming over both resources finds it among them.
 */
import { type Budget, type Cost, type Resource, totalOf } from './cost.js';

/** Rounding must never call a plan impossible, or drop an option, that just fits. */
export const HAIR = 1e-9;

/** LUTs that one DSP and one block count for. */
type LutPrices = readonly [dsp: number, bram: number];

const priceOf = (o: Cost, prices: LutPrices): number => o.lut + prices[0] * o.dsp + prices[1] * o.bram;

function leastPriced<O extends Cost>(options: readonly O[], prices: LutPrices): O {
  let best = options[0];
  let least = priceOf(best, prices);
  for (const o of options) {
    const price = priceOf(o, prices);
    if (price < least) [best, least] = [o, price];
  }
  return best;
}

/** By how many budgets a choice exceeds the DSPs and blocks. */
const excess = (dsp: number, bram: number, budget: Budget): number =>
  Math.max(0, dsp - budget.dsp) / Math.max(1, budget.dsp) +
  Math.max(0, bram - budget.bram) / Math.max(1, budget.bram);

/**
 * A choice near `choice` that keeps to the DSPs and blocks, or null where none is found: exchanges one option after
 * another, each time the one whose rise in price is least for what it brings the choice closer; then spends what is left
 * of DSPs and blocks on LUTs.
 */
function repaired<O extends Cost>(
  layers: readonly (readonly O[])[],
  choice: readonly O[],
  budget: Budget,
  prices: LutPrices,
): O[] | null {
  const now = [...choice];
  let [dsp, bram] = [totalOf(now, 'dsp'), totalOf(now, 'bram')];
  for (;;) {
    const before = excess(dsp, bram, budget);
    let best: { layer: number; option: O } | undefined;
    let bestRate = Number.POSITIVE_INFINITY;
    for (let layer = 0; layer < layers.length; layer++) {
      const old = now[layer];
      const oldPrice = priceOf(old, prices);
      for (const option of layers[layer]) {
        const after = excess(dsp + option.dsp - old.dsp, bram + option.bram - old.bram, budget);
        if (before > 0 ? after >= before : after > 0 || option.lut >= old.lut) continue;
        const rise = priceOf(option, prices) - oldPrice;
        const rate = before > 0 ? rise / (before - after) : rise;
        if (!best || rate < bestRate) {
          best = { layer, option };
          bestRate = rate;
        }
      }
    }
    if (!best) return before > 0 ? null : now;
    const old = now[best.layer];
    dsp += best.option.dsp - old.dsp;
    bram += best.option.bram - old.bram;
    now[best.layer] = best.option;
  }
}

/** Rounds that bring the prices close to their best. */
const PRICING_ROUNDS = 60;
/** Of them, one in so many also looks for a choice that fits. */
const REPAIR_EVERY = 10;

/** What prices on DSPs and blocks tell. */
interface Priced<O> {
  /** The options that may be part of the choice of fewest LUTs; null where nothing fits. */
  readonly open: O[][] | null;
  /** A choice that fits, where one was met. */
  readonly fitting: O[] | null;
}

/**
 * The options that may be part of the choice within the budget that takes the fewest LUTs: a few per layer.
 * DSPs and blocks are priced in LUTs: what every layer then pays at least, less the price of the whole budget, is a
 * bound on the LUTs of all that fits. An option that would lift the bound above the LUTs of a choice that is known to
 * fit is out. Nothing fits when the bound itself exceeds the budget. (Lagrangian relaxation, with steps after Polyak, 1969.)
 * @param anyWillDo ends with the first choice that fits
 */
function worthwhile<O extends Cost>(
  layers: readonly (readonly O[])[],
  budget: Budget,
  anyWillDo: boolean,
): Priced<O> {
  const cheapestAt = (at: LutPrices): O[] => layers.map((options) => leastPriced(options, at));
  let prices: LutPrices = [0, 0];
  let enough = budget.lut;
  let fitting: O[] | null = null;
  let tightest = { bound: Number.NEGATIVE_INFINITY, prices };
  let boldness = 1;
  for (let round = 1; round <= PRICING_ROUNDS; round++) {
    const choice = cheapestAt(prices);
    const overDsp = totalOf(choice, 'dsp') - budget.dsp;
    const overBram = totalOf(choice, 'bram') - budget.bram;
    const bound = totalOf(choice, 'lut') + prices[0] * overDsp + prices[1] * overBram;
    if (bound > budget.lut * (1 + HAIR)) return { open: null, fitting: null };
    const near = round % REPAIR_EVERY === 0 && repaired(layers, choice, budget, prices);
    const luts = near ? totalOf(near, 'lut') : Number.POSITIVE_INFINITY;
    if (near && luts <= enough) {
      enough = luts;
      fitting = near;
      if (anyWillDo) break;
    }
    // A step that leads down was too long.
    if (bound > tightest.bound) tightest = { bound, prices };
    else boldness *= 0.8;
    // In shares of the budget, so that a DSP and a block count for as much as they are scarce.
    const [dsps, blocks] = [Math.max(1, budget.dsp), Math.max(1, budget.bram)];
    const [x, y] = [overDsp / dsps, overBram / blocks];
    if (x === 0 && y === 0) break;
    const step = (boldness * (enough - bound)) / (x * x + y * y);
    prices = [Math.max(0, prices[0] + (step * x) / dsps), Math.max(0, prices[1] + (step * y) / blocks)];
  }
  const slack = enough - tightest.bound + HAIR * enough;
  const cheapest = cheapestAt(tightest.prices);
  const open = layers.map((options, layer) => {
    const least = priceOf(cheapest[layer], tightest.prices);
    return options.filter((o) => priceOf(o, tightest.prices) <= least + slack);
  });
  return { open, fitting };
}

/** What every option of the layer takes at least, and at most. */
const leastOf = (options: readonly Cost[], r: Resource): number =>
  options.reduce((least, o) => Math.min(least, o[r]), Number.POSITIVE_INFINITY);
const mostOf = (options: readonly Cost[], r: Resource): number =>
  options.reduce((most, o) => Math.max(most, o[r]), 0);

/**
 * Least LUTs for every amount of DSPs and block RAM, layer by layer; then the way back. What each layer takes in any
 * case is set aside first, which leaves far fewer amounts to tell apart. Of equals that of least DSPs and blocks.
 */
function byProgramming<O extends Cost>(layers: readonly (readonly O[])[], budget: Budget): O[] | null {
  const floors = layers.map((options) => ({ dsp: leastOf(options, 'dsp'), bram: leastOf(options, 'bram') }));
  /** What there is of a resource above the floors, and could be used. */
  const range = (r: 'dsp' | 'bram'): number =>
    Math.min(
      Math.floor(budget[r]),
      layers.reduce((sum, options) => sum + mostOf(options, r), 0),
    ) - floors.reduce((sum, f) => sum + f[r], 0);
  const dsps = range('dsp');
  const columns = range('bram') + 1;
  if (dsps < 0 || columns < 1) return null;
  const states = (dsps + 1) * columns;
  let least = new Float64Array(states).fill(Number.POSITIVE_INFINITY);
  least[0] = 0;
  const picks: Uint16Array[] = [];
  layers.forEach((options, layer) => {
    const floor = floors[layer];
    const next = new Float64Array(states).fill(Number.POSITIVE_INFINITY);
    const pick = new Uint16Array(states);
    options.forEach((o, index) => {
      const [dsp, bram] = [o.dsp - floor.dsp, o.bram - floor.bram];
      for (let d = dsp; d <= dsps; d++) {
        const row = d * columns;
        const from = (d - dsp) * columns - bram;
        for (let b = bram; b < columns; b++) {
          const lut = least[from + b] + o.lut;
          if (lut < next[row + b]) {
            next[row + b] = lut;
            pick[row + b] = index;
          }
        }
      }
    });
    least = next;
    picks.push(pick);
  });
  let at = 0;
  const power = (state: number): number => Math.floor(state / columns) + (state % columns);
  for (let i = 1; i < states; i++) {
    if (least[i] < least[at] || (least[i] === least[at] && power(i) < power(at))) at = i;
  }
  if (!(least[at] <= budget.lut)) return null;
  const choice: O[] = [];
  for (let layer = layers.length - 1; layer >= 0; layer--) {
    const floor = floors[layer];
    const option = layers[layer][picks[layer][at]];
    choice.unshift(option);
    at -= (option.dsp - floor.dsp) * columns + option.bram - floor.bram;
  }
  return choice;
}

/**
 * @param layers options of each layer, none of which another one beats
 * @param anyWillDo ends with the first choice that fits
 * @returns null where nothing fits; of equals the choice that takes the least DSPs and blocks of 18 kbit, one like the
 *   other: what draws power beside LUTs
 */
export function fewestLuts<O extends Cost>(
  layers: readonly (readonly O[])[],
  budget: Budget,
  anyWillDo = false,
): O[] | null {
  // What the layers could use at most is as good as no limit.
  const most = (r: Resource): number =>
    Math.min(budget[r], Math.ceil(layers.reduce((sum, options) => sum + mostOf(options, r), 0)));
  const finite = { dsp: most('dsp'), lut: most('lut'), bram: most('bram') };
  const { open, fitting } = worthwhile(layers, finite, anyWillDo);
  return anyWillDo && fitting ? fitting : open && byProgramming(open, finite);
}
