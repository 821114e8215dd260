/** Xilinx 7-series and Zynq-7000: LUT6, DSP48E1, RAMB18E1 and RAMB36E1. */
import type { FamilyData } from './family.js';
import { lutram } from './primitives.js';
import { XC7_COEFFICIENTS } from './xc7-coefficients.js';
import { XILINX_BLOCKS, XILINX_CELLS, XILINX_FILL } from './xilinx.js';

export const XC7: FamilyData = {
  family: 'xc7',
  lutInputs: 6,
  blockKbit: 36,
  blockRams: [
    ['ramb18', 'B18'],
    ['ramb36', 'B36'],
  ],
  memories: [
    // RAM32X1D and its like, then RAM32M and RAM64M.
    lutram(5, 4, 8, 8, 4),
    lutram(6, 2, 8, 8, 4),
    lutram(7, 1, 8, 8, 4),
    lutram(5, 6, 8, 7, 4),
    lutram(6, 3, 8, 7, 4),
    ...XILINX_BLOCKS,
  ],
  dspPorts: { wide: 25, narrow: 18, piece: 18, narrowestPiece: 2, narrowestProduct: 9 },
  dsp: { widePortBits: 25, absorbs: true },
  fill: XILINX_FILL,
  dropsIdleRegisters: true,
  measuredInDesign: false,
  coefficients: XC7_COEFFICIENTS,
  cells: XILINX_CELLS,
  synthesis: 'synth_xilinx -family xc7 -flatten -noiopad -noclkbuf',
  netlist: 'synth_xilinx -family xc7 -flatten -noiopad -noclkbuf',
  cellModels: 'xilinx/cells_sim.v',
};
