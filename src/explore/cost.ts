/** What the folding search weighs: the resources of a choice, and their sums. */
import { halfBlocks, type Resources } from '../ir/resources.js';

export interface Cost {
  readonly dsp: number;
  readonly lut: number;
  /** Block RAM in blocks of 18 kbit. */
  readonly bram: number;
}

export const RESOURCES = ['dsp', 'lut', 'bram'] as const;
export type Resource = (typeof RESOURCES)[number];

/** Flip-flops come in pairs with LUTs, so that LUTs decide; they are held against their limit afterwards. */
export interface CostWithFlipFlops extends Cost {
  readonly ff: number;
}

export const costOf = (r: Resources): CostWithFlipFlops => ({
  dsp: r.dsp,
  lut: r.lut,
  bram: halfBlocks(r),
  ff: r.ff,
});

/** What the options of a choice take of one resource. */
export const totalOf = (choice: readonly Cost[], r: Resource): number =>
  choice.reduce((total, o) => total + o[r], 0);

/** What a design is a share of. */
export interface Whole {
  /** All of the part, in the units of costs. */
  readonly part: CostWithFlipFlops;
  /** What is taken beside the layers. */
  readonly joins: CostWithFlipFlops;
}

/** Most that layers may take of each resource; flip-flops are asked where they are given. */
export type Budget = Cost & { readonly ff?: number; readonly whole?: Whole };

export const fitsIn = (choice: readonly Cost[], budget: Budget): boolean =>
  RESOURCES.every((r) => totalOf(choice, r) <= budget[r]);

/** Called some hundred thousand times by a search, so it is a loop. */
export function sumCosts(costs: readonly Cost[]): Cost {
  let [dsp, lut, bram] = [0, 0, 0];
  for (const c of costs) {
    dsp += c.dsp;
    lut += c.lut;
    bram += c.bram;
  }
  return { dsp, lut, bram };
}

export const sumFlipFlops = (costs: ReadonlyArray<{ readonly ff: number }>): number =>
  costs.reduce((sum, c) => sum + c.ff, 0);
