/** Xilinx UltraScale+: LUT6, DSP48E2, RAMB18E2 and RAMB36E2. */
import type { FamilyData } from './family.js';
import { lutram } from './primitives.js';
import { XCUP_COEFFICIENTS } from './xcup-coefficients.js';
import { XILINX_BLOCKS, XILINX_CELLS, XILINX_FILL } from './xilinx.js';

export const XCUP: FamilyData = {
  family: 'xcup',
  lutInputs: 6,
  blockKbit: 36,
  blockRams: [
    ['ramb18', 'B18'],
    ['ramb36', 'B36'],
  ],
  memories: [
    lutram(5, 8, 16, 16, 8),
    lutram(6, 4, 16, 16, 8),
    lutram(7, 2, 16, 16, 8),
    lutram(8, 1, 16, 16, 8),
    lutram(5, 14, 16, 16, 8),
    lutram(6, 7, 16, 16, 8),
    ...XILINX_BLOCKS,
  ],
  dspPorts: { wide: 27, narrow: 18, piece: 18, narrowestPiece: 2, narrowestProduct: 9 },
  // Yosys 0.23 packs registers and adders into DSP48E1 alone; Vivado does it here, too.
  dsp: { widePortBits: 27, absorbs: false },
  dropsIdleRegisters: true,
  fill: XILINX_FILL,
  measuredInDesign: true,
  coefficients: XCUP_COEFFICIENTS,
  cells: XILINX_CELLS,
  synthesis: 'synth_xilinx -family xcup -flatten -noiopad -noclkbuf',
  netlist: 'synth_xilinx -family xcup -flatten -noiopad -noclkbuf',
  cellModels: 'xilinx/cells_sim.v',
};
