/**
 * Bills of multiplication and addition in the engines: chains of products in DSPs or in LUTs (blnet_dot,
 * blnet_dot_pair, blnet_multiply), and sums (blnet_accumulate, blnet_join).
 */
import { nonZeroDigits } from './requant.js';
import { type BillWriter, clog2 } from './writer.js';

/** blnet_join. */
export function join(w: BillWriter, lanes: number, bits: number, ratio: number, beats: number): void {
  if (ratio === 1) return;
  const kept = (ratio - 1) * lanes * bits;
  w.ff(kept).use('joinBit', kept).use('counterBit', ratio).counter(ratio, beats);
}

/**
 * blnet_accumulate, so many times: adders of the partial sums, then the accumulator.
 * @param isSingle of results of one word: the accumulator is a register
 */
export function accumulate(
  w: BillWriter,
  times: number,
  terms: number,
  inBits: number,
  accBits: number,
  isSingle = false,
): void {
  const sumBits = Math.min(inBits + clog2(terms), accBits);
  w.ff(times * ((terms - 1) * sumBits + accBits))
    .use('addBit', times * (terms - 1) * sumBits)
    .use('accumulateBit', isSingle ? 0 : times * accBits);
}

/** Booth digits of a weight, and those of the first of two stages. */
const digitsOf = (weightBits: number): readonly [all: number, first: number] => {
  const digits = Math.floor((weightBits + 1) / 2);
  return [digits, Math.floor((digits + 1) / 2)];
};

/** Whether inputs wait for a second stage of the multipliers in LUTs, which share them. */
export function hasSecondStage(weightBits: number): boolean {
  const [digits, first] = digitsOf(weightBits);
  return digits > first;
}

/** Widths of a chain of products; inputs as signed numbers. */
export interface ChainBits {
  readonly x: number;
  readonly weight: number;
  readonly sum: number;
}

/** blnet_multiply, so many times: Booth steps in two stages; the second stage keeps the digits that are left. */
export function multiplyLuts(w: BillWriter, times: number, bits: ChainBits): void {
  const [digits, first] = digitsOf(bits.weight);
  const rest = digits - first;
  const product = Math.min(bits.x + bits.weight, bits.sum);
  w.ff(times * (bits.x + 2 * first + (rest > 0 ? 2 * rest + 1 : 0) + product)).use(
    'boothBit',
    times * digits * (bits.x + 1),
  );
}

/** Multipliers in LUTs: those of weights that change from word to word, and by constants, most of whose steps are nothing. */
export interface Multipliers {
  readonly varying: number;
  /** Constants but zero, and the Booth steps of all of them but the first of each. */
  readonly constants: number;
  readonly constantSteps: number;
}

/**
 * Weights in LUTs.
 * @param weights the constant ones
 * @param varying how many are not
 */
export function countMultipliers(
  weights: Iterable<number>,
  varying: number,
  weightBits: number,
): Multipliers {
  const [digits] = digitsOf(weightBits);
  let [constants, constantSteps] = [0, 0];
  for (const weight of weights) {
    if (weight !== 0) {
      constants++;
      constantSteps += nonZeroDigits(weight, digits) - 1;
    }
  }
  return { varying, constants, constantSteps };
}

/** blnet_dot without DSPs: `chains` of them with so many lanes in all. */
export function dotLuts(w: BillWriter, m: Multipliers, lanes: number, chains: number, bits: ChainBits): void {
  multiplyLuts(w, m.varying, bits);
  w.ff(m.constants * (bits.x + Math.min(bits.x + bits.weight, bits.sum)))
    .use('constantBoothBit', m.constantSteps * (bits.x + 1))
    .ff(lanes * bits.sum)
    .use('addBit', (lanes - chains) * bits.sum);
}

/** Registers of a chain's sums: in the first lane it is the product, whose sign is one register. */
const sumRegisters = (lanes: number, product: number, sum: number): number =>
  (lanes - 1) * sum + Math.min(product, sum);

/**
 * blnet_dot in DSPs, so many times. Where the family's DSPs take in operands, products and sums, nothing else is left;
 * elsewhere products and sums are registers and adders. Operands are shared, and the caller's.
 */
export function dotDsps(w: BillWriter, times: number, lanes: number, bits: ChainBits): void {
  w.multiply({ a: bits.weight, b: bits.x }, times * lanes);
  if (w.target.dsp.absorbs) return;
  const product = bits.x + bits.weight;
  w.ff(times * (lanes * Math.min(product, bits.sum) + sumRegisters(lanes, product, bits.sum))).use(
    'addBit',
    times * (lanes - 1) * bits.sum,
  );
}

/** blnet_dot_pair, so many times: two outputs a DSP, their sums fields `shift` apart, the low one starting from half. */
export function dotPairs(w: BillWriter, times: number, lanes: number, shift: number, bits: ChainBits): void {
  w.multiply({ a: shift + bits.weight, b: bits.x }, times * lanes);
  if (w.target.dsp.absorbs) return;
  const product = Math.min(shift + bits.weight + bits.x, shift + bits.sum);
  const sum = shift + bits.sum;
  // The chain starts at half of the low field: an adder from there up.
  w.ff(times * lanes * (product + sum)).use('addBit', times * ((lanes - 1) * sum + bits.sum + 1));
}
