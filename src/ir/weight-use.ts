/**
 * What a bill asks of an engine's weights. A search asks it for thousands of foldings, so it is told without putting the
 * weights into each engine's order.
 */

/**
 * Places of a word, [pe][simd], whose weights do not differ in every bit between the words of the memories. In deep
 * memories of dense layers there are none.
 */
export interface TamePlaces {
  readonly places: readonly number[];
  /** Of each: the bits, in two's complement, that differ. */
  readonly differ: readonly number[];
  /** Of each: the weight, where no bit differs. */
  readonly value: readonly number[];
}

export interface WeightUse {
  /** @param paired outputs, from the first on, that share DSPs two by two and are stored with borrows (kinds/engine.ts) */
  tame(paired: number): TamePlaces;
  /** The weights themselves: [foldOut][foldIn][pe][simd]. */
  ordered(): Int8Array;
}
