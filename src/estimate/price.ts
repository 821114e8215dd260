/** From a bill to resources: what each entry takes in one family. */
import type { Bill, Delay, Part, Rom } from './bill.js';
import { COEFFICIENTS } from './coefficients.js';
import { type MemoryShape, mapMemory } from './memory.js';
import { addResources, type Family, NO_RESOURCES, type Resources } from './resources.js';

/** LUTs per unit of a part. */
export type Coefficients = Readonly<Partial<Record<Part, number>>>;

/** A bill with its memories resolved for a family: exact resources, and units of logic that remain to be priced. */
export interface ResolvedBill {
  readonly exact: Resources;
  readonly parts: Readonly<Partial<Record<Part, number>>>;
}

/** Shift registers of fewer cycles stay flip-flops. */
const SHORTEST_SRL = 3;
const LONGEST_SRL = 32;

type Extra = { readonly resources?: Partial<Resources>; readonly parts?: Partial<Record<Part, number>> };

function resolveRam(m: MemoryShape, family: Family): Extra[] {
  const { width, depth } = m;
  const { style, resources, banks, emulatesReadFirst } = mapMemory(m, family);
  const selection = (banks - 1) * width;
  switch (style) {
    case 'logic':
      return [{ resources: { ff: width * depth + width }, parts: { registerFileBit: width * depth } }];
    case 'distributed':
      return [
        { resources: { ...resources, ff: width }, parts: { lutramReadBit: width, bankSelectBit: selection } },
      ];
    case 'block': {
      const address = Math.ceil(Math.log2(depth));
      // The bank of a read is kept until its word comes; with emulation, so is the write, and the word it replaces.
      const selectBits = Math.ceil(Math.log2(banks));
      const emulation = emulatesReadFirst ? 2 * width + address + 2 : 0;
      return [
        { resources: { ...resources, ff: selectBits + emulation } },
        { parts: { bankSelectBit: selection, readFirstBit: emulatesReadFirst ? width : 0 } },
      ];
    }
  }
}

function resolveRom(r: Rom, family: Family): Extra {
  const { style, resources, banks } = mapMemory(r.shape, family, r.style);
  if (style === 'block') {
    return {
      resources: { ...resources, ff: Math.ceil(Math.log2(banks)) },
      parts: { bankSelectBit: (banks - 1) * r.shape.width },
    };
  }
  const { columns, tables4, tables6 } = r.logic;
  return { resources: { ff: columns }, parts: { romTable: family === 'ecp5' ? tables4 : tables6 } };
}

function resolveDelay(d: Delay, family: Family): Extra {
  if (family === 'ecp5' || d.cycles < SHORTEST_SRL) return { resources: { ff: d.bits * d.cycles } };
  const luts = d.bits * Math.ceil(d.cycles / LONGEST_SRL);
  return { resources: { lut: luts, lutram: luts } };
}

export function resolveBill(bill: Bill, family: Family): ResolvedBill {
  const extras: Extra[] = [
    { resources: { ff: bill.ff, dsp: bill.dsp }, parts: bill.parts },
    ...bill.rams.flatMap((m) => resolveRam(m, family)),
    ...bill.roms.map((r) => resolveRom(r, family)),
    ...bill.delays.map((d) => resolveDelay(d, family)),
  ];
  const parts: Partial<Record<Part, number>> = {};
  for (const e of extras) {
    for (const [part, units] of Object.entries(e.parts ?? {}) as Array<[Part, number]>)
      parts[part] = (parts[part] ?? 0) + units;
  }
  return { exact: addResources(...extras.map((e) => ({ ...NO_RESOURCES, ...e.resources }))), parts };
}

/** LUTs of the logic of a bill. */
export const logicLuts = (parts: ResolvedBill['parts'], coefficients: Coefficients): number =>
  (Object.entries(parts) as Array<[Part, number]>).reduce(
    (sum, [part, units]) => sum + units * (coefficients[part] ?? 0),
    0,
  );

export function priceOf(
  bill: Bill,
  family: Family,
  coefficients: Coefficients = COEFFICIENTS[family],
): Resources {
  const { exact, parts } = resolveBill(bill, family);
  return { ...exact, lut: Math.round(exact.lut + logicLuts(parts, coefficients)) };
}
