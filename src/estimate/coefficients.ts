/**
 * LUTs per unit of each part, by family. Written by bench/estimate/fit.ts from bench/estimate/grid-*.jsonl: do not
 * edit, fit again (docs/estimates.md says how).
 */
import type { Coefficients } from './price.js';
import type { Family } from './resources.js';

export const COEFFICIENTS: Readonly<Record<Family, Coefficients>> = {
  xc7: {
    // LUTs per bit of a two-entry FIFO
    fifoBit: 1.001,
    // LUTs per two-entry FIFO: its control
    fifo: 2.212,
    // LUTs per bit of a counter that wraps
    counterBit: 1.587,
    // LUTs per bit of a fill level: up, down, compare
    levelBit: 1.36,
    // LUTs per bit of an output register behind LUT RAM
    lutramReadBit: 0.016,
    // LUTs per bit of a memory too small for RAM
    registerFileBit: 0.02,
    // LUTs per bit times further bank of a memory
    bankSelectBit: 0.511,
    // LUTs per bit of a block RAM whose read-before-write is made of logic
    readFirstBit: 1,
    // LUTs per table of a constant memory
    romTable: 1,
    // LUTs per fork: its control
    fork: 4.494,
    // LUTs per FIFO in memory: its control
    fifoControl: 1.217,
    // LUTs per bit of a widened beat
    widthUpBit: 0.997,
    // LUTs per widening: its control
    widthUp: 3.913,
    // LUTs per bit of a wide beat to be split
    widthDownBit: 1.004,
    // LUTs per splitting: its control
    widthDown: 2.569,
    // LUTs per upsampler: its control
    upsample: 4.242,
    // LUTs per bit of an address with several sources
    addressBit: 1.812,
    // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
    tapSelectLut: 0.508,
    // LUTs per line buffer: its control
    window: 25.037,
    // LUTs per bit of a running maximum
    compareBit: 0.88,
    // LUTs per bit of a further tap compared in the same cycle
    tapCompareBit: 1.714,
    // LUTs per maximum: its control
    maxPool: 3.405,
    // LUTs per frame marker: its control
    marker: 3,
    // LUTs per bit of a Booth step
    boothBit: 1.6,
    // LUTs per Booth step: its first carry and the decoding of its digit
    booth: 1,
    // LUTs per bit of a Booth step by a constant
    constantBoothBit: 0.78,
    // LUTs per bit of an accumulator
    accumulateBit: 1,
    // LUTs per bit of an adder
    addBit: 0.95,
    // LUTs per LUT that picks among registers
    pick: 1,
    // LUTs per bit of a result that is clamped
    clampBit: 1.3,
    // LUTs per lane of a clamp: its comparisons
    clamp: 4,
    // LUTs per bit of a word that beats are joined to
    joinBit: 0,
    // LUTs per bit of a serial multiplication
    serialBit: 0.8,
    // LUTs per serial multiplication: its control
    serial: 5,
    // LUTs per matrix-vector engine: its control
    pointwise: 15,
    // LUTs per depthwise engine: its control
    depthwise: 5,
    // LUTs per back half of an engine: its control
    emit: 5,
    // LUTs per addition: its control
    add: 5,
    // LUTs per global average: its control
    globalAvgPool: 8,
  },
  xcup: {
    // LUTs per bit of a two-entry FIFO
    fifoBit: 1.001,
    // LUTs per two-entry FIFO: its control
    fifo: 2.212,
    // LUTs per bit of a counter that wraps
    counterBit: 1.587,
    // LUTs per bit of a fill level: up, down, compare
    levelBit: 1.36,
    // LUTs per bit of an output register behind LUT RAM
    lutramReadBit: 0.016,
    // LUTs per bit of a memory too small for RAM
    registerFileBit: 0.02,
    // LUTs per bit times further bank of a memory
    bankSelectBit: 0.511,
    // LUTs per bit of a block RAM whose read-before-write is made of logic
    readFirstBit: 1,
    // LUTs per table of a constant memory
    romTable: 1,
    // LUTs per fork: its control
    fork: 4.494,
    // LUTs per FIFO in memory: its control
    fifoControl: 1.217,
    // LUTs per bit of a widened beat
    widthUpBit: 0.997,
    // LUTs per widening: its control
    widthUp: 3.913,
    // LUTs per bit of a wide beat to be split
    widthDownBit: 1.004,
    // LUTs per splitting: its control
    widthDown: 2.569,
    // LUTs per upsampler: its control
    upsample: 4.242,
    // LUTs per bit of an address with several sources
    addressBit: 1.812,
    // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
    tapSelectLut: 0.508,
    // LUTs per line buffer: its control
    window: 25.037,
    // LUTs per bit of a running maximum
    compareBit: 0.88,
    // LUTs per bit of a further tap compared in the same cycle
    tapCompareBit: 1.714,
    // LUTs per maximum: its control
    maxPool: 3.405,
    // LUTs per frame marker: its control
    marker: 3,
    // LUTs per bit of a Booth step
    boothBit: 1.6,
    // LUTs per Booth step: its first carry and the decoding of its digit
    booth: 1,
    // LUTs per bit of a Booth step by a constant
    constantBoothBit: 0.78,
    // LUTs per bit of an accumulator
    accumulateBit: 1,
    // LUTs per bit of an adder
    addBit: 0.95,
    // LUTs per LUT that picks among registers
    pick: 1,
    // LUTs per bit of a result that is clamped
    clampBit: 1.3,
    // LUTs per lane of a clamp: its comparisons
    clamp: 4,
    // LUTs per bit of a word that beats are joined to
    joinBit: 0,
    // LUTs per bit of a serial multiplication
    serialBit: 0.8,
    // LUTs per serial multiplication: its control
    serial: 5,
    // LUTs per matrix-vector engine: its control
    pointwise: 15,
    // LUTs per depthwise engine: its control
    depthwise: 5,
    // LUTs per back half of an engine: its control
    emit: 5,
    // LUTs per addition: its control
    add: 5,
    // LUTs per global average: its control
    globalAvgPool: 8,
  },
  ecp5: {
    // LUTs per bit of a two-entry FIFO
    fifoBit: 1.001,
    // LUTs per two-entry FIFO: its control
    fifo: 2.212,
    // LUTs per bit of a counter that wraps
    counterBit: 1.587,
    // LUTs per bit of a fill level: up, down, compare
    levelBit: 1.36,
    // LUTs per bit of an output register behind LUT RAM
    lutramReadBit: 0.016,
    // LUTs per bit of a memory too small for RAM
    registerFileBit: 0.02,
    // LUTs per bit times further bank of a memory
    bankSelectBit: 0.511,
    // LUTs per bit of a block RAM whose read-before-write is made of logic
    readFirstBit: 1,
    // LUTs per table of a constant memory
    romTable: 1,
    // LUTs per fork: its control
    fork: 4.494,
    // LUTs per FIFO in memory: its control
    fifoControl: 1.217,
    // LUTs per bit of a widened beat
    widthUpBit: 0.997,
    // LUTs per widening: its control
    widthUp: 3.913,
    // LUTs per bit of a wide beat to be split
    widthDownBit: 1.004,
    // LUTs per splitting: its control
    widthDown: 2.569,
    // LUTs per upsampler: its control
    upsample: 4.242,
    // LUTs per bit of an address with several sources
    addressBit: 1.812,
    // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
    tapSelectLut: 0.508,
    // LUTs per line buffer: its control
    window: 25.037,
    // LUTs per bit of a running maximum
    compareBit: 0.88,
    // LUTs per bit of a further tap compared in the same cycle
    tapCompareBit: 1.714,
    // LUTs per maximum: its control
    maxPool: 3.405,
    // LUTs per frame marker: its control
    marker: 3,
    // LUTs per bit of a Booth step
    boothBit: 1.6,
    // LUTs per Booth step: its first carry and the decoding of its digit
    booth: 1,
    // LUTs per bit of a Booth step by a constant
    constantBoothBit: 0.78,
    // LUTs per bit of an accumulator
    accumulateBit: 1,
    // LUTs per bit of an adder
    addBit: 0.95,
    // LUTs per LUT that picks among registers
    pick: 1,
    // LUTs per bit of a result that is clamped
    clampBit: 1.3,
    // LUTs per lane of a clamp: its comparisons
    clamp: 4,
    // LUTs per bit of a word that beats are joined to
    joinBit: 0,
    // LUTs per bit of a serial multiplication
    serialBit: 0.8,
    // LUTs per serial multiplication: its control
    serial: 5,
    // LUTs per matrix-vector engine: its control
    pointwise: 15,
    // LUTs per depthwise engine: its control
    depthwise: 5,
    // LUTs per back half of an engine: its control
    emit: 5,
    // LUTs per addition: its control
    add: 5,
    // LUTs per global average: its control
    globalAvgPool: 8,
  },
};
