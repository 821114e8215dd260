/**
 * A block's bill: what its RTL is made of, counted from the parameters alone. Registers, memories and multipliers are
 * counted exactly; logic is a number of like parts by name, and the family's coefficients say what one of them takes.
 */
import type { MemoryShape } from './memory.js';

/** Parts of logic. The unit of each is in its comment; `coefficients.ts` holds LUTs per unit. */
export const LOGIC_PARTS = {
  /** Bit of a two-entry output FIFO. */
  fifoBit: 'bit of a two-entry FIFO',
  fifo: 'control of a two-entry FIFO',
} as const;

export type LogicPart = string;

/** Words that pass through unchanged some enabled cycles later; shift-register LUTs where the family has them. */
export interface Delay {
  readonly bits: number;
  readonly cycles: number;
}

/** Constant memory with a registered output. */
export interface Rom {
  readonly shape: MemoryShape;
  /** Block RAM when told so; else logic, whose size depends on the contents. */
  readonly style: 'block' | 'logic' | 'auto';
  readonly logic: RomLogic;
}

/** What is left of a constant memory as logic: equal, constant and unused columns cost nothing. */
export interface RomLogic {
  /** Distinct columns that are not constant: output registers. */
  readonly columns: number;
  /** Lookup tables of six inputs for them, and of four. */
  readonly tables6: number;
  readonly tables4: number;
}

export interface Bill {
  /** Registers outside memories and delay lines, in bits. */
  readonly ff: number;
  readonly dsp: number;
  readonly rams: readonly MemoryShape[];
  readonly roms: readonly Rom[];
  readonly delays: readonly Delay[];
  /** Units of each part. */
  readonly logic: Readonly<Record<string, number>>;
}

export const EMPTY_BILL: Bill = { ff: 0, dsp: 0, rams: [], roms: [], delays: [], logic: {} };

export function addBills(...bills: ReadonlyArray<Partial<Bill>>): Bill {
  const logic: Record<string, number> = {};
  for (const b of bills)
    for (const [part, units] of Object.entries(b.logic ?? {})) logic[part] = (logic[part] ?? 0) + units;
  return {
    ff: bills.reduce((sum, b) => sum + (b.ff ?? 0), 0),
    dsp: bills.reduce((sum, b) => sum + (b.dsp ?? 0), 0),
    rams: bills.flatMap((b) => b.rams ?? []),
    roms: bills.flatMap((b) => b.roms ?? []),
    delays: bills.flatMap((b) => b.delays ?? []),
    logic,
  };
}

/** The same bill `n` times. */
export const times = (n: number, b: Partial<Bill>): Bill => addBills(...Array.from({ length: n }, () => b));
