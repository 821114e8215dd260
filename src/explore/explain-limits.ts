/** Why no folding fits, for a diagnostic: which limit cannot be met, and the smallest design there is. */

import type { DiagnosticDetail } from '../diagnostics.js';
import { largestOf } from '../ir/extremes.js';
import type { DesignBudget } from './budget.js';
import { type Budget, type Cost, fitsIn, RESOURCES, type Resource, totalOf } from './cost.js';
import { leastUse } from './least-use.js';

const isDesignBudget = (b: Budget): b is DesignBudget => 'words' in b;

const NOUNS = { dsp: 'DSPs', lut: 'LUTs', bram: 'block RAMs' } as const;
const OPTIONS = { dsp: '--max-dsp', lut: '--max-lut', bram: '--max-bram' } as const;

/** An amount with what joins take, as the part counts it. */
function amount(used: number, r: Resource, budget: Budget): string {
  const whole = used + (isDesignBudget(budget) ? budget.whole.joins[r] : 0);
  const units = r === 'bram' ? (isDesignBudget(budget) ? budget.unitsPerBlock : 2) : 1;
  return `${Math.ceil((2 * whole) / units) / 2} ${NOUNS[r]}`;
}

const allowed = (r: Resource, budget: Budget): string =>
  isDesignBudget(budget) ? budget.words[r] : amount(budget[r], r, budget);

const list = (words: readonly string[], last: string): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;

/**
 * @param layers options of each layer that are fast enough
 * @param budget that no choice of them fits
 * @param purpose what they are for: `the smallest design`
 */
export function explainLimits(
  layers: readonly (readonly Cost[])[],
  budget: Budget,
  purpose: string,
): DiagnosticDetail {
  const without = { dsp: Infinity, lut: Infinity, bram: Infinity };
  // A limit that even the most frugal choice exceeds.
  const least = RESOURCES.map((r) => [r, leastUse(layers, finite(layers, without), r) ?? []] as const);
  const impossible = least.filter(([r, choice]) => totalOf(choice, r) > budget[r]);
  if (impossible.length > 0) {
    const facts = impossible.map(([r, c]) => `at least ${amount(totalOf(c, r), r, budget)}`);
    return {
      found: `${purpose} takes ${list(facts, 'and')}`,
      need: list(
        impossible.map(([r]) => `${allowed(r, budget)}`),
        'and',
      ),
      hint: hintFor(impossible.map(([r]) => r)),
    };
  }
  // Limits each of which would do alone: what must one of them be, with the others as they are?
  const single = RESOURCES.map((r) => [r, leastUse(layers, finite(layers, budget), r)] as const).filter(
    (entry): entry is readonly [Resource, Cost[]] =>
      entry[1] !== null && fitsIn(entry[1], { ...budget, [entry[0]]: Number.POSITIVE_INFINITY }),
  );
  const needed = single.map(([r, c]) => amount(totalOf(c, r), r, budget));
  return {
    found:
      single.length > 0
        ? `${purpose} takes ${list(needed, 'or')} where the other limits stay as they are`
        : `${purpose} exceeds several limits at once`,
    need: list(
      RESOURCES.map((r) => allowed(r, budget)),
      'and',
    ),
    hint: hintFor(single.length > 0 ? single.map(([r]) => r) : RESOURCES),
  };
}

/** A budget without infinities: what the layers could use at most is as good. */
function finite(layers: readonly (readonly Cost[])[], budget: Budget): Budget {
  const most = (r: Resource): number =>
    layers.reduce((sum, options) => sum + largestOf(options.map((o) => o[r])), 0);
  const of = (r: Resource): number => (Number.isFinite(budget[r]) ? budget[r] : Math.ceil(most(r)));
  return { dsp: of('dsp'), lut: of('lut'), bram: of('bram') };
}

const hintFor = (resources: readonly Resource[]): string =>
  `raise ${list(
    resources.map((r) => OPTIONS[r]),
    'or',
  )}, choose a larger part with --part, or prune the network further`;
