/** Bills of the small modules that every block is made of, named as in hw/rtl. */
import type { MemoryImage } from '../../ir/block-kind.js';
import { addBills, type Bill, type Rom, times } from '../bill.js';
import { romLogic } from '../rom-logic.js';

/** A module's parameter by name. */
export type Parameters = (name: string) => number;

/** Several parameters at once, in the order of their names. */
export const several = <const N extends readonly string[]>(p: Parameters, ...names: N) =>
  names.map(p) as { [K in keyof N]: number };

/** Bits of `$clog2(n)`, at least 1: the width of a register that counts n states. */
export const countBits = (n: number): number => Math.max(1, Math.ceil(Math.log2(n)));

/** $clog2 as Verilog has it. */
export const clog2 = (n: number): number => Math.ceil(Math.log2(n));

/** Register that counts 0 .. states-1 and wraps; one state is no register. */
export const counter = (states: number): Partial<Bill> =>
  states > 1 ? { ff: countBits(states), parts: { counterBit: countBits(states) } } : {};

/** Fill level 0 .. depth that goes up and down. */
export const level = (depth: number): Partial<Bill> => ({
  ff: clog2(depth + 1),
  parts: { levelBit: clog2(depth + 1) },
});

/** blnet_fifo2. */
export const fifo2 = (width: number): Partial<Bill> => ({
  ff: 2 + 2 * width,
  parts: { fifoBit: width, fifo: 1 },
});

/** blnet_ram; its output register is part of it. */
export const ram = (width: number, depth: number): Partial<Bill> => ({
  rams: [{ width, depth, isRom: false, registered: true }],
});

/** blnet_rom. */
export function rom(image: MemoryImage, style: Rom['style']): Partial<Bill> {
  const shape = { width: image.wordBits, depth: image.words.length, isRom: true };
  return { roms: [{ shape, style, logic: romLogic(image.words, image.wordBits) }] };
}

/** LUT6s of one bit that is chosen among `ways` inputs and a constant. */
export const selectLuts = (ways: number): number => {
  // The constant takes one more input than the index.
  const inputs = ways + clog2(ways) + 1;
  return inputs <= 6 ? 1 : Math.ceil((inputs - 1) / 5);
};

/** LUT6s of one bit that is picked among `ways` registers by an index. */
export const pickLuts = (ways: number): number =>
  ways <= 1 ? 0 : ways <= 2 ? 1 : ways <= 4 ? 1 : Math.ceil((ways + clog2(ways) - 1) / 5);

export { addBills, times };
