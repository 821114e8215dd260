/**
 * LUTs per unit of each part for xcup. Written by bench/estimate/fit.ts from bench/estimate/grid-xcup.jsonl: do not
 * edit, fit again (docs/estimates.md says how).
 */
import type { Coefficients } from '../ir/bill.js';

export const XCUP_COEFFICIENTS: Coefficients = {
  // LUTs per bit of a two-entry FIFO
  fifoBit: 0.999,
  // LUTs per two-entry FIFO: its control
  fifo: 2.243,
  // LUTs per bit of a counter that wraps
  counterBit: 1.626,
  // LUTs per bit of a fill level: up, down, compare
  levelBit: 1.491,
  // LUTs per bit of an output register behind LUT RAM
  lutramReadBit: 0.023,
  // LUTs per bit of a memory too small for RAM
  registerFileBit: 0,
  // LUTs per bit times further bank of a memory
  bankSelectBit: 0.543,
  // LUTs per bit of a block RAM whose read-before-write is made of logic
  readFirstBit: 1,
  // LUTs per table of a constant memory
  romTable: 1.181,
  // LUTs per fork: its control
  fork: 4.48,
  // LUTs per FIFO in memory: its control
  fifoControl: 0.626,
  // LUTs per bit of a widened beat
  widthUpBit: 1.084,
  // LUTs per widening: its control
  widthUp: 3.898,
  // LUTs per bit of a wide beat to be split
  widthDownBit: 1.002,
  // LUTs per splitting: its control
  widthDown: 3.467,
  // LUTs per upsampler: its control
  upsample: 2.687,
  // LUTs per bit of an address with several sources
  addressBit: 1.791,
  // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
  tapSelectLut: 0.994,
  // LUTs per line buffer: its control
  window: 21.526,
  // LUTs per bit of a running maximum
  compareBit: 0.886,
  // LUTs per bit of a further tap compared in the same cycle
  tapCompareBit: 1.699,
  // LUTs per maximum: its control
  maxPool: 3.297,
  // LUTs per frame marker: its control
  marker: 3,
  // LUTs per bit of a Booth step
  boothBit: 0.981,
  // LUTs per bit of a Booth step by a constant
  constantBoothBit: 0.897,
  // LUTs per bit of an accumulator
  accumulateBit: 0.94,
  // LUTs per bit of an adder
  addBit: 0.964,
  // LUTs per bit of a product that is rounded and held against a range
  roundBit: 0,
  // LUTs per LUT that picks among registers
  pick: 1.468,
  // LUTs per bit of a result that is clamped
  clampBit: 0.487,
  // LUTs per lane of a clamp: its comparisons
  clamp: 0,
  // LUTs per bit of a word that beats are joined to
  joinBit: 0.038,
  // LUTs per bit of a serial multiplication
  serialBit: 0.906,
  // LUTs per serial multiplication: its control
  serial: 2.736,
  // LUTs per matrix-vector engine: its control
  pointwise: 12.746,
  // LUTs per depthwise engine: its control
  depthwise: 0.294,
  // LUTs per back half of an engine: its control
  emit: 1.662,
  // LUTs per addition: its control
  add: 245.196,
  // LUTs per global average: its control
  globalAvgPool: 23.159,
};
