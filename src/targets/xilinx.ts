/** What 7-series and UltraScale+ have in common: block RAM and the cells of netlists. */
import type { Fill } from '../ir/target.js';
import type { CellTable } from './family.js';
import type { Primitive } from './memory-mapping.js';
import { each, memoryLuts, ramb } from './primitives.js';

/** Parts fuller than 85 % rarely meet timing; block RAM is known exactly beforehand, LUTs to a percent or two. */
export const XILINX_FILL: Fill = { lut: 83, ff: 83, bram: 85 };

/** RAMB18 and RAMB36 with both ports alike, then with one port for writing and one of twice the width for reading. */
export const XILINX_BLOCKS: readonly Primitive[] = [
  ramb(14, [1, 2, 4, 9, 18], 129, { ramb18: 1 }),
  ramb(15, [1, 2, 4, 9, 18, 36], 257, { ramb36: 1 }),
  ramb(14, [1, 2, 4, 9, 18, 36], 129, { ramb18: 1 }),
  ramb(15, [1, 2, 4, 9, 18, 36, 72], 257, { ramb36: 1 }),
];

/**
 * Carry chains and the wide multiplexers belong to the slices of the LUTs that feed them. INV is nothing, as in
 * Yosys's own estimate of logic cells: it writes one in front of every flip-flop with an inverted enable, all of the
 * same signal, and whatever places the netlist merges them.
 */
export const XILINX_CELLS: CellTable = {
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
