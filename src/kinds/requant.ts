/**
 * What the engines share behind their accumulators: checks, ROM image, parameters and latency of `blnet_requant`.
 * What only some networks need, shifts that differ between channels and corrections, costs nothing where it has no bits.
 */

import { MOST_ACCUMULATOR_BITS } from '../ir/accumulator.js';
import type { MemoryImage } from '../ir/block-kind.js';
import { checkCounts, type Port } from '../ir/block-ports.js';
import { largestOf, smallestOf } from '../ir/extremes.js';
import type { RequantParams, RequantRom } from '../ir/hardware.js';
import { signedBits } from '../ir/quant-graph.js';
import { packFields, truncate } from './words.js';

type Parameters = ReadonlyArray<readonly [string, number]>;

const MOST_MULTIPLIER_BITS = 26;
const MOST_SHIFT = 47;
const MOST_SPREAD_BITS = 6;
const MOST_CORRECTION_BITS = 20;
/** A double holds what the product of the widest sum and multiplier needs. */
const MOST_PRODUCT_BITS = 53;

/** @param rom entries: how many there must be, those behind the last channel included */
export function checkRequant(r: RequantParams, rom?: RequantRom & { readonly entries: number }): string[] {
  const problems = [
    ...checkCounts(r, ['accBits', 'biasBits', 'biasedBits', 'outBits']),
    ...checkCounts(r, ['spreadBits', 'correctionBits', 'correctionUnit'], 0),
  ];
  if (r.accBits > MOST_ACCUMULATOR_BITS)
    problems.push(`an accumulator of ${r.accBits} bits, ${MOST_ACCUMULATOR_BITS} fit`);
  const isIn = (v: number, lo: number, hi: number) => Number.isInteger(v) && v >= lo && v <= hi;
  if (!isIn(r.multiplierBits, 1, MOST_MULTIPLIER_BITS))
    problems.push(`multiplier of ${r.multiplierBits} bits, 1..${MOST_MULTIPLIER_BITS} fit`);
  if (r.biasedBits + r.multiplierBits > MOST_PRODUCT_BITS)
    problems.push(`a product of ${r.biasedBits + r.multiplierBits} bits, ${MOST_PRODUCT_BITS} fit`);
  if (!isIn(r.shift, 1, MOST_SHIFT)) problems.push(`shift ${r.shift} is outside 1..${MOST_SHIFT}`);
  if (r.spreadBits > MOST_SPREAD_BITS)
    problems.push(`shifts that differ by ${r.spreadBits} bits, ${MOST_SPREAD_BITS} fit`);
  if (r.correctionBits > 0 && r.correctionUnit >= r.shift)
    problems.push(`corrections in units of 2^${r.correctionUnit}, the shift is ${r.shift}`);
  if (r.correctionBits > MOST_CORRECTION_BITS)
    problems.push(`corrections of ${r.correctionBits} bits, ${MOST_CORRECTION_BITS} fit`);
  if (!(Number.isInteger(r.min) && Number.isInteger(r.max) && r.min <= r.max))
    problems.push(`clamp ${r.min}..${r.max} is empty`);
  if (!Number.isInteger(r.zeroPoint)) problems.push(`zero point ${r.zeroPoint}`);
  return rom ? [...problems, ...romProblems(r, rom)] : problems;
}

function romProblems(r: RequantParams, rom: RequantRom & { readonly entries: number }): string[] {
  const { multipliers, biases, spreads, above, below, entries } = rom;
  const problems: string[] = [];
  const lengths = [multipliers, biases, spreads, above, below].map((list) => list.length);
  if (lengths.some((length) => length !== entries))
    problems.push(`${multipliers.length} multipliers and ${biases.length} biases for ${entries} results`);
  if (multipliers.some((m) => m < 0 || m >= 2 ** r.multiplierBits))
    problems.push(`a multiplier of more than ${r.multiplierBits} bits`);
  const isWide = (bits: number) => (v: number) => (bits === 0 ? v !== 0 : signedBits(v, v) > bits);
  if (biases.some(isWide(r.biasBits))) problems.push(`a bias of more than ${r.biasBits} bits`);
  if (spreads.some((s) => s < 0 || s >= 2 ** r.spreadBits))
    problems.push(`a shift that is not within ${r.spreadBits} bits of the smallest`);
  if (above.some(isWide(r.correctionBits)) || below.some(isWide(r.correctionBits)))
    problems.push(`a correction of more than ${r.correctionBits} bits`);
  return problems;
}

/** Port at which a requantizer's results leave. */
export const requantPort = (r: RequantParams, lanes: number, beats: number): Port => ({
  lanes,
  bits: r.outBits,
  values: [r.min, r.max],
  beats,
});

/** Widths and constants, in the order in which HLS functions and RTL modules declare them. */
export const requantParameters = (r: RequantParams): Parameters => [
  ['ACC_BITS', r.accBits],
  ['M_BITS', r.multiplierBits],
  ['BIAS_BITS', r.biasBits],
  ['SUM_BITS', r.biasedBits],
  ['SHIFT', r.shift],
  ['SPREAD_BITS', r.spreadBits],
  ['CORRECTION_BITS', r.correctionBits],
  ['CORRECTION_UNIT', r.correctionUnit],
  ['OUT_BITS', r.outBits],
  ['ZERO_POINT', r.zeroPoint],
  ['CLAMP_MIN', r.min],
  ['CLAMP_MAX', r.max],
];

/** Widths of the biases and of acc + bias. */
export function biasWidths(
  biases: Iterable<number>,
  accBits: number,
): { readonly biasBits: number; readonly biasedBits: number } {
  const lo = smallestOf(biases, 0);
  const hi = largestOf(biases, 0);
  const half = 2 ** (accBits - 1);
  return { biasBits: signedBits(lo, hi), biasedBits: signedBits(lo - half, hi + half - 1) };
}

/** Parameters of `blnet_requant` in the order in which the modules with a requantizer declare them. */
export const scaleParameters = (r: RequantParams, scaleCycles: number): Parameters => [
  ...requantParameters(r),
  ['SCALE_CYCLES', scaleCycles],
];

/** Bits of what a channel's rounding needs beside multiplier and bias. */
export const roundingBits = (r: RequantParams): number => r.spreadBits + 2 * r.correctionBits;

/** Spread in the low bits, then the corrections above and below 0. */
export const roundingsOf = (r: RequantParams, { spreads, above, below }: RequantRom): bigint[] =>
  Array.from(spreads, (spread, i) => {
    const corrections =
      (truncate(below[i], r.correctionBits) << BigInt(r.correctionBits)) |
      truncate(above[i], r.correctionBits);
    return (corrections << BigInt(r.spreadBits)) | BigInt(spread);
  });

/** Radix-4 Booth digits of an unsigned multiplier. */
export const boothDigits = (multiplierBits: number): number => Math.floor(multiplierBits / 2) + 1;

/** Side-by-side accumulators of a serial requantizer. */
export const scaleUnits = (multiplierBits: number, scaleCycles: number): number =>
  scaleCycles > 1 ? Math.ceil(boothDigits(multiplierBits) / scaleCycles) : 1;

/** Cycles of the product. */
export function productStages(r: RequantParams, scaleCycles: number): number {
  const digits = boothDigits(r.multiplierBits);
  if (scaleCycles === 0) return 2;
  if (scaleCycles === 1) return Math.ceil(digits / 2);
  return scaleCycles + scaleUnits(r.multiplierBits, scaleCycles);
}

/** Cycles from an accumulator at the requantizer's input to its result's entry into the output FIFO. */
export const requantStages = (r: RequantParams, scaleCycles: number): number =>
  // Biased sum, product, corrected, shifted, rounded, clamped.
  productStages(r, scaleCycles) + 3 + (r.correctionBits > 0 ? 1 : 0) + (r.spreadBits > 0 ? 1 : 0);

/** One word per output beat: `lanes` multipliers in the low bits, then `lanes` biases, then `lanes` roundings. */
export function requantImage(r: RequantParams, rom: RequantRom, lanes: number, beats: number): MemoryImage {
  const roundings = roundingsOf(r, rom);
  const bits = roundingBits(r);
  const words: bigint[] = [];
  for (let start = 0; start < beats * lanes; start += lanes) {
    let word = 0n;
    for (let l = start + lanes - 1; l >= start; l--) word = (word << BigInt(bits)) | roundings[l];
    word = (word << BigInt(lanes * r.biasBits)) | packFields(rom.biases, start, lanes, r.biasBits);
    words.push(
      (word << BigInt(lanes * r.multiplierBits)) |
        packFields(rom.multipliers, start, lanes, r.multiplierBits),
    );
  }
  return {
    parameter: 'REQUANT_FILE',
    suffix: 'requant',
    wordBits: lanes * (r.multiplierBits + r.biasBits + bits),
    words,
  };
}
