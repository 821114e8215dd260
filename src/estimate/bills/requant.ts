/** Bills of the requantizer and of constant multiplication, shared by the engines. */
import type { Bill } from '../bill.js';
import { addBills, counter, fifo2, pickLuts, times } from './parts.js';

type Parameters = (name: string) => number;

/** blnet_scale_const: two tables and an adder, no register. */
export const scaleConstant = (productBits: number): Partial<Bill> => ({ parts: { tableBit: productBits } });

/** blnet_scale with all Booth steps side by side, two to a pipeline stage. */
function scaleParallel(valueBits: number, multiplierBits: number): Partial<Bill> {
  const digits = Math.floor(multiplierBits / 2) + 1;
  let ff = 0;
  for (let d = 0; d < digits; d++) {
    if (d % 2 === 0 && d !== digits - 1) continue;
    const done = d + 1;
    const isLast = done === digits;
    // Running sum; finished low bits; then the value and the digits to come, which the last stage needs no more.
    ff += valueBits + 2 + 2 * done + (isLast ? 0 : valueBits + multiplierBits + 1 - 2 * done);
  }
  return { ff, parts: { boothBit: digits * (valueBits + 2), booth: digits } };
}

/** blnet_scale with one Booth step per cycle in each of `units` accumulators. */
function scaleSerial(valueBits: number, multiplierBits: number, cycles: number): Partial<Bill> {
  const digits = Math.floor(multiplierBits / 2) + 1;
  const units = Math.ceil(digits / cycles);
  const stepBits = valueBits + 2;
  const fieldBits = 2 * cycles;
  const unitBits = stepBits + fieldBits - 2;
  const productBits = valueBits + multiplierBits;
  const totalFf = Array.from({ length: units - 1 }, () => productBits).reduce((a, b) => a + b, 0);
  const adders = Array.from({ length: units - 1 }, (_, u) => productBits - (u + 1) * fieldBits);
  return addBills(
    {
      ff: valueBits + 2 + totalFf,
      parts: { serial: 1, addBit: adders.reduce((a, b) => a + Math.max(0, b), 0) },
    },
    counter(cycles),
    times(units, {
      // The digit, the running sum, its finished bits, the result.
      ff: 3 + stepBits + fieldBits + unitBits,
      parts: { boothBit: stepBits, booth: 1, pick: 3 * pickLuts(cycles), serialBit: stepBits },
    }),
  );
}

/** blnet_requant. */
export function requant(p: Parameters, lanes: number): Bill {
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
  const productBits = sumBits + multiplierBits;
  const keptBits = Math.max(1, productBits - shift + 1);
  const roundBits = Math.max(keptBits, outBits + 2) + 2;
  const scale =
    cycles === 0
      ? {}
      : cycles === 1
        ? scaleParallel(sumBits, multiplierBits)
        : scaleSerial(sumBits, multiplierBits, cycles);
  const lane = addBills(
    {
      // In front of a DSP the sum and the multiplier are registers of the DSP.
      ff: sumBits + multiplierBits + keptBits + 1 + outBits,
      parts: { addBit: sumBits + roundBits, clampBit: outBits, clamp: 1 },
    },
    scale,
  );
  return addBills({ ff: scaleStages + 3 }, times(lanes, lane), fifo2(lanes * outBits));
}
