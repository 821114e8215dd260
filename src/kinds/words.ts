/**
 * Bit packing for memory images: lane 0 in the low bits, two's complement.
 */

/** Two's-complement field of `bits` bits, as a non-negative integer. */
export const truncate = (value: number, bits: number): bigint => BigInt.asUintN(bits, BigInt(value));

/** One word of equal fields, the first in the low bits. */
export function packFields(values: ArrayLike<number>, start: number, count: number, bits: number): bigint {
  let word = 0n;
  for (let i = count - 1; i >= 0; i--) word = (word << BigInt(bits)) | truncate(values[start + i], bits);
  return word;
}

/** Words of `count` fields each, over the whole array. */
export function packWords(values: ArrayLike<number>, count: number, bits: number): bigint[] {
  const words: bigint[] = [];
  for (let start = 0; start < values.length; start += count)
    words.push(packFields(values, start, count, bits));
  return words;
}
