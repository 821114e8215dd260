/** Bill of the two-scale addition, with blnet_scale_const for each operand. */
import type { Bill } from '../../ir/bill.js';
import type { AddParams } from '../../ir/hardware.js';
import type { Target } from '../../ir/target.js';
import type { RomContent } from './rom-logic.js';
import { BillWriter } from './writer.js';

/** Low bits of a product that are constant because the multiplier is even. */
const trailingZeros = (n: number): number => (n > 0 && n % 2 === 0 ? 1 + trailingZeros(n / 2) : 0);

/** The lowest `bits` bits. */
const unsigned = (value: number, bits: number): number => Number(BigInt.asUintN(bits, BigInt(value)));

/**
 * blnet_scale_const: two tables, whose outputs become the registers of the operand in front, and an adder.
 * @param offset part of the upper table
 */
function scaleConstant(
  w: BillWriter,
  xBits: number,
  isSigned: boolean,
  multiplier: number,
  offset: number,
  productBits: number,
): void {
  const lowBits = Math.floor(xBits / 2);
  const highBits = xBits - lowBits;
  const table = (bits: number, value: (i: number) => number): RomContent => ({
    depth: 2 ** bits,
    fields: [
      {
        bits: productBits,
        count: 1,
        values: Array.from({ length: 2 ** bits }, (_, word) => unsigned(value(word), productBits)),
        first: 0,
        wordStep: 1,
        fieldStep: 0,
      },
    ],
  });
  const signed = (i: number): number => (isSigned && i >= 2 ** (highBits - 1) ? i - 2 ** highBits : i);
  w.rom(
    table(lowBits, (i) => multiplier * i),
    'logic',
  )
    .rom(
      table(highBits, (i) => offset + multiplier * signed(i) * 2 ** lowBits),
      'logic',
    )
    // The lowest bits come from the lower table alone.
    .use('addBit', Math.max(0, productBits - lowBits - trailingZeros(multiplier)));
}

/** @param sum bits of the sum, and the offset with the zero point in it */
export function addBill(
  p: AddParams,
  sum: { readonly bits: number; readonly offset: number },
  target: Target,
): Bill {
  const { aBits, bBits, multiplierA, multiplierB, requant } = p;
  const { shift, outBits } = requant;
  const bProduct = Math.min(bBits + requant.multiplierBits + 1, sum.bits);
  // Low bits of one product that are always zero: there the sum is the other product, and below the shift nobody asks.
  const zerosA = Math.min(trailingZeros(multiplierA), trailingZeros(Math.abs(sum.offset)));
  const zerosB = trailingZeros(multiplierB);
  const unasked = Math.min(Math.max(zerosA, zerosB), shift);
  const kept = sum.bits - shift;
  const lane = new BillWriter(target);
  // Operands, products, sum, result.
  lane
    .ff(aBits + bBits + kept + outBits)
    .ff(sum.bits - Math.max(zerosA, unasked) + bProduct - Math.max(zerosB, unasked))
    .use('addBit', sum.bits - unasked)
    .use('roundBit', kept)
    .use('clampBit', outBits)
    .use('clamp');
  scaleConstant(lane, aBits, p.aSigned, multiplierA, sum.offset, sum.bits);
  scaleConstant(lane, bBits, p.bSigned, multiplierB, 0, bProduct);
  const w = new BillWriter(target);
  return w
    .ff(4)
    .use('add')
    .include(lane.bill, p.lanes)
    .fifo2(p.lanes * outBits).bill;
}
