/** A folding plan as plain JSON and back: layer name → folding. */
import type { Folding, FoldingPlan } from '../ir/folding.js';

export const serializeFolding = (plan: FoldingPlan): Record<string, Folding> => Object.fromEntries(plan);

export const deserializeFolding = (plan: Readonly<Record<string, Folding>>): FoldingPlan =>
  new Map(Object.entries(plan));
