/** The requantizer at the end of a layer: its parameters and ROM in hardware, its codec, and the ways to build it. */
import { largestOf, smallestOf } from '../../ir/extremes.js';
import { ceilDiv } from '../../ir/folding.js';
import type { RequantParams, RequantRom } from '../../ir/hardware.js';
import { type Corrections, type QuantTensor, type Requant, signedBits } from '../../ir/quant-graph.js';
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

const spreadsOf = (r: Requant): Int32Array => {
  const smallest = smallestOf(r.shifts);
  return r.shifts.map((s) => s - smallest);
};

function makeParams(r: Requant, accBits: number, y: QuantTensor): RequantParams {
  const { multipliers, biases, shifts, corrections, zeroPoint, min, max } = r;
  const rounding = corrections && [...corrections.above, ...corrections.below];
  return {
    accBits,
    multiplierBits: Math.ceil(Math.log2(largestOf(multipliers, 1) + 1)),
    shift: smallestOf(shifts),
    spreadBits: Math.ceil(Math.log2(largestOf(spreadsOf(r)) + 1)),
    correctionBits: rounding ? signedBits(smallestOf(rounding, 0), largestOf(rounding, 0)) : 0,
    correctionUnit: corrections?.unit ?? 0,
    zeroPoint,
    min,
    max,
    outBits: y.bits,
    ...biasWidths(biases, accBits),
  };
}

const romsOf = new WeakMap<Requant, Map<number, RequantRom>>();

/** One entry per channel, zero-padded to `entries`; one object for each number of them. */
export function requantRom(r: Requant, entries: number): RequantRom {
  const known = romsOf.get(r) ?? new Map<number, RequantRom>();
  romsOf.set(r, known);
  const found = known.get(entries);
  if (found) return found;
  const padded = (values: Int32Array | undefined): Int32Array => {
    const all = new Int32Array(entries);
    if (values) all.set(values);
    return all;
  };
  const biases = new Float64Array(entries);
  biases.set(r.biases);
  const rom = {
    multipliers: padded(r.multipliers),
    biases,
    spreads: padded(spreadsOf(r)),
    above: padded(r.corrections?.above),
    below: padded(r.corrections?.below),
  };
  known.set(entries, rom);
  return rom;
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

const encodeCorrections = (c: Corrections): Json => ({
  unit: c.unit,
  above: Array.from(c.above),
  below: Array.from(c.below),
});

export const encodeRequant = (r: Requant): Json => ({
  ...r,
  multipliers: Array.from(r.multipliers),
  biases: Array.from(r.biases),
  shifts: Array.from(r.shifts),
  corrections: r.corrections && encodeCorrections(r.corrections),
});

const integers = (values: unknown): Int32Array => Int32Array.from(values as number[]);

const decodeCorrections = (c: Json): Corrections => ({
  unit: c.unit as number,
  above: integers(c.above),
  below: integers(c.below),
});

export const decodeRequant = (r: Json): Requant =>
  ({
    ...r,
    multipliers: integers(r.multipliers),
    biases: Float64Array.from(r.biases as number[]),
    shifts: integers(r.shifts),
    corrections: r.corrections ? decodeCorrections(r.corrections as Json) : null,
  }) as unknown as Requant;
