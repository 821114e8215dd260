/** The least of one resource that does for an interval within the budget of the other two: exact, LUTs to one LUT. */
import { largestOf } from '../ir/extremes.js';
import { chooseAmong, frontsOf } from './choose-options.js';
import { type Budget, type Cost, fitsIn, RESOURCES, type Resource, totalOf } from './cost.js';

/** Share of the budget, so that resources add up; what there is none of costs more than everything else. */
const priceOf = (o: Cost, budget: Budget): number =>
  RESOURCES.reduce((sum, r) => sum + (o[r] === 0 ? 0 : o[r] / Math.max(budget[r], 1e-9)), 0);

/** Every layer's least of the resource, the cheapest of equals: the least of all, if the other resources allow it. */
function frugal<O extends Cost>(layers: readonly (readonly O[])[], r: Resource, budget: Budget): O[] {
  return layers.map((options) =>
    options.reduce((best, o) =>
      o[r] < best[r] || (o[r] === best[r] && priceOf(o, budget) < priceOf(best, budget)) ? o : best,
    ),
  );
}

/**
 * @param layers options of each layer
 * @param budget of the two other resources; that of `r` is not asked
 * @returns one option of each layer, or null where the other two do not allow any choice
 */
export function leastUse<O extends Cost>(
  layers: readonly (readonly O[])[],
  budget: Budget,
  r: Resource,
): O[] | null {
  if (layers.some((options) => options.length === 0)) return null;
  const least = frugal(layers, r, budget);
  const most = layers.reduce((sum, options) => sum + largestOf(options.map((o) => o[r])), 0);
  const within = (amount: number): Budget => ({ ...budget, [r]: amount });
  if (fitsIn(least, within(most))) return least;
  const fronts = frontsOf(layers);
  let best = chooseAmong(fronts, within(most));
  if (!best) return null;
  let low = Math.floor(totalOf(least, r));
  let high = Math.ceil(totalOf(best, r));
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const choice = chooseAmong(fronts, within(middle));
    if (choice) {
      best = choice;
      high = Math.min(middle, Math.ceil(totalOf(choice, r)));
    } else low = middle;
  }
  return best;
}
