/**
 * LUTs per unit of each part, by family. Written by bench/estimate/fit.ts from bench/estimate/grid-*.jsonl: do not edit,
 * fit again (docs/estimates.md says how).
 */
import type { Coefficients } from './price.js';
import type { Family } from './resources.js';

export const COEFFICIENTS: Readonly<Record<Family, Coefficients>> = {
  xc7: {
    // LUTs per bit of a two-entry FIFO
    fifoBit: 1.003,
    // LUTs per two-entry FIFO: its control
    fifo: 3.473,
    // LUTs per bit of a counter that wraps
    counterBit: 1.888,
    // LUTs per bit of a fill level: up, down, compare
    levelBit: 2.031,
    // LUTs per bit of an output register behind LUT RAM
    lutramReadBit: 1.005,
    // LUTs per bit of a memory too small for RAM
    registerFileBit: 1.019,
    // LUTs per bit times further bank of a memory
    bankSelectBit: 0.482,
    // LUTs per bit of a block RAM whose read-before-write is made of logic
    readFirstBit: 1,
    // LUTs per table of a constant memory
    romTable: 1,
    // LUTs per fork: its control
    fork: 1.933,
    // LUTs per FIFO in memory: its control
    fifoControl: 0.348,
    // LUTs per bit of a widened beat
    widthUpBit: 0.992,
    // LUTs per widening: its control
    widthUp: 3.157,
    // LUTs per bit of a wide beat to be split
    widthDownBit: 1.006,
    // LUTs per splitting: its control
    widthDown: 1.238,
    // LUTs per upsampler: its control
    upsample: 7.616,
    // LUTs per bit of an address with several sources
    addressBit: 1.967,
    // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
    tapSelectLut: 0.538,
    // LUTs per line buffer: its control
    window: 32.106,
    // LUTs per bit of a running maximum
    compareBit: 1.871,
    // LUTs per bit of a further tap compared in the same cycle
    tapCompareBit: 0.784,
    // LUTs per maximum: its control
    maxPool: 3.878,
    // LUTs per frame marker: its control
    marker: 3,
    // LUTs per bit of a Booth step
    boothBit: 1,
    // LUTs per Booth step: its first carry and the decoding of its digit
    booth: 1,
    // LUTs per bit of an adder
    addBit: 1,
    // LUTs per LUT that picks among registers
    pick: 1,
    // LUTs per bit of a result that is clamped
    clampBit: 1.5,
    // LUTs per lane of a clamp: its comparisons
    clamp: 5,
    // LUTs per bit of a constant multiplication by two tables
    tableBit: 2,
    // LUTs per bit of a word that beats are joined to
    joinBit: 0,
    // LUTs per bit of a serial multiplication
    serialBit: 1,
    // LUTs per serial multiplication: its control
    serial: 5,
    // LUTs per matrix-vector engine: its control
    pointwise: 12,
    // LUTs per depthwise engine: its control
    depthwise: 6,
    // LUTs per back half of an engine: its control
    emit: 10,
    // LUTs per addition: its control
    add: 6,
    // LUTs per global average: its control
    globalAvgPool: 10,
  },
  xcup: {
    // LUTs per bit of a two-entry FIFO
    fifoBit: 1.003,
    // LUTs per two-entry FIFO: its control
    fifo: 3.473,
    // LUTs per bit of a counter that wraps
    counterBit: 1.888,
    // LUTs per bit of a fill level: up, down, compare
    levelBit: 2.031,
    // LUTs per bit of an output register behind LUT RAM
    lutramReadBit: 1.005,
    // LUTs per bit of a memory too small for RAM
    registerFileBit: 1.019,
    // LUTs per bit times further bank of a memory
    bankSelectBit: 0.482,
    // LUTs per bit of a block RAM whose read-before-write is made of logic
    readFirstBit: 1,
    // LUTs per table of a constant memory
    romTable: 1,
    // LUTs per fork: its control
    fork: 1.933,
    // LUTs per FIFO in memory: its control
    fifoControl: 0.348,
    // LUTs per bit of a widened beat
    widthUpBit: 0.992,
    // LUTs per widening: its control
    widthUp: 3.157,
    // LUTs per bit of a wide beat to be split
    widthDownBit: 1.006,
    // LUTs per splitting: its control
    widthDown: 1.238,
    // LUTs per upsampler: its control
    upsample: 7.616,
    // LUTs per bit of an address with several sources
    addressBit: 1.967,
    // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
    tapSelectLut: 0.538,
    // LUTs per line buffer: its control
    window: 32.106,
    // LUTs per bit of a running maximum
    compareBit: 1.871,
    // LUTs per bit of a further tap compared in the same cycle
    tapCompareBit: 0.784,
    // LUTs per maximum: its control
    maxPool: 3.878,
    // LUTs per frame marker: its control
    marker: 3,
    // LUTs per bit of a Booth step
    boothBit: 1,
    // LUTs per Booth step: its first carry and the decoding of its digit
    booth: 1,
    // LUTs per bit of an adder
    addBit: 1,
    // LUTs per LUT that picks among registers
    pick: 1,
    // LUTs per bit of a result that is clamped
    clampBit: 1.5,
    // LUTs per lane of a clamp: its comparisons
    clamp: 5,
    // LUTs per bit of a constant multiplication by two tables
    tableBit: 2,
    // LUTs per bit of a word that beats are joined to
    joinBit: 0,
    // LUTs per bit of a serial multiplication
    serialBit: 1,
    // LUTs per serial multiplication: its control
    serial: 5,
    // LUTs per matrix-vector engine: its control
    pointwise: 12,
    // LUTs per depthwise engine: its control
    depthwise: 6,
    // LUTs per back half of an engine: its control
    emit: 10,
    // LUTs per addition: its control
    add: 6,
    // LUTs per global average: its control
    globalAvgPool: 10,
  },
  ecp5: {
    // LUTs per bit of a two-entry FIFO
    fifoBit: 1.003,
    // LUTs per two-entry FIFO: its control
    fifo: 3.473,
    // LUTs per bit of a counter that wraps
    counterBit: 1.888,
    // LUTs per bit of a fill level: up, down, compare
    levelBit: 2.031,
    // LUTs per bit of an output register behind LUT RAM
    lutramReadBit: 1.005,
    // LUTs per bit of a memory too small for RAM
    registerFileBit: 1.019,
    // LUTs per bit times further bank of a memory
    bankSelectBit: 0.482,
    // LUTs per bit of a block RAM whose read-before-write is made of logic
    readFirstBit: 1,
    // LUTs per table of a constant memory
    romTable: 1,
    // LUTs per fork: its control
    fork: 1.933,
    // LUTs per FIFO in memory: its control
    fifoControl: 0.348,
    // LUTs per bit of a widened beat
    widthUpBit: 0.992,
    // LUTs per widening: its control
    widthUp: 3.157,
    // LUTs per bit of a wide beat to be split
    widthDownBit: 1.006,
    // LUTs per splitting: its control
    widthDown: 1.238,
    // LUTs per upsampler: its control
    upsample: 7.616,
    // LUTs per bit of an address with several sources
    addressBit: 1.967,
    // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
    tapSelectLut: 0.538,
    // LUTs per line buffer: its control
    window: 32.106,
    // LUTs per bit of a running maximum
    compareBit: 1.871,
    // LUTs per bit of a further tap compared in the same cycle
    tapCompareBit: 0.784,
    // LUTs per maximum: its control
    maxPool: 3.878,
    // LUTs per frame marker: its control
    marker: 3,
    // LUTs per bit of a Booth step
    boothBit: 1,
    // LUTs per Booth step: its first carry and the decoding of its digit
    booth: 1,
    // LUTs per bit of an adder
    addBit: 1,
    // LUTs per LUT that picks among registers
    pick: 1,
    // LUTs per bit of a result that is clamped
    clampBit: 1.5,
    // LUTs per lane of a clamp: its comparisons
    clamp: 5,
    // LUTs per bit of a constant multiplication by two tables
    tableBit: 2,
    // LUTs per bit of a word that beats are joined to
    joinBit: 0,
    // LUTs per bit of a serial multiplication
    serialBit: 1,
    // LUTs per serial multiplication: its control
    serial: 5,
    // LUTs per matrix-vector engine: its control
    pointwise: 12,
    // LUTs per depthwise engine: its control
    depthwise: 6,
    // LUTs per back half of an engine: its control
    emit: 10,
    // LUTs per addition: its control
    add: 6,
    // LUTs per global average: its control
    globalAvgPool: 10,
  },
};
