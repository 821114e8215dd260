/** Bills of the requantizer (blnet_requant with blnet_scale), shared by the engines. */
import type { RequantParams } from '../../ir/hardware.js';
import type { Target } from '../../ir/target.js';
import { boothDigits, productStages, requantStages, scaleUnits } from '../requant.js';
import { type BillWriter, pickLuts } from './writer.js';

/** What surrounds the multiplication of a requantizer. */
interface Scale {
  /** Bits of the biased sum, of the multiplier, and of the product that are kept. */
  readonly sumBits: number;
  readonly multiplierBits: number;
  readonly keptBits: number;
  /** Multiplier bits that are registers: none where all channels share one. */
  readonly multiplierColumns: number;
  /** The multiplier where it is a constant, else null. */
  readonly constant: number | null;
}

/** Radix-4 Booth digits of a signed constant that are not zero: steps that are left of its multiplication. */
export function nonZeroDigits(constant: number, digits: number): number {
  let count = 0;
  let above = 0;
  for (let d = 0, rest = constant; d < digits; d++, rest = Math.floor(rest / 4)) {
    const code = ((rest & 3) << 1) | above;
    if (code !== 0 && code !== 7) count++;
    above = (rest >> 1) & 1;
  }
  return count;
}

/** All Booth steps side by side, two to a pipeline stage. */
function scaleParallel(w: BillWriter, s: Scale): void {
  const { sumBits, multiplierBits, keptBits, multiplierColumns, constant } = s;
  const digits = boothDigits(multiplierBits);
  const lowest = sumBits + multiplierBits - keptBits;
  w.ff(keptBits);
  for (let done = 2; done < digits; done += 2) {
    // The running sum, the value, the digits to come, the finished bits that are kept.
    const codes = multiplierColumns > 0 ? Math.max(0, multiplierBits + 1 - 2 * done) : 0;
    w.ff(2 * sumBits + codes + Math.max(0, 2 * done - lowest));
  }
  if (constant === null) w.use('boothBit', digits * (sumBits + 1));
  // The first step that is left adds to nothing.
  else w.use('constantBoothBit', Math.max(0, nonZeroDigits(constant, digits) - 1) * (sumBits + 1));
}

/**
 * One Booth step per cycle in each of `units` accumulators. Registers of bits that do not reach the product from its
 * `lowest` kept bit up are removed, unless an adder needs them for its carry.
 */
function scaleSerial(w: BillWriter, { sumBits, multiplierBits, keptBits }: Scale, cycles: number): void {
  const units = scaleUnits(multiplierBits, cycles);
  const fieldBits = 2 * cycles;
  const productBits = sumBits + multiplierBits;
  const lowest = productBits - keptBits;
  w.ff(sumBits + 2)
    .use('serial')
    .counter(cycles)
    .use('boothBit', units * (sumBits + 1))
    .use('pick', units * 3 * pickLuts(cycles, w.target))
    .use('serialBit', units * sumBits);
  for (let u = 0; u < units; u++) {
    const isLast = u === units - 1;
    // Unit 0 is added to from the next field up; further units are added themselves, every bit of them.
    const needed = u > 0 ? 0 : units > 1 ? Math.min(lowest, fieldBits) : lowest;
    // The digit, the running sum (its two top bits are copies), its finished bits, their last two not kept.
    w.ff(3 + sumBits + Math.max(0, fieldBits - 2 - needed));
    w.ff(Math.min(sumBits + fieldBits, productBits - u * fieldBits) - needed);
    if (u === 0) continue;
    w.ff(productBits - (isLast ? lowest : Math.min(lowest, (u + 1) * fieldBits)));
    w.use('addBit', productBits - u * fieldBits);
  }
}

/** Widest operand of the adder in front of a DSP's multiplier. */
const PRE_ADDER_BITS = 25;

/**
 * Whether the DSP that multiplies takes in the biased sum: only its wide port has an adder in front, with a register
 * for the accumulator too, and the wider operand goes there.
 */
export const usesPreAdder = (r: RequantParams, scaleCycles: number, { dsp }: Target): boolean =>
  dsp.absorbs && scaleCycles === 0 && r.biasedBits > r.multiplierBits && r.biasedBits <= PRE_ADDER_BITS;

/** One lane: biased sum, product, rounded, clamped. */
function requantLane(
  w: BillWriter,
  r: RequantParams,
  scaleCycles: number,
  scale: Scale,
  isSumFree: boolean,
): void {
  const { sumBits, keptBits, multiplierColumns } = scale;
  // The lowest bit of the rounded value is dropped.
  w.ff(keptBits + r.outBits)
    .use('addBit', isSumFree ? 0 : sumBits)
    .use('roundBit', keptBits)
    .use('clampBit', r.outBits)
    .use('clamp');
  const absorbed = scaleCycles === 0 && w.target.dsp.absorbs;
  if (!absorbed) w.ff(sumBits + multiplierColumns);
  if (scaleCycles === 1) scaleParallel(w, scale);
  else if (scaleCycles > 1) scaleSerial(w, scale, scaleCycles);
  else w.multiply({ a: sumBits, b: scale.multiplierBits + 1 }).ff(absorbed ? 0 : 2 * keptBits);
}

interface RequantLanes {
  readonly scaleCycles: number;
  /** Bits of a lane's multiplier that differ between channels. */
  readonly multiplierColumns: number;
  /** Each lane's multiplier where it is the same for all channels, else null. */
  readonly constants: ReadonlyArray<number | null>;
  /** Adding the bias is part of the carry chain's wiring. */
  readonly isConstantBias?: boolean;
}

/** blnet_requant. */
export function requant(w: BillWriter, r: RequantParams, lanes: RequantLanes): void {
  const { scaleCycles, constants, isConstantBias = false } = lanes;
  const { biasedBits, multiplierBits, shift, outBits, correctionBits } = r;
  const lowest = correctionBits > 0 ? r.correctionUnit : shift - 1;
  const keptBits = Math.max(1, biasedBits + multiplierBits - lowest);
  const isSumFree = isConstantBias || usesPreAdder(r, scaleCycles, w.target);
  w.ff(requantStages(r, scaleCycles)).fifo2(constants.length * outBits);
  for (const constant of constants) {
    const multiplierColumns = constant === null ? lanes.multiplierColumns : 0;
    const scale = { sumBits: biasedBits, multiplierBits, keptBits, multiplierColumns, constant };
    requantLane(w, r, scaleCycles, scale, isSumFree);
  }
  roundingBill(w, r, scaleCycles, constants.length, isConstantBias);
}

/** What corrections and shifts that differ add: their delay lines, an adder, a shifter of a level per bit. */
function roundingBill(
  w: BillWriter,
  r: RequantParams,
  scaleCycles: number,
  lanes: number,
  isConstant: boolean,
): void {
  const { correctionBits, correctionUnit, spreadBits, shift, biasedBits, multiplierBits } = r;
  const productBits = biasedBits + multiplierBits;
  const stages = productStages(r, scaleCycles);
  if (correctionBits > 0) {
    const bits = Math.max(productBits - correctionUnit, correctionBits) + 1;
    const waiting = isConstant ? 0 : 2 * correctionBits * (stages + 1) + spreadBits;
    // Either correction, by the sign, is part of the adder.
    w.ff(lanes * (bits + waiting)).use('addBit', lanes * bits);
  }
  if (spreadBits > 0) {
    const bits = Math.max(productBits - shift + 2, 2);
    w.ff(lanes * (bits + spreadBits * (stages + 1))).use('pick', lanes * bits * spreadBits * SHIFTER_LUTS);
  }
}

/** LUTs of a bit of a level of a shifter: two levels fit a LUT of six inputs. */
const SHIFTER_LUTS = 0.5;
