/**
 * What the engines share behind their accumulators: checks, ROM image and parameters of `blnet_requant`.
 */
import type { MemoryImage } from '../ir/block-kind.js';
import type { RequantParams, RequantRom } from '../ir/hardware.js';
import { packFields } from './words.js';

export function checkRequant(r: RequantParams): string[] {
  const problems: string[] = [];
  if (r.multiplierBits < 1 || r.multiplierBits > 17)
    problems.push(`multiplier of ${r.multiplierBits} bits, 1..17 fit`);
  if (r.offsetBits > 48) problems.push(`offset of ${r.offsetBits} bits, 48 fit`);
  if (r.shift < 1 || r.shift > 47) problems.push(`shift ${r.shift} is outside 1..47`);
  if (r.min > r.max) problems.push(`clamp ${r.min}..${r.max} is empty`);
  return problems;
}

/** Parameters in the order that every module with a requantizer declares them. */
export function requantParameters(r: RequantParams): ReadonlyArray<readonly [string, number]> {
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

/** One word per output beat: `lanes` multipliers in the low bits, then `lanes` offsets. */
export function requantImage(r: RequantParams, rom: RequantRom, lanes: number): MemoryImage {
  const words: bigint[] = [];
  for (let start = 0; start < rom.multipliers.length; start += lanes) {
    const multipliers = packFields(rom.multipliers, start, lanes, r.multiplierBits);
    const offsets = packFields(rom.offsets, start, lanes, r.offsetBits);
    words.push((offsets << BigInt(lanes * r.multiplierBits)) | multipliers);
  }
  return {
    parameter: 'REQUANT_FILE',
    suffix: 'requant',
    wordBits: lanes * (r.multiplierBits + r.offsetBits),
    words,
  };
}
