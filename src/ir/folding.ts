/**
 * Folding: how far each layer is spread over lanes. Chosen by the search, read by lowering; counts need not divide,
 * the rest is padding.
 */
import type { FoldingOf } from './layer-types.js';

/** Everything that works on one pixel at a time. */
export interface LaneFolding {
  readonly op: 'lanes';
  readonly lanes: number;
}

/** Of one of the operations in `src/layers/`. */
export type Folding = FoldingOf;

/** By layer name. */
export type FoldingPlan = ReadonlyMap<string, Folding>;

export const ceilDiv = (a: number, b: number): number => Math.ceil(a / b);
