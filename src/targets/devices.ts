/**
 * FPGA parts as data, from the vendors' product tables (Xilinx DS190, DS180, DS891, DS987; Lattice FPGA-DS-02012).
 */

import type { Family } from '../ir/resources.js';

export interface Device {
  readonly name: string;
  readonly family: Family;
  readonly dsp: number;
  /** LUT6, or LUT4 on ECP5. */
  readonly lut: number;
  readonly ff: number;
  /** 36-kbit blocks on Xilinx, 18-kbit blocks on ECP5. */
  readonly bram: number;
  /** Clock that generated designs are planned for; a plan, not a promise. */
  readonly clockMhz: number;
  /** Part with package and speed grade, as the vendor's tools want it; null where none of them is used. */
  readonly orderingCode: string | null;
}

export const DEVICES: readonly Device[] = [
  {
    name: 'xc7z010',
    family: 'xc7',
    dsp: 80,
    lut: 17_600,
    ff: 35_200,
    bram: 60,
    clockMhz: 150,
    orderingCode: 'xc7z010clg400-1',
  },
  {
    name: 'xc7z020',
    family: 'xc7',
    dsp: 220,
    lut: 53_200,
    ff: 106_400,
    bram: 140,
    clockMhz: 150,
    orderingCode: 'xc7z020clg400-1',
  },
  {
    name: 'xc7a35t',
    family: 'xc7',
    dsp: 90,
    lut: 20_800,
    ff: 41_600,
    bram: 50,
    clockMhz: 150,
    orderingCode: 'xc7a35tcsg324-1',
  },
  {
    name: 'xc7a100t',
    family: 'xc7',
    dsp: 240,
    lut: 63_400,
    ff: 126_800,
    bram: 135,
    clockMhz: 150,
    orderingCode: 'xc7a100tcsg324-1',
  },
  {
    name: 'xczu3eg',
    family: 'xcup',
    dsp: 360,
    lut: 70_560,
    ff: 141_120,
    bram: 216,
    clockMhz: 250,
    orderingCode: 'xczu3eg-sbva484-1-e',
  },
  {
    name: 'xck26',
    family: 'xcup',
    dsp: 1_248,
    lut: 117_120,
    ff: 234_240,
    bram: 144,
    clockMhz: 250,
    orderingCode: 'xck26-sfvc784-2LV-c',
  },
  {
    name: 'xczu7ev',
    family: 'xcup',
    dsp: 1_728,
    lut: 230_400,
    ff: 460_800,
    bram: 312,
    clockMhz: 250,
    orderingCode: 'xczu7ev-ffvc1156-2-e',
  },
  {
    name: 'LFE5U-25F',
    family: 'ecp5',
    dsp: 28,
    lut: 24_288,
    ff: 24_288,
    bram: 56,
    clockMhz: 100,
    orderingCode: null,
  },
  {
    name: 'LFE5U-45F',
    family: 'ecp5',
    dsp: 72,
    lut: 43_848,
    ff: 43_848,
    bram: 108,
    clockMhz: 100,
    orderingCode: null,
  },
  {
    name: 'LFE5U-85F',
    family: 'ecp5',
    dsp: 156,
    lut: 83_640,
    ff: 83_640,
    bram: 208,
    clockMhz: 100,
    orderingCode: null,
  },
];
