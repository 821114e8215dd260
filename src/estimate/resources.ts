/**
 * What a design takes of a part, and how the cells of a Yosys netlist add up to it. One vocabulary for the estimate
 * and for synthesis, so that both are compared column by column.
 */
import { BlnetError } from '../diagnostics.js';
import type { Device } from './devices.js';

export type Family = Device['family'];

export interface Resources {
  /** LUT6 (LUT4 on ECP5), those that serve as memory included; inverters are not counted, see below. */
  readonly lut: number;
  /** Of these, LUTs that serve as memory or shift register. */
  readonly lutram: number;
  readonly ff: number;
  readonly dsp: number;
  /** 18-kbit blocks. */
  readonly ramb18: number;
  /** 36-kbit blocks; none on ECP5. */
  readonly ramb36: number;
}

export type ResourceName = keyof Resources;

export const RESOURCE_NAMES: readonly ResourceName[] = ['lut', 'lutram', 'ff', 'dsp', 'ramb18', 'ramb36'];

export const NO_RESOURCES: Resources = { lut: 0, lutram: 0, ff: 0, dsp: 0, ramb18: 0, ramb36: 0 };

export function addResources(...all: readonly Resources[]): Resources {
  const sum = { ...NO_RESOURCES };
  for (const r of all) for (const name of RESOURCE_NAMES) sum[name] += r[name];
  return sum;
}

/** Block memory in the unit of `Device.bram`: 36 kbit, two halves of which are two RAMB18; 18 kbit on ECP5. */
export const blockMemory = (r: Resources, family: Family): number =>
  family === 'ecp5' ? r.ramb18 : r.ramb36 + r.ramb18 / 2;

/** Cell type → what one such cell takes. Types that are absent here are an error, so that nothing is lost. */
type CellTable = Readonly<Record<string, Partial<Resources>>>;

const each = (names: string, r: Partial<Resources>): CellTable =>
  Object.fromEntries(names.split(' ').map((name) => [name, r]));
const memoryLuts = (n: number): Partial<Resources> => ({ lut: n, lutram: n });

/**
 * Carry chains and the wide multiplexers belong to the slices of the LUTs that feed them. INV is nothing, as in
 * Yosys's own estimate of logic cells: it writes one in front of every flip-flop with an inverted enable, all of the
 * same signal, and whatever places the netlist merges them.
 */
const XILINX_CELLS: CellTable = {
  ...each('LUT1 LUT2 LUT3 LUT4 LUT5 LUT6', { lut: 1 }),
  ...each('FDRE FDSE FDCE FDPE FDRE_1 FDSE_1', { ff: 1 }),
  ...each('CARRY4 CARRY8 MUXF7 MUXF8 MUXF9 INV', {}),
  ...each('SRL16E SRLC16E SRLC32E RAM32X1S RAM64X1S', memoryLuts(1)),
  ...each('RAM32X1D RAM64X1D RAM128X1S', memoryLuts(2)),
  ...each('RAM32M RAM64M RAM128X1D RAM256X1S', memoryLuts(4)),
  ...each('RAM32M16 RAM64M8 RAM256X1D RAM512X1S', memoryLuts(8)),
  ...each('DSP48E1 DSP48E2', { dsp: 1 }),
  ...each('RAMB18E1 RAMB18E2', { ramb18: 1 }),
  ...each('RAMB36E1 RAMB36E2', { ramb36: 1 }),
};

const ECP5_CELLS: CellTable = {
  LUT4: { lut: 1 },
  // Two LUTs with a carry between them.
  CCU2C: { lut: 2 },
  ...each('PFUMX L6MUX21 GSR', {}),
  TRELLIS_DPR16X4: memoryLuts(4),
  TRELLIS_FF: { ff: 1 },
  ...each('MULT18X18D MULT9X9D', { dsp: 1 }),
  ...each('DP16KD PDPW16KD', { ramb18: 1 }),
};

const CELLS: Readonly<Record<Family, CellTable>> = {
  xc7: XILINX_CELLS,
  xcup: XILINX_CELLS,
  ecp5: ECP5_CELLS,
};

export type CellCounts = Readonly<Record<string, number>>;

/** Sums a netlist's cells. Errors: BLN402 for a cell type that the family's table does not know. */
export function resourcesOf(cells: CellCounts, family: Family, where = 'netlist'): Resources {
  const sum = { ...NO_RESOURCES };
  for (const [type, count] of Object.entries(cells)) {
    // Yosys marks scopes and assertions with cells of its own, which are no hardware.
    if (type.startsWith('$')) continue;
    const one = CELLS[family][type];
    if (!one) {
      throw new BlnetError('BLN402', {
        where,
        found: `Yosys reports ${count} cells of the type ${type}, which ${family} is not known to have`,
        hint: 'this version of Yosys maps differently: report it with the version',
      });
    }
    for (const name of RESOURCE_NAMES) sum[name] += count * (one[name] ?? 0);
  }
  return sum;
}
