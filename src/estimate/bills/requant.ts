/** Bills of the requantizer and of constant multiplication, shared by the engines. */
import type { Bill } from '../bill.js';
import { romLogic } from '../rom-logic.js';
import { addBills, counter, fifo2, pickLuts, times } from './parts.js';

type Parameters = (name: string) => number;

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
    return { ff, parts: { constantBoothBit: steps * (sumBits + 2) } };
  }
  return { ff, parts: { boothBit: digits * (sumBits + 2), booth: digits } };
}

/** blnet_scale with one Booth step per cycle in each of `units` accumulators. */
function scaleSerial({ sumBits, multiplierBits, keptBits }: Scale, cycles: number): Partial<Bill> {
  const digits = Math.floor(multiplierBits / 2) + 1;
  const units = Math.ceil(digits / cycles);
  const fieldBits = 2 * cycles;
  const productBits = sumBits + multiplierBits;
  const lowest = productBits - keptBits;
  // Bits of the total from `lowest` up, and what further units add to them.
  const totals = Array.from({ length: units - 1 }, (_, u) => productBits - Math.max(u * fieldBits, 0));
  const sums = Array.from(
    { length: units },
    (_, u) => sumBits + fieldBits - Math.max(0, lowest - u * fieldBits),
  );
  return addBills(
    {
      ff: sumBits + 2 + totals.reduce((a, b) => a + b, 0) + sums.reduce((a, b) => a + Math.max(0, b), 0),
      parts: { serial: 1, addBit: totals.reduce((a, b) => a + b, 0) },
    },
    counter(cycles),
    times(units, {
      // The digit, the running sum, its finished bits.
      ff: 3 + sumBits + fieldBits,
      parts: { boothBit: sumBits + 2, booth: 1, pick: 3 * pickLuts(cycles), serialBit: sumBits },
    }),
  );
}

/**
 * blnet_requant.
 * @param multiplierColumns bits of a lane's multiplier that differ between channels
 * @param constants each lane's multiplier where it is the same for all channels, else null
 */
export function requant(
  p: Parameters,
  lanes: number,
  multiplierColumns: number,
  constants: ReadonlyArray<number | null>,
): Bill {
  const [sumBits, multiplierBits, shift, outBits, cycles] = [
    'SUM_BITS',
    'M_BITS',
    'SHIFT',
    'OUT_BITS',
    'SCALE_CYCLES',
  ].map(p) as [number, number, number, number, number];
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
  const lane = (scale: Scale): Bill =>
    addBills(
      // Rounded and clamped; the lowest bit of the rounded value is dropped.
      {
        ff: keptBits + outBits,
        parts: { addBit: sumBits + keptBits, clampBit: outBits, clamp: 1 },
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
