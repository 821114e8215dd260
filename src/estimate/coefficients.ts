/**
 * LUTs per unit of each part, by family. Written by bench/estimate/fit.ts from bench/estimate/grid-*.csv: do not edit,
 * fit again (docs/estimates.md says how).
 */
import type { Coefficients } from './price.js';
import type { Family } from './resources.js';

export const COEFFICIENTS: Readonly<Record<Family, Coefficients>> = {
  xc7: {
    // LUTs per bit of a two-entry FIFO
    fifoBit: 0.949,
    // LUTs per two-entry FIFO: its control
    fifo: 0,
    // LUTs per bit of a counter that wraps
    counterBit: 1.946,
    // LUTs per bit of a fill level: up, down, compare
    levelBit: 0,
    // LUTs per bit of an output register behind LUT RAM
    lutramReadBit: 0.481,
    // LUTs per bit of a memory too small for RAM
    registerFileBit: 1,
    // LUTs per bit times further bank of a memory
    bankSelectBit: 0.4,
    // LUTs per bit of a block RAM whose read-before-write is made of logic
    readFirstBit: 1,
    // LUTs per table of a constant memory
    romTable: 1,
    // LUTs per fork: its control
    fork: 10.092,
    // LUTs per FIFO in memory: its control
    fifoControl: 24.669,
    // LUTs per bit of a widened beat
    widthUpBit: 1.119,
    // LUTs per widening: its control
    widthUp: 5.819,
    // LUTs per bit of a wide beat to be split
    widthDownBit: 1.523,
    // LUTs per splitting: its control
    widthDown: 0,
    // LUTs per upsampler: its control
    upsample: 72.582,
    // LUTs per bit of an address with several sources
    addressBit: 0.251,
    // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
    tapSelectLut: 0.925,
    // LUTs per line buffer: its control
    window: 111.272,
    // LUTs per bit of a comparison and a selection by it
    compareBit: 1.728,
    // LUTs per frame marker: its control
    marker: 3,
    // LUTs per maximum: its control
    maxPool: 21.426,
  },
  xcup: {
    // LUTs per bit of a two-entry FIFO
    fifoBit: 0.949,
    // LUTs per two-entry FIFO: its control
    fifo: 0,
    // LUTs per bit of a counter that wraps
    counterBit: 1.946,
    // LUTs per bit of a fill level: up, down, compare
    levelBit: 0,
    // LUTs per bit of an output register behind LUT RAM
    lutramReadBit: 0.481,
    // LUTs per bit of a memory too small for RAM
    registerFileBit: 1,
    // LUTs per bit times further bank of a memory
    bankSelectBit: 0.4,
    // LUTs per bit of a block RAM whose read-before-write is made of logic
    readFirstBit: 1,
    // LUTs per table of a constant memory
    romTable: 1,
    // LUTs per fork: its control
    fork: 10.092,
    // LUTs per FIFO in memory: its control
    fifoControl: 24.669,
    // LUTs per bit of a widened beat
    widthUpBit: 1.119,
    // LUTs per widening: its control
    widthUp: 5.819,
    // LUTs per bit of a wide beat to be split
    widthDownBit: 1.523,
    // LUTs per splitting: its control
    widthDown: 0,
    // LUTs per upsampler: its control
    upsample: 72.582,
    // LUTs per bit of an address with several sources
    addressBit: 0.251,
    // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
    tapSelectLut: 0.925,
    // LUTs per line buffer: its control
    window: 111.272,
    // LUTs per bit of a comparison and a selection by it
    compareBit: 1.728,
    // LUTs per frame marker: its control
    marker: 3,
    // LUTs per maximum: its control
    maxPool: 21.426,
  },
  ecp5: {
    // LUTs per bit of a two-entry FIFO
    fifoBit: 0.949,
    // LUTs per two-entry FIFO: its control
    fifo: 0,
    // LUTs per bit of a counter that wraps
    counterBit: 1.946,
    // LUTs per bit of a fill level: up, down, compare
    levelBit: 0,
    // LUTs per bit of an output register behind LUT RAM
    lutramReadBit: 0.481,
    // LUTs per bit of a memory too small for RAM
    registerFileBit: 1,
    // LUTs per bit times further bank of a memory
    bankSelectBit: 0.4,
    // LUTs per bit of a block RAM whose read-before-write is made of logic
    readFirstBit: 1,
    // LUTs per table of a constant memory
    romTable: 1,
    // LUTs per fork: its control
    fork: 10.092,
    // LUTs per FIFO in memory: its control
    fifoControl: 24.669,
    // LUTs per bit of a widened beat
    widthUpBit: 1.119,
    // LUTs per widening: its control
    widthUp: 5.819,
    // LUTs per bit of a wide beat to be split
    widthDownBit: 1.523,
    // LUTs per splitting: its control
    widthDown: 0,
    // LUTs per upsampler: its control
    upsample: 72.582,
    // LUTs per bit of an address with several sources
    addressBit: 0.251,
    // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
    tapSelectLut: 0.925,
    // LUTs per line buffer: its control
    window: 111.272,
    // LUTs per bit of a comparison and a selection by it
    compareBit: 1.728,
    // LUTs per frame marker: its control
    marker: 3,
    // LUTs per maximum: its control
    maxPool: 21.426,
  },
};
