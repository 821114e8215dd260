/** Bills of the requantizer and of constant multiplication, shared by the engines. */
import type { Bill } from '../bill.js';
import { romLogic } from '../rom-logic.js';
import { addBills, counter, fifo2, pickLuts, times } from './parts.js';

type Parameters = (name: string) => number;

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
    { parts: { addBit: productBits } },
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
}

/** blnet_scale with all Booth steps side by side, two to a pipeline stage. */
function scaleParallel({ sumBits, multiplierBits, keptBits, multiplierColumns }: Scale): Partial<Bill> {
  const digits = Math.floor(multiplierBits / 2) + 1;
  const lowest = sumBits + multiplierBits - keptBits;
  let ff = keptBits;
  for (let done = 2; done < digits; done += 2) {
    // The running sum, the value, the digits to come, the finished bits that are kept.
    const codes = multiplierColumns > 0 ? Math.max(0, multiplierBits + 1 - 2 * done) : 0;
    ff += 2 * sumBits + codes + Math.max(0, 2 * done - lowest);
  }
  const boothBits = digits * (sumBits + 2);
  return {
    ff,
    parts: multiplierColumns > 0 ? { boothBit: boothBits, booth: digits } : { constantBoothBit: boothBits },
  };
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
 * @param multiplierColumns bits of the multiplier that differ between channels; 0 for one multiplier
 */
export function requant(p: Parameters, lanes: number, multiplierColumns: number): Bill {
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
  const scale: Scale = { sumBits, multiplierBits, keptBits, multiplierColumns };
  const lane = addBills(
    // Rounded and clamped; the lowest bit of the rounded value is dropped.
    {
      ff: keptBits + outBits,
      parts: { addBit: sumBits + keptBits, clampBit: outBits, clamp: 1 },
    },
    // A DSP takes the biased sum and the multiplier into its own registers.
    cycles === 0 ? {} : { ff: sumBits + multiplierColumns },
    cycles === 0 ? {} : cycles === 1 ? scaleParallel(scale) : scaleSerial(scale, cycles),
  );
  return addBills({ ff: scaleStages + 3 }, times(lanes, lane), fifo2(lanes * outBits));
}
