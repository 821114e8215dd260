/**
 * LUTs per unit of each part, by family. Written by bench/estimate/fit.ts from bench/estimate/grid-*.jsonl: do not
 * edit, fit again (docs/estimates.md says how).
 */
import type { Coefficients } from './price.js';
import type { Family } from './resources.js';

const XC7: Coefficients = {
  // LUTs per bit of a two-entry FIFO
  fifoBit: 0.999,
  // LUTs per two-entry FIFO: its control
  fifo: 2.221,
  // LUTs per bit of a counter that wraps
  counterBit: 1.599,
  // LUTs per bit of a fill level: up, down, compare
  levelBit: 1.431,
  // LUTs per bit of an output register behind LUT RAM
  lutramReadBit: 0,
  // LUTs per bit of a memory too small for RAM
  registerFileBit: 0.023,
  // LUTs per bit times further bank of a memory
  bankSelectBit: 0.523,
  // LUTs per bit of a block RAM whose read-before-write is made of logic
  readFirstBit: 1,
  // LUTs per table of a constant memory
  romTable: 1.08,
  // LUTs per fork: its control
  fork: 4.548,
  // LUTs per FIFO in memory: its control
  fifoControl: 1.085,
  // LUTs per bit of a widened beat
  widthUpBit: 0.998,
  // LUTs per widening: its control
  widthUp: 3.904,
  // LUTs per bit of a wide beat to be split
  widthDownBit: 1.004,
  // LUTs per splitting: its control
  widthDown: 2.535,
  // LUTs per upsampler: its control
  upsample: 4.557,
  // LUTs per bit of an address with several sources
  addressBit: 1.788,
  // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
  tapSelectLut: 0.523,
  // LUTs per line buffer: its control
  window: 22.091,
  // LUTs per bit of a running maximum
  compareBit: 0.883,
  // LUTs per bit of a further tap compared in the same cycle
  tapCompareBit: 1.698,
  // LUTs per maximum: its control
  maxPool: 3.386,
  // LUTs per frame marker: its control
  marker: 3,
  // LUTs per bit of a Booth step
  boothBit: 1.177,
  // LUTs per bit of a Booth step by a constant
  constantBoothBit: 0.906,
  // LUTs per bit of an accumulator
  accumulateBit: 0.8,
  // LUTs per bit of an adder
  addBit: 1.086,
  // LUTs per bit of a product that is rounded and held against a range
  roundBit: 0.024,
  // LUTs per LUT that picks among registers
  pick: 1.129,
  // LUTs per bit of a result that is clamped
  clampBit: 0.407,
  // LUTs per lane of a clamp: its comparisons
  clamp: 0,
  // LUTs per bit of a word that beats are joined to
  joinBit: 0,
  // LUTs per bit of a serial multiplication
  serialBit: 0.997,
  // LUTs per serial multiplication: its control
  serial: 7.959,
  // LUTs per matrix-vector engine: its control
  pointwise: 17.8,
  // LUTs per depthwise engine: its control
  depthwise: 3.074,
  // LUTs per back half of an engine: its control
  emit: 5.936,
  // LUTs per addition: its control
  add: 11.58,
  // LUTs per global average: its control
  globalAvgPool: 22.555,
};

export const COEFFICIENTS: Readonly<Record<Family, Coefficients>> = {
  xc7: XC7,
  // No grid of its own.
  xcup: XC7,
  // No grid of its own.
  ecp5: XC7,
};
