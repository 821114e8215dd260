/** The requantizer at the end of a layer: its parameters and ROM in hardware, its codec, and the ways to build it. */
import { ceilDiv } from '../../ir/folding.js';
import type { RequantParams, RequantRom } from '../../ir/hardware.js';
import { type QuantTensor, type Requant, signedBits } from '../../ir/quant-graph.js';
import { biasWidths, boothDigits } from '../../kinds/requant.js';
import type { DspShape, Json } from '../layer-kind.js';

const paramsOf = new WeakMap<Requant, RequantParams>();

/** The search asks the same few requantizers thousands of times. */
export function requantParams(r: Requant, accBits: number, y: QuantTensor): RequantParams {
  const known = paramsOf.get(r);
  if (known && known.accBits === accBits && known.outBits === y.bits) return known;
  const made = makeParams(r, accBits, y);
  paramsOf.set(r, made);
  return made;
}

function makeParams(r: Requant, accBits: number, y: QuantTensor): RequantParams {
  let largest = 1;
  for (const m of r.multipliers) largest = Math.max(largest, m);
  let lo = 0;
  let hi = 0;
  for (const c of r.offsets) {
    lo = Math.min(lo, c);
    hi = Math.max(hi, c);
  }
  return {
    accBits,
    multiplierBits: Math.ceil(Math.log2(largest + 1)),
    offsetBits: signedBits(lo, hi),
    shift: r.shift,
    zeroPoint: r.zeroPoint,
    min: r.min,
    max: r.max,
    outBits: y.bits,
    ...biasWidths(r, r.shift, accBits),
  };
}

const romsOf = new WeakMap<Requant, Map<number, RequantRom>>();

/** One entry per channel, zero-padded to `entries`; one object for each number of them. */
export function requantRom(r: Requant, entries: number): RequantRom {
  const known = romsOf.get(r) ?? new Map<number, RequantRom>();
  romsOf.set(r, known);
  const found = known.get(entries);
  if (found) return found;
  const rom = { multipliers: new Int32Array(entries), offsets: new Float64Array(entries) };
  rom.multipliers.set(r.multipliers);
  rom.offsets.set(r.offsets);
  known.set(entries, rom);
  return rom;
}

/** y = clamp(((acc * m + c) >> s) + zp); exact for |acc * m + c| < 2^53. */
export function requantize(acc: number, r: Requant, channel: number): number {
  const scaled = (acc * r.multipliers[channel] + r.offsets[channel]) / 2 ** r.shift;
  const y = Math.floor(scaled) + r.zeroPoint;
  return y < r.min ? r.min : Math.min(y, r.max);
}

/** Narrowest output whose beats fit the cycles of one result. */
export function narrowestOutput(computed: number, cyclesPerResult: number): number {
  for (let lanes = 1; ; lanes++)
    if (computed % lanes === 0 && computed / lanes <= cyclesPerResult) return lanes;
}

/** Cycles of a scaling in LUTs with as few units as the time for `beats` beats in the cycles of one result allows. */
function scaleInLuts(multiplierBits: number, beats: number, cyclesPerResult: number): number {
  const digits = boothDigits(multiplierBits);
  const time = Math.floor(cyclesPerResult / beats);
  // Two digits a unit save nothing over all digits at once.
  for (let units = 1; ceilDiv(digits, units) > 2; units++)
    if (ceilDiv(digits, units) <= time) return ceilDiv(digits, units);
  return 1;
}

/** Ways to requantize `beats` beats in the cycles of one result: 0 in DSPs where they may, the cycles of a scaling in LUTs. */
export const scaleChoices = (
  multiplierBits: number,
  beats: number,
  cyclesPerResult: number,
  { requantize: inDsps }: Pick<DspShape, 'requantize'>,
): number[] => [...(inDsps ? [0] : []), scaleInLuts(multiplierBits, beats, cyclesPerResult)];

export const encodeRequant = (r: Requant): Json => ({
  ...r,
  multipliers: Array.from(r.multipliers),
  offsets: Array.from(r.offsets),
});

export const decodeRequant = (r: Json): Requant =>
  ({
    ...r,
    multipliers: Int32Array.from(r.multipliers as number[]),
    offsets: Float64Array.from(r.offsets as number[]),
  }) as unknown as Requant;
