/**
 * What the engines share behind their accumulators: checks, ROM image, parameters and latency of `blnet_requant`.
 * The hardware adds the bias before it multiplies, (acc + bias) * m, which needs a shorter ROM word and adder than
 * acc * m + offset; `offset = bias * m + 2^(shift-1)` holds for every offset that quantization makes.
 */

import { MOST_ACCUMULATOR_BITS } from '../ir/accumulator.js';
import type { MemoryImage } from '../ir/block-kind.js';
import { checkCounts, type Port } from '../ir/block-ports.js';
import { largestOf, smallestOf } from '../ir/extremes.js';
import type { RequantParams, RequantRom } from '../ir/hardware.js';
import { signedBits } from '../ir/quant-graph.js';
import { packFields } from './words.js';

type Parameters = ReadonlyArray<readonly [string, number]>;

/** Integer added to the accumulator before scaling; not an integer where the offset has another form. */
export const biasOf = (offset: number, multiplier: number, shift: number): number => {
  const rest = offset - 2 ** (shift - 1);
  return rest === 0 ? 0 : rest / multiplier;
};

/** Biases of a ROM in its own order. */
export const biasesOf = (rom: RequantRom, shift: number): number[] =>
  Array.from(rom.offsets, (offset, i) => {
    const multiplier = rom.multipliers[i];
    // Entries beyond the last channel are all zero; their results stay behind.
    return offset === 0 && multiplier === 0 ? 0 : biasOf(offset, multiplier, shift);
  });

/** @param rom entries: how many there must be, those behind the last channel included */
export function checkRequant(r: RequantParams, rom?: RequantRom & { readonly entries: number }): string[] {
  const problems = checkCounts(r, ['accBits', 'offsetBits', 'biasBits', 'biasedBits', 'outBits']);
  if (r.accBits > MOST_ACCUMULATOR_BITS)
    problems.push(`an accumulator of ${r.accBits} bits, ${MOST_ACCUMULATOR_BITS} fit`);
  if (!Number.isInteger(r.multiplierBits) || r.multiplierBits < 1 || r.multiplierBits > 17)
    problems.push(`multiplier of ${r.multiplierBits} bits, 1..17 fit`);
  if (r.offsetBits > 48) problems.push(`offset of ${r.offsetBits} bits, 48 fit`);
  if (!Number.isInteger(r.shift) || r.shift < 1 || r.shift > 47)
    problems.push(`shift ${r.shift} is outside 1..47`);
  if (!(Number.isInteger(r.min) && Number.isInteger(r.max) && r.min <= r.max))
    problems.push(`clamp ${r.min}..${r.max} is empty`);
  if (!Number.isInteger(r.zeroPoint)) problems.push(`zero point ${r.zeroPoint}`);
  if (!rom) return problems;
  const { multipliers, offsets, entries } = rom;
  if (multipliers.length !== entries || offsets.length !== entries)
    problems.push(`${multipliers.length} multipliers and ${offsets.length} offsets for ${entries} results`);
  if (multipliers.some((m) => m < 0 || m >= 2 ** r.multiplierBits))
    problems.push(`a multiplier of more than ${r.multiplierBits} bits`);
  const biases = biasesOf(rom, r.shift);
  if (!biases.every(Number.isInteger)) problems.push('an offset is not bias * multiplier + 2^(shift-1)');
  else if (biases.some((b) => signedBits(b, b) > r.biasBits))
    problems.push(`a bias of more than ${r.biasBits} bits`);
  return problems;
}

/** Port at which a requantizer's results leave. */
export const requantPort = (r: RequantParams, lanes: number, beats: number): Port => ({
  lanes,
  bits: r.outBits,
  values: [r.min, r.max],
  beats,
});

/** Parameters of the requantization as the HLS functions declare them. */
export function requantParameters(r: RequantParams): Parameters {
  return [
    ['ACC_BITS', r.accBits],
    ['M_BITS', r.multiplierBits],
    ['C_BITS', r.offsetBits],
    ['SHIFT', r.shift],
    ['OUT_BITS', r.outBits],
    ['ZERO_POINT', r.zeroPoint],
    ['CLAMP_MIN', r.min],
    ['CLAMP_MAX', r.max],
  ];
}

/** Widths of the biases and of acc + bias. */
export function biasWidths(
  rom: RequantRom,
  shift: number,
  accBits: number,
): { readonly biasBits: number; readonly biasedBits: number } {
  const biases = biasesOf(rom, shift);
  const lo = smallestOf(biases, 0);
  const hi = largestOf(biases, 0);
  const half = 2 ** (accBits - 1);
  return { biasBits: signedBits(lo, hi), biasedBits: signedBits(lo - half, hi + half - 1) };
}

/** Parameters of `blnet_requant` in the order in which the modules with a requantizer declare them. */
export function scaleParameters(r: RequantParams, scaleCycles: number): Parameters {
  return [
    ['ACC_BITS', r.accBits],
    ['M_BITS', r.multiplierBits],
    ['BIAS_BITS', r.biasBits],
    ['SUM_BITS', r.biasedBits],
    ['SHIFT', r.shift],
    ['OUT_BITS', r.outBits],
    ['ZERO_POINT', r.zeroPoint],
    ['CLAMP_MIN', r.min],
    ['CLAMP_MAX', r.max],
    ['SCALE_CYCLES', scaleCycles],
  ];
}

/** Radix-4 Booth digits of an unsigned multiplier. */
export const boothDigits = (multiplierBits: number): number => Math.floor(multiplierBits / 2) + 1;

/** Side-by-side accumulators of a serial requantizer. */
export const scaleUnits = (multiplierBits: number, scaleCycles: number): number =>
  scaleCycles > 1 ? Math.ceil(boothDigits(multiplierBits) / scaleCycles) : 1;

/** Cycles from an accumulator at the requantizer's input to its result's entry into the output FIFO. */
export function requantStages(r: RequantParams, scaleCycles: number): number {
  const digits = boothDigits(r.multiplierBits);
  const product =
    scaleCycles === 0
      ? 2
      : scaleCycles === 1
        ? Math.ceil(digits / 2)
        : scaleCycles + scaleUnits(r.multiplierBits, scaleCycles);
  // Biased sum, product, rounded, clamped.
  return product + 3;
}

/** One word per output beat: `lanes` multipliers in the low bits, then `lanes` biases. */
export function requantImage(r: RequantParams, rom: RequantRom, lanes: number, beats: number): MemoryImage {
  const biases = biasesOf(rom, r.shift);
  const words: bigint[] = [];
  for (let start = 0; start < beats * lanes; start += lanes) {
    const multipliers = packFields(rom.multipliers, start, lanes, r.multiplierBits);
    const offsets = packFields(biases, start, lanes, r.biasBits);
    words.push((offsets << BigInt(lanes * r.multiplierBits)) | multipliers);
  }
  return {
    parameter: 'REQUANT_FILE',
    suffix: 'requant',
    wordBits: lanes * (r.multiplierBits + r.biasBits),
    words,
  };
}
