/**
 * A block's bill: what its RTL is made of, counted from its parameters and memory contents alone. Registers, memories
 * and multipliers are counted exactly; logic is a number of like parts, and a family's coefficients say how many LUTs
 * one unit of each part takes.
 */
import type { MemoryShape } from './memory.js';
import type { Multiplier } from './multiplier.js';

/** Part → its unit, and the LUTs that one unit would take on paper: where the fit starts from. */
export const PARTS = {
  fifoBit: { unit: 'bit of a two-entry FIFO', expected: 1 },
  fifo: { unit: 'two-entry FIFO: its control', expected: 2.2 },
  counterBit: { unit: 'bit of a counter that wraps', expected: 1.6 },
  levelBit: { unit: 'bit of a fill level: up, down, compare', expected: 1.4 },
  lutramReadBit: { unit: 'bit of an output register behind LUT RAM', expected: 0 },
  registerFileBit: { unit: 'bit of a memory too small for RAM', expected: 0 },
  bankSelectBit: { unit: 'bit times further bank of a memory', expected: 0.5 },
  readFirstBit: { unit: 'bit of a block RAM whose read-before-write is made of logic', expected: 1 },
  romTable: { unit: 'table of a constant memory', expected: 1 },
  fork: { unit: 'fork: its control', expected: 4 },
  fifoControl: { unit: 'FIFO in memory: its control', expected: 3 },
  widthUpBit: { unit: 'bit of a widened beat', expected: 1 },
  widthUp: { unit: 'widening: its control', expected: 3.7 },
  widthDownBit: { unit: 'bit of a wide beat to be split', expected: 1 },
  widthDown: { unit: 'splitting: its control', expected: 2.2 },
  upsample: { unit: 'upsampler: its control', expected: 4 },
  addressBit: { unit: 'bit of an address with several sources', expected: 1.8 },
  tapSelectLut: {
    unit: 'LUT that picks a tap from the banks of a line buffer, or its padding',
    expected: 0.5,
  },
  window: { unit: 'line buffer: its control', expected: 25 },
  compareBit: { unit: 'bit of a running maximum', expected: 0.9 },
  tapCompareBit: { unit: 'bit of a further tap compared in the same cycle', expected: 1.5 },
  maxPool: { unit: 'maximum: its control', expected: 3 },
  marker: { unit: 'frame marker: its control', expected: 3 },
  boothBit: { unit: 'bit of a Booth step', expected: 1 },
  constantBoothBit: { unit: 'bit of a Booth step by a constant', expected: 0.78 },
  accumulateBit: { unit: 'bit of an accumulator', expected: 1 },
  addBit: { unit: 'bit of an adder', expected: 1 },
  roundBit: { unit: 'bit of a product that is rounded and held against a range', expected: 0.3 },
  pick: { unit: 'LUT that picks among registers', expected: 1 },
  clampBit: { unit: 'bit of a result that is clamped', expected: 1 },
  clamp: { unit: 'lane of a clamp: its comparisons', expected: 4 },
  joinBit: { unit: 'bit of a word that beats are joined to', expected: 0 },
  serialBit: { unit: 'bit of a serial multiplication', expected: 0.8 },
  serial: { unit: 'serial multiplication: its control', expected: 5 },
  pointwise: { unit: 'matrix-vector engine: its control', expected: 15 },
  depthwise: { unit: 'depthwise engine: its control', expected: 5 },
  emit: { unit: 'back half of an engine: its control', expected: 5 },
  add: { unit: 'addition: its control', expected: 5 },
  globalAvgPool: { unit: 'global average: its control', expected: 8 },
} as const satisfies Record<string, { readonly unit: string; readonly expected: number }>;

export type Part = keyof typeof PARTS;

/** Constant memory with a registered output. */
export interface Rom {
  readonly shape: MemoryShape;
  /** As the RTL asks for it; `auto` leaves it to Yosys. */
  readonly style: 'block' | 'logic' | 'auto';
  readonly logic: RomLogic;
}

/** A constant memory as logic: equal and constant columns cost nothing. */
export interface RomLogic {
  /** Columns that are not constant: the width that a block RAM must have. */
  readonly varying: number;
  /** Distinct ones of these: bits of the output register. */
  readonly columns: number;
  /** Tables of 64 words, and of 16, that they need. */
  readonly tables6: number;
  readonly tables4: number;
}

/** Read-write memory; without `registered` its words come in the cycle of their address. */
export interface Ram extends MemoryShape {
  readonly registered: boolean;
}

export interface Bill {
  /** Registers outside memories, in bits. Yosys makes delay lines with an enable of registers too. */
  readonly ff: number;
  /** Multiplications that DSPs are meant for. */
  readonly multipliers: readonly Multiplier[];
  readonly rams: readonly Ram[];
  readonly roms: readonly Rom[];
  readonly parts: Readonly<Partial<Record<Part, number>>>;
}

/** Sum of bills; what one does not mention it has none of. */
export function addBills(...bills: ReadonlyArray<Partial<Bill>>): Bill {
  const parts: Partial<Record<Part, number>> = {};
  for (const b of bills) {
    for (const [part, units] of Object.entries(b.parts ?? {}) as Array<[Part, number]>)
      parts[part] = (parts[part] ?? 0) + units;
  }
  return {
    ff: bills.reduce((sum, b) => sum + (b.ff ?? 0), 0),
    multipliers: bills.flatMap((b) => b.multipliers ?? []),
    rams: bills.flatMap((b) => b.rams ?? []),
    roms: bills.flatMap((b) => b.roms ?? []),
    parts,
  };
}

/** The same bill `n` times. */
export const times = (n: number, b: Partial<Bill>): Bill => addBills(...Array.from({ length: n }, () => b));
