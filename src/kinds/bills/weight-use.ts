/** What a bill asks of weights that are in the order of their engine. */
import type { PointwiseParams } from '../../ir/hardware.js';
import type { TamePlaces, WeightUse } from '../../ir/weight-use.js';
import { storedWeights } from '../engine.js';

/** @param weights [words][fields] */
function tamePlaces(weights: Int8Array, fields: number, weightBits: number): TamePlaces {
  const mask = 2 ** weightBits - 1;
  const tame = { places: [] as number[], differ: [] as number[], value: [] as number[] };
  for (let field = 0; field < fields; field++) {
    const value = weights[field];
    let differ = 0;
    for (let at = field + fields; at < weights.length && differ !== mask; at += fields)
      differ |= (weights[at] ^ value) & mask;
    if (differ === mask) continue;
    tame.places.push(field);
    tame.differ.push(differ);
    tame.value.push(value);
  }
  return tame;
}

/** Of a memory's contents. */
export const useOf = (
  weights: Int8Array,
  { pe, simd, weightBits }: Pick<PointwiseParams, 'pe' | 'simd' | 'weightBits'>,
): WeightUse => ({
  tame: (paired) => tamePlaces(storedWeights({ pe, simd, weights }, paired), pe * simd, weightBits),
  ordered: () => weights,
});
