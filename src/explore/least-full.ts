/**
 * The choice of one option per layer whose fullest resource is the least full; then of fewest LUTs, then of least DSPs
 * and blocks. Exact: a limit on all shares is lowered as long as some choice keeps to it.
 */
import { largestOf } from '../ir/extremes.js';
import { chooseAmong, frontsOf } from './choose-options.js';
import { type Budget, type Cost, RESOURCES, type Resource, totalOf, type Whole } from './cost.js';
import { fewestLuts } from './fewest-luts.js';

const NOTHING = { dsp: 0, lut: 0, bram: 0, ff: 0 };

/** Without a part the budget is what there is. */
const wholeOf = (budget: Budget): Whole => budget.whole ?? { part: { ff: 0, ...budget }, joins: NOTHING };

/** Share of a resource; where there is none of it, any use is infinite. */
const shareOf = (used: number, r: Resource, { part, joins }: Whole): number =>
  used + joins[r] === 0 ? 0 : (used + joins[r]) / part[r];

/** Largest share of the part that a choice takes, joins included. */
const fullestShare = (choice: readonly Cost[], whole: Whole): number =>
  largestOf(RESOURCES.map((r) => shareOf(totalOf(choice, r), r, whole)));

/** Amounts are whole numbers, or sums of weighed ones, so that far less than one tells rounding apart. */
const HAIR = 1e-6;

/** What may be taken where no share may exceed `share`, or reach it. */
function capsAt(share: number, whole: Whole, budget: Budget, reach: boolean): Budget {
  const cap = (r: Resource): number => {
    const { part, joins } = whole;
    // Infinite amounts have no share.
    const most = Number.isFinite(part[r]) ? share * part[r] - joins[r] + (reach ? HAIR : -HAIR) : Infinity;
    return Math.min(budget[r], most);
  };
  return { dsp: cap('dsp'), lut: cap('lut'), bram: cap('bram') };
}

/**
 * @param layers options of each layer
 * @returns null where no choice keeps to the budget
 */
export function leastFull<O extends Cost>(layers: readonly (readonly O[])[], budget: Budget): O[] | null {
  const fronts = frontsOf(layers);
  const first = chooseAmong(fronts, budget);
  if (!first) return null;
  const whole = wholeOf(budget);
  const largest = largestOf(RESOURCES.map((r) => (Number.isFinite(whole.part[r]) ? whole.part[r] : 1)));
  /** Some choice has this share; none has `low`, or a smaller one. */
  let high = fullestShare(first, whole);
  let low = 0;
  while (high > 0) {
    // Once no two amounts are left between the two, what is below the one that is known decides.
    const isLast = high - low < 1 / largest;
    const caps = isLast ? capsAt(high, whole, budget, false) : capsAt((low + high) / 2, whole, budget, true);
    const found = chooseAmong(fronts, caps);
    if (found) high = fullestShare(found, whole);
    else if (isLast) break;
    else low = (low + high) / 2;
  }
  return fewestLuts(fronts, capsAt(high, whole, budget, true));
}
