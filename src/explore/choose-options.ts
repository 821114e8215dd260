/**
 * One option per layer within a budget of three resources: exact. Prices first (a Lagrangian bound, which settles
 * nearly every question), then dynamic programming over DSPs and block RAM for the least LUTs.
 */
import type { Cost } from './option-cost.js';

/** Most of each resource; `bram` in halves of 36 kbit. */
export type Budget = Cost;

const RESOURCES = ['dsp', 'lut', 'bram'] as const;
type Prices = readonly [number, number, number];

/** Drops options that another one beats or equals in every resource. */
export function undominated<O extends Cost>(options: readonly O[]): O[] {
  const sorted = [...options].sort((a, b) => a.dsp - b.dsp || a.bram - b.bram || a.lut - b.lut);
  const kept: O[] = [];
  for (const o of sorted) if (!kept.some((k) => k.bram <= o.bram && k.lut <= o.lut)) kept.push(o);
  return kept;
}

/** Share of the budget; a budget of 0 makes any use infinite. */
const share = (used: number, budget: number): number =>
  used === 0 ? 0 : budget > 0 ? used / budget : Number.POSITIVE_INFINITY;

function cheapest<O extends Cost>(options: readonly O[], budget: Budget, prices: Prices): O {
  let best = options[0] as O;
  let bestPrice = Number.POSITIVE_INFINITY;
  for (const o of options) {
    let price = 0;
    RESOURCES.forEach((r, i) => {
      if (o[r] > 0) price += (prices[i] as number) * share(o[r], budget[r]);
    });
    if (price < bestPrice) {
      best = o;
      bestPrice = price;
    }
  }
  return best;
}

const fits = (choice: readonly Cost[], budget: Budget): boolean =>
  RESOURCES.every((r) => choice.reduce((sum, o) => sum + o[r], 0) <= budget[r]);

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
    if (fits(choice, budget)) return choice;
    const used = RESOURCES.map((r) =>
      share(
        choice.reduce((sum, o) => sum + o[r], 0),
        budget[r],
      ),
    );
    const total = used.reduce((sum, u, i) => sum + (prices[i] as number) * u, 0);
    // A hair above, so that rounding never calls a plan impossible that just fits.
    if (total > prices[0] + prices[1] + prices[2] + 1e-9) return 'nothing';
    const step = 4 / (2 + round / 4);
    const raised = used.map((u, i) => (prices[i] as number) * Math.exp(step * Math.min(1, u - 1)));
    const sum = raised.reduce((a, b) => a + b, 0) / 3;
    prices = raised.map((p) => p / sum) as unknown as Prices;
  }
  return 'unknown';
}

/** Least LUTs for every amount of DSPs and block RAM, layer by layer; then the way back. */
function byProgramming<O extends Cost>(layers: readonly (readonly O[])[], budget: Budget): O[] | null {
  const columns = Math.floor(budget.bram) + 1;
  const states = (Math.floor(budget.dsp) + 1) * columns;
  let least = new Float64Array(states).fill(Number.POSITIVE_INFINITY);
  least[0] = 0;
  const picks: Uint16Array[] = [];
  for (const options of layers) {
    const next = new Float64Array(states).fill(Number.POSITIVE_INFINITY);
    const pick = new Uint16Array(states);
    options.forEach((o, index) => {
      if (o.dsp > budget.dsp || o.bram > budget.bram) return;
      for (let d = o.dsp; d <= budget.dsp; d++) {
        const row = d * columns;
        const from = (d - o.dsp) * columns - o.bram;
        for (let b = o.bram; b < columns; b++) {
          const lut = (least[from + b] as number) + o.lut;
          if (lut < (next[row + b] as number)) {
            next[row + b] = lut;
            pick[row + b] = index;
          }
        }
      }
    });
    least = next;
    picks.push(pick);
  }
  let at = 0;
  for (let i = 1; i < states; i++) if ((least[i] as number) < (least[at] as number)) at = i;
  if (!((least[at] as number) <= budget.lut)) return null;
  const choice: O[] = [];
  for (let layer = layers.length - 1; layer >= 0; layer--) {
    const option = (layers[layer] as readonly O[])[(picks[layer] as Uint16Array)[at] as number] as O;
    choice.unshift(option);
    at -= option.dsp * columns + option.bram;
  }
  return choice;
}

/**
 * One option of each layer, all within the budget, or null when there is no such choice. Where the cheapest option of
 * every layer fits (cost: sum of the shares of the budget), that is the choice; else one of few LUTs.
 * @param exact false gives up (null) where only dynamic programming would tell
 */
export function chooseOptions<O extends Cost>(
  layers: readonly (readonly O[])[],
  budget: Budget,
  exact = true,
): O[] | null {
  if (layers.some((options) => options.length === 0)) return null;
  const small = layers.map(undominated);
  const choice = byPrices(small, budget);
  if (choice === 'nothing') return null;
  if (choice !== 'unknown') return choice;
  return exact ? byProgramming(small, budget) : null;
}
