/**
 * What a family of parts makes of a design. Blocks write their bills for a target and ask it what becomes of a memory
 * or a multiplication; `targets/` has one object for each family.
 */

import type { Family, Resources } from '../ir/resources.js';
import type { Bill } from './bill.js';

export interface MemoryShape {
  readonly width: number;
  readonly depth: number;
  /** Constant contents; no write port. */
  readonly isRom: boolean;
}

/** How the RTL asks for a memory; `auto` leaves the choice to synthesis. */
export type MemoryStyle = 'auto' | 'block' | 'logic';

export interface MemoryMapping {
  readonly style: 'logic' | 'distributed' | 'block';
  /** The primitives themselves; what selects among banks is fabric and not counted here. */
  readonly resources: Resources;
  /** Rows of primitives that an address selects among. */
  readonly banks: number;
  /** Read-before-write is made of logic. */
  readonly emulatesReadFirst: boolean;
}

/** A signed multiplication that a DSP is meant for. */
export interface Multiplier {
  /** Bits of the operands as signed numbers. */
  readonly a: number;
  readonly b: number;
}

/** What becomes of it. */
export interface MultiplierMapping {
  readonly dsp: number;
  /** Bits of the adders that join the products of a multiplication that was cut. */
  readonly addBits: number;
}

export interface DspUse {
  /** Bits of the wide input of DSPs that can hold two weights; 0 where packing gains nothing. */
  readonly widePortBits: number;
  /** Whether synthesis takes the registers and adders around a multiplication into the DSP. */
  readonly absorbs: boolean;
}

/** Percent of a part's resources that a design may take unless more is asked for. */
export interface Fill {
  readonly lut: number;
  readonly ff: number;
  readonly bram: number;
}

export interface Target {
  readonly family: Family;
  /** Inputs of a LUT. */
  readonly lutInputs: 4 | 6;
  /** Size of the block that a part's number of blocks counts. */
  readonly blockKbit: 18 | 36;
  readonly dsp: DspUse;
  readonly fill: Fill;
  /**
   * Whether blocks were measured beside a long path, as they stand in a design (docs/estimates.md); alone, some repeat
   * their control for every bit of data.
   */
  readonly measuredInDesign: boolean;
  /** Whether synthesis finds registers that never leave their reset value, and what depends on them. */
  readonly dropsIdleRegisters: boolean;
  memory(shape: MemoryShape, style?: MemoryStyle): MemoryMapping;
  multiplier(m: Multiplier): MultiplierMapping;
  /** A bill in this family's resources, LUTs rounded. */
  price(bill: Bill): Resources;
  /** Block RAM in the blocks that a part counts; halves where it counts 36 kbit. */
  blocks(r: Pick<Resources, 'ramb18' | 'ramb36'>): number;
}
