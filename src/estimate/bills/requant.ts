/** Bills of the requantizer and of constant multiplication, shared by the engines. */
import type { Bill } from '../bill.js';
import { romLogic } from '../rom-logic.js';
import { addBills, counter, fifo2, type Parameters, pickLuts, several } from './parts.js';

/** Low bits of a product that are constant because the multiplier is even. */
export const trailingZeros = (n: number): number => (n > 0 && n % 2 === 0 ? 1 + trailingZeros(n / 2) : 0);

/**
 * blnet_scale_const: two tables, whose outputs become the registers of the operand in front, and an adder.
 * @param offset part of the upper table
 */
export function scaleConstant(
  xBits: number,
  isSigned: boolean,
  multiplier: number,
  offset: number,
  productBits: number,
): Bill {
  const lowBits = Math.floor(xBits / 2);
  const highBits = xBits - lowBits;
  const m = BigInt(multiplier);
  const table = (bits: number, value: (i: number) => bigint): Partial<Bill> => {
    const words = Array.from({ length: 2 ** bits }, (_, i) => BigInt.asUintN(productBits, value(i)));
    const shape = { width: productBits, depth: words.length, isRom: true };
    return { roms: [{ shape, style: 'logic', logic: romLogic(words, productBits) }] };
  };
  const signed = (i: number): number => (isSigned && i >= 2 ** (highBits - 1) ? i - 2 ** highBits : i);
  return addBills(
    table(lowBits, (i) => m * BigInt(i)),
    table(highBits, (i) => BigInt(offset) + ((m * BigInt(signed(i))) << BigInt(lowBits))),
    // The lowest bits come from the lower table alone.
    { parts: { addBit: Math.max(0, productBits - lowBits - trailingZeros(multiplier)) } },
  );
}

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
  const codes = BigInt.asUintN(2 * digits, BigInt(constant)) << 1n;
  let count = 0;
  for (let d = 0; d < digits; d++) {
    const code = (codes >> BigInt(2 * d)) & 7n;
    if (code !== 0n && code !== 7n) count++;
  }
  return count;
}

/** blnet_scale with all Booth steps side by side, two to a pipeline stage. */
function scaleParallel({
  sumBits,
  multiplierBits,
  keptBits,
  multiplierColumns,
  constant,
}: Scale): Partial<Bill> {
  const digits = Math.floor(multiplierBits / 2) + 1;
  const lowest = sumBits + multiplierBits - keptBits;
  let ff = keptBits;
  for (let done = 2; done < digits; done += 2) {
    // The running sum, the value, the digits to come, the finished bits that are kept.
    const codes = multiplierColumns > 0 ? Math.max(0, multiplierBits + 1 - 2 * done) : 0;
    ff += 2 * sumBits + codes + Math.max(0, 2 * done - lowest);
  }
  if (constant !== null) {
    // The first step that is left adds to nothing.
    const steps = Math.max(0, nonZeroDigits(constant, digits) - 1);
    return { ff, parts: { constantBoothBit: steps * (sumBits + 1) } };
  }
  return { ff, parts: { boothBit: digits * (sumBits + 1) } };
}

/**
 * blnet_scale with one Booth step per cycle in each of `units` accumulators. Registers of bits that do not reach the
 * product from its `lowest` kept bit up are removed, unless an adder needs them for its carry.
 */
function scaleSerial({ sumBits, multiplierBits, keptBits }: Scale, cycles: number): Partial<Bill> {
  const digits = Math.floor(multiplierBits / 2) + 1;
  const units = Math.ceil(digits / cycles);
  const fieldBits = 2 * cycles;
  const productBits = sumBits + multiplierBits;
  const lowest = productBits - keptBits;
  let ff = sumBits + 2;
  let added = 0;
  for (let u = 0; u < units; u++) {
    const isLast = u === units - 1;
    // Unit 0 is added to from the next field up; further units are added themselves, every bit of them.
    const needed = u > 0 ? 0 : units > 1 ? Math.min(lowest, fieldBits) : lowest;
    // The digit, the running sum (its two top bits are copies), its finished bits, their last two not kept.
    ff += 3 + sumBits + Math.max(0, fieldBits - 2 - needed);
    ff += Math.min(sumBits + fieldBits, productBits - u * fieldBits) - needed;
    if (u > 0) ff += productBits - (isLast ? lowest : Math.min(lowest, (u + 1) * fieldBits));
    if (u > 0) added += productBits - u * fieldBits;
  }
  return addBills({ ff, parts: { serial: 1, addBit: added } }, counter(cycles), {
    parts: {
      boothBit: units * (sumBits + 1),
      pick: units * 3 * pickLuts(cycles),
      serialBit: units * sumBits,
    },
  });
}

/** Widest operand of the adder in front of a DSP's multiplier. */
const PRE_ADDER_BITS = 25;

/**
 * Whether the DSP that multiplies takes in the biased sum: only its wide port has an adder in front, with a register
 * for the accumulator too, and the wider operand goes there.
 */
export const usesPreAdder = (sumBits: number, multiplierBits: number, scaleCycles: number): boolean =>
  scaleCycles === 0 && sumBits > multiplierBits && sumBits <= PRE_ADDER_BITS;

/**
 * blnet_requant.
 * @param isConstantBias adding it is part of the carry chain's wiring
 * @param multiplierColumns bits of a lane's multiplier that differ between channels
 * @param constants each lane's multiplier where it is the same for all channels, else null
 */
export function requant(
  p: Parameters,
  lanes: number,
  multiplierColumns: number,
  constants: ReadonlyArray<number | null>,
  isConstantBias = false,
): Bill {
  const [sumBits, multiplierBits, shift, outBits, cycles] = several(
    p,
    'SUM_BITS',
    'M_BITS',
    'SHIFT',
    'OUT_BITS',
    'SCALE_CYCLES',
  );
  const digits = Math.floor(multiplierBits / 2) + 1;
  const units = cycles > 1 ? Math.ceil(digits / cycles) : 1;
  const scaleStages = cycles === 0 ? 2 : cycles === 1 ? Math.floor((digits + 1) / 2) : cycles + units;
  const keptBits = Math.max(1, sumBits + multiplierBits - shift + 1);
  const scaleOf = (constant: number | null): Scale => ({
    sumBits,
    multiplierBits,
    keptBits,
    multiplierColumns: constant === null ? multiplierColumns : 0,
    constant,
  });
  const isSumFree = isConstantBias || usesPreAdder(sumBits, multiplierBits, cycles);
  const lane = (scale: Scale): Bill =>
    addBills(
      // Rounded and clamped; the lowest bit of the rounded value is dropped.
      {
        ff: keptBits + outBits,
        parts: { addBit: isSumFree ? 0 : sumBits, roundBit: keptBits, clampBit: outBits, clamp: 1 },
      },
      // A DSP takes the biased sum and the multiplier into its own registers.
      cycles === 0
        ? { multipliers: [{ a: sumBits, b: multiplierBits + 1 }] }
        : { ff: sumBits + scale.multiplierColumns },
      cycles === 0 ? {} : cycles === 1 ? scaleParallel(scale) : scaleSerial(scale, cycles),
    );
  return addBills(
    { ff: scaleStages + 3 },
    ...Array.from({ length: lanes }, (_, l) => lane(scaleOf(constants[l] ?? null))),
    fifo2(lanes * outBits),
  );
}
