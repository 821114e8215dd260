/**
 * LUTs per unit of each part, by family. Written by bench/estimate/fit.ts from bench/estimate/grid-*.jsonl: do not
 * edit, fit again (docs/estimates.md says how).
 */
import type { Coefficients } from './price.js';
import type { Family } from './resources.js';

export const COEFFICIENTS: Readonly<Record<Family, Coefficients>> = {
  xc7: {
    // LUTs per bit of a two-entry FIFO
    fifoBit: 0.999,
    // LUTs per two-entry FIFO: its control
    fifo: 0.958,
    // LUTs per bit of a counter that wraps
    counterBit: 1.621,
    // LUTs per bit of a fill level: up, down, compare
    levelBit: 1.47,
    // LUTs per bit of an output register behind LUT RAM
    lutramReadBit: 0.035,
    // LUTs per bit of a memory too small for RAM
    registerFileBit: 0.04,
    // LUTs per bit times further bank of a memory
    bankSelectBit: 0.509,
    // LUTs per bit of a block RAM whose read-before-write is made of logic
    readFirstBit: 1,
    // LUTs per table of a constant memory
    romTable: 1.369,
    // LUTs per fork: its control
    fork: 7.095,
    // LUTs per FIFO in memory: its control
    fifoControl: 1.099,
    // LUTs per bit of a widened beat
    widthUpBit: 0.996,
    // LUTs per widening: its control
    widthUp: 5.122,
    // LUTs per bit of a wide beat to be split
    widthDownBit: 1.005,
    // LUTs per splitting: its control
    widthDown: 3.73,
    // LUTs per upsampler: its control
    upsample: 4.471,
    // LUTs per bit of an address with several sources
    addressBit: 1.813,
    // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
    tapSelectLut: 0.505,
    // LUTs per line buffer: its control
    window: 25.027,
    // LUTs per bit of a running maximum
    compareBit: 0.882,
    // LUTs per bit of a further tap compared in the same cycle
    tapCompareBit: 1.737,
    // LUTs per maximum: its control
    maxPool: 4.565,
    // LUTs per frame marker: its control
    marker: 3,
    // LUTs per bit of a Booth step
    boothBit: 1.595,
    // LUTs per Booth step: its first carry and the decoding of its digit
    booth: 0,
    // LUTs per bit of a Booth step by a constant
    constantBoothBit: 0.431,
    // LUTs per bit of an accumulator
    accumulateBit: 0.73,
    // LUTs per bit of an adder
    addBit: 0.333,
    // LUTs per LUT that picks among registers
    pick: 4.005,
    // LUTs per bit of a result that is clamped
    clampBit: 0,
    // LUTs per lane of a clamp: its comparisons
    clamp: 0,
    // LUTs per bit of a word that beats are joined to
    joinBit: 0.495,
    // LUTs per bit of a serial multiplication
    serialBit: 0.651,
    // LUTs per serial multiplication: its control
    serial: 0,
    // LUTs per matrix-vector engine: its control
    pointwise: 15.267,
    // LUTs per depthwise engine: its control
    depthwise: 0,
    // LUTs per back half of an engine: its control
    emit: 0,
    // LUTs per addition: its control
    add: 77.738,
    // LUTs per global average: its control
    globalAvgPool: 0,
  },
  xcup: {
    // LUTs per bit of a two-entry FIFO
    fifoBit: 0.999,
    // LUTs per two-entry FIFO: its control
    fifo: 0.958,
    // LUTs per bit of a counter that wraps
    counterBit: 1.621,
    // LUTs per bit of a fill level: up, down, compare
    levelBit: 1.47,
    // LUTs per bit of an output register behind LUT RAM
    lutramReadBit: 0.035,
    // LUTs per bit of a memory too small for RAM
    registerFileBit: 0.04,
    // LUTs per bit times further bank of a memory
    bankSelectBit: 0.509,
    // LUTs per bit of a block RAM whose read-before-write is made of logic
    readFirstBit: 1,
    // LUTs per table of a constant memory
    romTable: 1.369,
    // LUTs per fork: its control
    fork: 7.095,
    // LUTs per FIFO in memory: its control
    fifoControl: 1.099,
    // LUTs per bit of a widened beat
    widthUpBit: 0.996,
    // LUTs per widening: its control
    widthUp: 5.122,
    // LUTs per bit of a wide beat to be split
    widthDownBit: 1.005,
    // LUTs per splitting: its control
    widthDown: 3.73,
    // LUTs per upsampler: its control
    upsample: 4.471,
    // LUTs per bit of an address with several sources
    addressBit: 1.813,
    // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
    tapSelectLut: 0.505,
    // LUTs per line buffer: its control
    window: 25.027,
    // LUTs per bit of a running maximum
    compareBit: 0.882,
    // LUTs per bit of a further tap compared in the same cycle
    tapCompareBit: 1.737,
    // LUTs per maximum: its control
    maxPool: 4.565,
    // LUTs per frame marker: its control
    marker: 3,
    // LUTs per bit of a Booth step
    boothBit: 1.595,
    // LUTs per Booth step: its first carry and the decoding of its digit
    booth: 0,
    // LUTs per bit of a Booth step by a constant
    constantBoothBit: 0.431,
    // LUTs per bit of an accumulator
    accumulateBit: 0.73,
    // LUTs per bit of an adder
    addBit: 0.333,
    // LUTs per LUT that picks among registers
    pick: 4.005,
    // LUTs per bit of a result that is clamped
    clampBit: 0,
    // LUTs per lane of a clamp: its comparisons
    clamp: 0,
    // LUTs per bit of a word that beats are joined to
    joinBit: 0.495,
    // LUTs per bit of a serial multiplication
    serialBit: 0.651,
    // LUTs per serial multiplication: its control
    serial: 0,
    // LUTs per matrix-vector engine: its control
    pointwise: 15.267,
    // LUTs per depthwise engine: its control
    depthwise: 0,
    // LUTs per back half of an engine: its control
    emit: 0,
    // LUTs per addition: its control
    add: 77.738,
    // LUTs per global average: its control
    globalAvgPool: 0,
  },
  ecp5: {
    // LUTs per bit of a two-entry FIFO
    fifoBit: 0.999,
    // LUTs per two-entry FIFO: its control
    fifo: 0.958,
    // LUTs per bit of a counter that wraps
    counterBit: 1.621,
    // LUTs per bit of a fill level: up, down, compare
    levelBit: 1.47,
    // LUTs per bit of an output register behind LUT RAM
    lutramReadBit: 0.035,
    // LUTs per bit of a memory too small for RAM
    registerFileBit: 0.04,
    // LUTs per bit times further bank of a memory
    bankSelectBit: 0.509,
    // LUTs per bit of a block RAM whose read-before-write is made of logic
    readFirstBit: 1,
    // LUTs per table of a constant memory
    romTable: 1.369,
    // LUTs per fork: its control
    fork: 7.095,
    // LUTs per FIFO in memory: its control
    fifoControl: 1.099,
    // LUTs per bit of a widened beat
    widthUpBit: 0.996,
    // LUTs per widening: its control
    widthUp: 5.122,
    // LUTs per bit of a wide beat to be split
    widthDownBit: 1.005,
    // LUTs per splitting: its control
    widthDown: 3.73,
    // LUTs per upsampler: its control
    upsample: 4.471,
    // LUTs per bit of an address with several sources
    addressBit: 1.813,
    // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
    tapSelectLut: 0.505,
    // LUTs per line buffer: its control
    window: 25.027,
    // LUTs per bit of a running maximum
    compareBit: 0.882,
    // LUTs per bit of a further tap compared in the same cycle
    tapCompareBit: 1.737,
    // LUTs per maximum: its control
    maxPool: 4.565,
    // LUTs per frame marker: its control
    marker: 3,
    // LUTs per bit of a Booth step
    boothBit: 1.595,
    // LUTs per Booth step: its first carry and the decoding of its digit
    booth: 0,
    // LUTs per bit of a Booth step by a constant
    constantBoothBit: 0.431,
    // LUTs per bit of an accumulator
    accumulateBit: 0.73,
    // LUTs per bit of an adder
    addBit: 0.333,
    // LUTs per LUT that picks among registers
    pick: 4.005,
    // LUTs per bit of a result that is clamped
    clampBit: 0,
    // LUTs per lane of a clamp: its comparisons
    clamp: 0,
    // LUTs per bit of a word that beats are joined to
    joinBit: 0.495,
    // LUTs per bit of a serial multiplication
    serialBit: 0.651,
    // LUTs per serial multiplication: its control
    serial: 0,
    // LUTs per matrix-vector engine: its control
    pointwise: 15.267,
    // LUTs per depthwise engine: its control
    depthwise: 0,
    // LUTs per back half of an engine: its control
    emit: 0,
    // LUTs per addition: its control
    add: 77.738,
    // LUTs per global average: its control
    globalAvgPool: 0,
  },
};
