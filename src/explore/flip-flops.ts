/**
 * Flip-flops are the fourth resource. They follow LUTs closely and hardly ever decide, so the search leaves them out
 * and its result is held against their limit. Where it exceeds that, LUTs and flip-flops are weighed into one number
 * and so are their limits: every plan that keeps to both keeps to that, too, and one of some weights usually keeps to
 * both. Flip-flops alone come first: where they are short, LUTs seldom are.
 */
import { BlnetError } from '../diagnostics.js';
import type { Budget, CostWithFlipFlops } from './cost.js';
import type { FoldingOption } from './foldings.js';

/** What a LUT and a flip-flop count for. */
export interface Weights {
  readonly lut: number;
  readonly ff: number;
}

/** Flip-flops left out. */
export const PLAIN: Weights = { lut: 1, ff: 0 };

const TRIED: readonly Weights[] = [
  { lut: 0, ff: 1 },
  { lut: 1, ff: 4 },
  { lut: 1, ff: 2 },
  { lut: 1, ff: 1 },
  { lut: 2, ff: 1 },
  { lut: 4, ff: 1 },
];

const weigh = (lut: number, ff: number, w: Weights): number =>
  (w.lut === 0 ? 0 : w.lut * lut) + (w.ff === 0 ? 0 : w.ff * ff);

/** Options whose LUTs are weighed with their flip-flops. */
export const weighed = (options: readonly FoldingOption[], w: Weights): readonly FoldingOption[] =>
  w === PLAIN ? options : options.map((o) => ({ ...o, lut: weigh(o.lut, o.ff, w), ownLut: o.lut }));

/** Limits, and what shares are of, in the same words as the options. */
function weighedBudget(budget: Budget, most: number, w: Weights): Budget {
  const of = (c: CostWithFlipFlops): CostWithFlipFlops => ({ ...c, lut: weigh(c.lut, c.ff, w) });
  const { whole, ...limits } = { ...budget, lut: weigh(budget.lut, most, w) };
  return whole ? { ...limits, whole: { part: of(whole.part), joins: of(whole.joins) } } : limits;
}

interface Found {
  readonly cycles: number;
  /** Not weighed. */
  readonly lut: number;
  readonly ff: number;
}

const isBetter = (a: Found, b: Found): boolean =>
  a.cycles < b.cycles || (a.cycles === b.cycles && a.lut < b.lut);

/**
 * @param search with LUTs that are weighed so, within this budget; may find nothing (BLN206)
 * Errors: BLN206 where no weights find a plan.
 */
export function withinFlipFlops<F extends Found>(
  budget: Budget,
  search: (weights: Weights, budget: Budget) => F,
): F {
  const plain = search(PLAIN, budget);
  const most = budget.ff ?? Number.POSITIVE_INFINITY;
  if (plain.ff <= most) return plain;
  let best: F | undefined;
  for (const weights of TRIED) {
    try {
      const found = search(weights, weighedBudget(budget, most, weights));
      if (found.ff <= most && found.lut <= budget.lut && (!best || isBetter(found, best))) best = found;
    } catch (error) {
      if (!(error instanceof BlnetError) || error.diagnostic.code !== 'BLN206') throw error;
    }
  }
  if (best) return best;
  throw new BlnetError('BLN206', {
    found: `the fastest design within the other limits takes ${Math.ceil(plain.ff)} flip-flops`,
    need: `${Math.floor(most)} flip-flops beside the joins`,
    hint: 'lower --max-dsp or --max-lut, choose a larger part with --part, or prune the network further',
  });
}
