/** Lattice ECP5: LUT4 with a carry cell for every two, MULT18X18D, blocks of 18 kbit. */
import { ECP5_COEFFICIENTS } from './ecp5-coefficients.js';
import type { FamilyData } from './family.js';
import { each, lutram, memoryLuts, ramb } from './primitives.js';

const block = (widths: readonly number[]) => ({
  ...ramb(14, widths, 128, { ramb18: 1 }),
  emulatesReadFirst: true,
});

export const ECP5: FamilyData = {
  family: 'ecp5',
  lutInputs: 4,
  blockKbit: 18,
  blockRams: [['ramb18', 'EBR']],
  memories: [
    lutram(4, 4, 4, 0, 4),
    block([1, 2, 4, 9, 18]),
    { ...block([1, 2, 4, 9, 18, 36]), narrowestWrite: 5 },
  ],
  dspPorts: { wide: 18, narrow: 18, piece: 18, narrowestPiece: 3, narrowestProduct: 0 },
  // 18 x 18 cannot hold two weights, and Yosys uses none of the registers.
  dsp: { widePortBits: 0, absorbs: false },
  // Routers have been seen to stall from some 60 % of the LUTs on.
  fill: { lut: 60, ff: 83, bram: 85 },
  // Its registers have no value to start from.
  dropsIdleRegisters: false,
  measuredInDesign: true,
  coefficients: ECP5_COEFFICIENTS,
  cells: {
    LUT4: { lut: 1 },
    // Two LUTs with a carry between them.
    CCU2C: { lut: 2 },
    ...each('PFUMX L6MUX21 GSR', {}),
    TRELLIS_DPR16X4: memoryLuts(4),
    TRELLIS_FF: { ff: 1 },
    ...each('MULT18X18D MULT9X9D', { dsp: 1 }),
    ...each('DP16KD PDPW16KD', { ramb18: 1 }),
  },
  synthesis: 'synth_ecp5',
  // No block reads a word in the cycle in which it is written (blnet_ram.v), so nothing need watch for it.
  netlist: 'synth_ecp5 -no-rw-check',
  cellModels: 'ecp5/cells_sim.v',
};
