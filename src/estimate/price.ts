/** From a bill to resources: what each entry takes in one family. */
import type { Bill, Part, Ram, Rom } from './bill.js';
import { COEFFICIENTS } from './coefficients.js';
import { mapMemory } from './memory.js';
import { dspsOf } from './multiplier.js';
import { addResources, type Family, NO_RESOURCES, type Resources } from './resources.js';

/** LUTs per unit of a part. */
export type Coefficients = Readonly<Partial<Record<Part, number>>>;

/** A bill with its memories resolved for a family: exact resources, and units of logic that remain to be priced. */
export interface ResolvedBill {
  readonly exact: Resources;
  readonly parts: Readonly<Partial<Record<Part, number>>>;
}

type Extra = { readonly resources?: Partial<Resources>; readonly parts?: Partial<Record<Part, number>> };

function resolveRam(m: Ram, family: Family): Extra[] {
  const { width, depth } = m;
  const read = m.registered ? width : 0;
  const { style, resources, banks, emulatesReadFirst } = mapMemory(m, family);
  const selection = (banks - 1) * width;
  switch (style) {
    case 'logic':
      return [{ resources: { ff: width * depth + read }, parts: { registerFileBit: width * depth } }];
    case 'distributed':
      return [
        { resources: { ...resources, ff: read }, parts: { lutramReadBit: read, bankSelectBit: selection } },
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
  const { columns, tables4, tables6, varying } = r.logic;
  // Yosys drops constant columns before it maps a memory.
  const shape = { ...r.shape, width: Math.max(1, varying) };
  const { style, resources, banks } = mapMemory(shape, family, varying === 0 ? 'logic' : r.style);
  if (style === 'block') {
    return {
      resources: { ...resources, ff: Math.ceil(Math.log2(banks)) },
      parts: { bankSelectBit: (banks - 1) * varying },
    };
  }
  return { resources: { ff: columns }, parts: { romTable: family === 'ecp5' ? tables4 : tables6 } };
}

export function resolveBill(bill: Bill, family: Family): ResolvedBill {
  const extras: Extra[] = [
    { resources: { ff: bill.ff }, parts: bill.parts },
    ...bill.multipliers.map((m) => ({ resources: { dsp: dspsOf(m, family) } })),
    ...bill.rams.flatMap((m) => resolveRam(m, family)),
    ...bill.roms.map((r) => resolveRom(r, family)),
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
