/** Memory primitives and cells in short, for the families' data. */
import type { Resources } from '../ir/resources.js';
import type { CellTable } from './family.js';
import type { Primitive } from './memory-mapping.js';

/** LUT RAM of one width. @param luts that one primitive takes */
export const lutram = (
  addressBits: number,
  width: number,
  cost: number,
  widthScale: number,
  luts: number,
): Primitive => ({
  kind: 'distributed',
  addressBits,
  widths: [width],
  cost,
  widthScale,
  byteBits: 0,
  takes: { lut: luts, lutram: luts },
});

/** Block RAM. */
export const ramb = (
  addressBits: number,
  widths: readonly number[],
  cost: number,
  takes: Partial<Resources>,
): Primitive => ({ kind: 'block', addressBits, widths, cost, widthScale: 0, byteBits: 9, takes });

export const each = (names: string, r: Partial<Resources>): CellTable =>
  Object.fromEntries(names.split(' ').map((name) => [name, r]));

export const memoryLuts = (n: number): Partial<Resources> => ({ lut: n, lutram: n });
