/**
 * LUTs per unit of each part, by family. Written by bench/estimate/fit.ts from bench/estimate/grid-*.jsonl: do not
 * edit, fit again (docs/estimates.md says how).
 */
import type { Coefficients } from './price.js';
import type { Family } from './resources.js';

export const COEFFICIENTS: Readonly<Record<Family, Coefficients>> = {
  xc7: {
    // LUTs per bit of a two-entry FIFO
    fifoBit: 1,
    // LUTs per two-entry FIFO: its control
    fifo: 2.124,
    // LUTs per bit of a counter that wraps
    counterBit: 1.595,
    // LUTs per bit of a fill level: up, down, compare
    levelBit: 1.341,
    // LUTs per bit of an output register behind LUT RAM
    lutramReadBit: 0.015,
    // LUTs per bit of a memory too small for RAM
    registerFileBit: 0.021,
    // LUTs per bit times further bank of a memory
    bankSelectBit: 0.511,
    // LUTs per bit of a block RAM whose read-before-write is made of logic
    readFirstBit: 1,
    // LUTs per table of a constant memory
    romTable: 1.208,
    // LUTs per fork: its control
    fork: 4.671,
    // LUTs per FIFO in memory: its control
    fifoControl: 1.328,
    // LUTs per bit of a widened beat
    widthUpBit: 0.997,
    // LUTs per widening: its control
    widthUp: 3.975,
    // LUTs per bit of a wide beat to be split
    widthDownBit: 1.004,
    // LUTs per splitting: its control
    widthDown: 2.619,
    // LUTs per upsampler: its control
    upsample: 4.364,
    // LUTs per bit of an address with several sources
    addressBit: 1.811,
    // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
    tapSelectLut: 0.508,
    // LUTs per line buffer: its control
    window: 24.972,
    // LUTs per bit of a running maximum
    compareBit: 0.881,
    // LUTs per bit of a further tap compared in the same cycle
    tapCompareBit: 1.715,
    // LUTs per maximum: its control
    maxPool: 3.46,
    // LUTs per frame marker: its control
    marker: 3,
    // LUTs per bit of a Booth step
    boothBit: 1.552,
    // LUTs per Booth step: its first carry and the decoding of its digit
    booth: 0,
    // LUTs per bit of a Booth step by a constant
    constantBoothBit: 0.777,
    // LUTs per bit of an accumulator as wide as its terms
    accumulateBit: 0.761,
    // LUTs per bit of an accumulator wider than its terms
    // LUTs per bit of an adder
    addBit: 0.724,
    // LUTs per LUT that picks among registers
    pick: 2.115,
    // LUTs per bit of a result that is clamped
    clampBit: 0,
    // LUTs per lane of a clamp: its comparisons
    clamp: 0,
    // LUTs per bit of a word that beats are joined to
    joinBit: 0,
    // LUTs per bit of a serial multiplication
    serialBit: 0.38,
    // LUTs per serial multiplication: its control
    serial: 4.662,
    // LUTs per matrix-vector engine: its control
    pointwise: 8.896,
    // LUTs per depthwise engine: its control
    depthwise: 0,
    // LUTs per back half of an engine: its control
    emit: 0,
    // LUTs per addition: its control
    add: 42.297,
    // LUTs per global average: its control
    globalAvgPool: 16.506,
  },
  xcup: {
    // LUTs per bit of a two-entry FIFO
    fifoBit: 1,
    // LUTs per two-entry FIFO: its control
    fifo: 2.124,
    // LUTs per bit of a counter that wraps
    counterBit: 1.595,
    // LUTs per bit of a fill level: up, down, compare
    levelBit: 1.341,
    // LUTs per bit of an output register behind LUT RAM
    lutramReadBit: 0.015,
    // LUTs per bit of a memory too small for RAM
    registerFileBit: 0.021,
    // LUTs per bit times further bank of a memory
    bankSelectBit: 0.511,
    // LUTs per bit of a block RAM whose read-before-write is made of logic
    readFirstBit: 1,
    // LUTs per table of a constant memory
    romTable: 1.208,
    // LUTs per fork: its control
    fork: 4.671,
    // LUTs per FIFO in memory: its control
    fifoControl: 1.328,
    // LUTs per bit of a widened beat
    widthUpBit: 0.997,
    // LUTs per widening: its control
    widthUp: 3.975,
    // LUTs per bit of a wide beat to be split
    widthDownBit: 1.004,
    // LUTs per splitting: its control
    widthDown: 2.619,
    // LUTs per upsampler: its control
    upsample: 4.364,
    // LUTs per bit of an address with several sources
    addressBit: 1.811,
    // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
    tapSelectLut: 0.508,
    // LUTs per line buffer: its control
    window: 24.972,
    // LUTs per bit of a running maximum
    compareBit: 0.881,
    // LUTs per bit of a further tap compared in the same cycle
    tapCompareBit: 1.715,
    // LUTs per maximum: its control
    maxPool: 3.46,
    // LUTs per frame marker: its control
    marker: 3,
    // LUTs per bit of a Booth step
    boothBit: 1.552,
    // LUTs per Booth step: its first carry and the decoding of its digit
    booth: 0,
    // LUTs per bit of a Booth step by a constant
    constantBoothBit: 0.777,
    // LUTs per bit of an accumulator as wide as its terms
    accumulateBit: 0.761,
    // LUTs per bit of an accumulator wider than its terms
    // LUTs per bit of an adder
    addBit: 0.724,
    // LUTs per LUT that picks among registers
    pick: 2.115,
    // LUTs per bit of a result that is clamped
    clampBit: 0,
    // LUTs per lane of a clamp: its comparisons
    clamp: 0,
    // LUTs per bit of a word that beats are joined to
    joinBit: 0,
    // LUTs per bit of a serial multiplication
    serialBit: 0.38,
    // LUTs per serial multiplication: its control
    serial: 4.662,
    // LUTs per matrix-vector engine: its control
    pointwise: 8.896,
    // LUTs per depthwise engine: its control
    depthwise: 0,
    // LUTs per back half of an engine: its control
    emit: 0,
    // LUTs per addition: its control
    add: 42.297,
    // LUTs per global average: its control
    globalAvgPool: 16.506,
  },
  ecp5: {
    // LUTs per bit of a two-entry FIFO
    fifoBit: 1,
    // LUTs per two-entry FIFO: its control
    fifo: 2.124,
    // LUTs per bit of a counter that wraps
    counterBit: 1.595,
    // LUTs per bit of a fill level: up, down, compare
    levelBit: 1.341,
    // LUTs per bit of an output register behind LUT RAM
    lutramReadBit: 0.015,
    // LUTs per bit of a memory too small for RAM
    registerFileBit: 0.021,
    // LUTs per bit times further bank of a memory
    bankSelectBit: 0.511,
    // LUTs per bit of a block RAM whose read-before-write is made of logic
    readFirstBit: 1,
    // LUTs per table of a constant memory
    romTable: 1.208,
    // LUTs per fork: its control
    fork: 4.671,
    // LUTs per FIFO in memory: its control
    fifoControl: 1.328,
    // LUTs per bit of a widened beat
    widthUpBit: 0.997,
    // LUTs per widening: its control
    widthUp: 3.975,
    // LUTs per bit of a wide beat to be split
    widthDownBit: 1.004,
    // LUTs per splitting: its control
    widthDown: 2.619,
    // LUTs per upsampler: its control
    upsample: 4.364,
    // LUTs per bit of an address with several sources
    addressBit: 1.811,
    // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
    tapSelectLut: 0.508,
    // LUTs per line buffer: its control
    window: 24.972,
    // LUTs per bit of a running maximum
    compareBit: 0.881,
    // LUTs per bit of a further tap compared in the same cycle
    tapCompareBit: 1.715,
    // LUTs per maximum: its control
    maxPool: 3.46,
    // LUTs per frame marker: its control
    marker: 3,
    // LUTs per bit of a Booth step
    boothBit: 1.552,
    // LUTs per Booth step: its first carry and the decoding of its digit
    booth: 0,
    // LUTs per bit of a Booth step by a constant
    constantBoothBit: 0.777,
    // LUTs per bit of an accumulator as wide as its terms
    accumulateBit: 0.761,
    // LUTs per bit of an accumulator wider than its terms
    // LUTs per bit of an adder
    addBit: 0.724,
    // LUTs per LUT that picks among registers
    pick: 2.115,
    // LUTs per bit of a result that is clamped
    clampBit: 0,
    // LUTs per lane of a clamp: its comparisons
    clamp: 0,
    // LUTs per bit of a word that beats are joined to
    joinBit: 0,
    // LUTs per bit of a serial multiplication
    serialBit: 0.38,
    // LUTs per serial multiplication: its control
    serial: 4.662,
    // LUTs per matrix-vector engine: its control
    pointwise: 8.896,
    // LUTs per depthwise engine: its control
    depthwise: 0,
    // LUTs per back half of an engine: its control
    emit: 0,
    // LUTs per addition: its control
    add: 42.297,
    // LUTs per global average: its control
    globalAvgPool: 16.506,
  },
};
