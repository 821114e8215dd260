/**
 * LUTs per unit of each part for ecp5. Written by bench/estimate/fit.ts from bench/estimate/grid-ecp5.jsonl: do not
 * edit, fit again (docs/estimates.md says how).
 */
import type { Coefficients } from '../ir/bill.js';

export const ECP5_COEFFICIENTS: Coefficients = {
  // LUTs per bit of a two-entry FIFO
  fifoBit: 0.971,
  // LUTs per two-entry FIFO: its control
  fifo: 2.721,
  // LUTs per bit of a counter that wraps
  counterBit: 2.881,
  // LUTs per bit of a fill level: up, down, compare
  levelBit: 2.526,
  // LUTs per bit of an output register behind LUT RAM
  lutramReadBit: 0.04,
  // LUTs per bit of a memory too small for RAM
  registerFileBit: 0,
  // LUTs per bit times further bank of a memory
  bankSelectBit: 1.101,
  // LUTs per bit of a block RAM whose read-before-write is made of logic
  readFirstBit: 0.907,
  // LUTs per bit of an address compared for a read-before-write made of logic
  readFirstAddressBit: 1.043,
  // LUTs per table of a constant memory
  romTable: 1.183,
  // LUTs per table of a function of one value
  functionTable: 0.804,
  // LUTs per fork: its control
  fork: 5.308,
  // LUTs per FIFO in memory: its control
  fifoControl: 2.028,
  // LUTs per bit of a widened beat
  widthUpBit: 1.145,
  // LUTs per widening: its control
  widthUp: 2.588,
  // LUTs per bit of a wide beat to be split
  widthDownBit: 1.063,
  // LUTs per splitting: its control
  widthDown: 1.18,
  // LUTs per upsampler: its control
  upsample: 0,
  // LUTs per bit of an address with several sources
  addressBit: 3.279,
  // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
  tapSelectLut: 0.849,
  // LUTs per line buffer: its control
  window: 91.705,
  // LUTs per bit of a running maximum
  compareBit: 1.687,
  // LUTs per bit of a further tap compared in the same cycle
  tapCompareBit: 2.202,
  // LUTs per maximum: its control
  maxPool: 5.8,
  // LUTs per frame marker: its control
  marker: 4,
  // LUTs per bit of a Booth step
  boothBit: 2.757,
  // LUTs per bit of a Booth step by a constant
  constantBoothBit: 1.488,
  // LUTs per bit of an accumulator
  accumulateBit: 2.304,
  // LUTs per bit of an adder
  addBit: 1.027,
  // LUTs per bit of a product that is rounded and held against a range
  roundBit: 1.6,
  // LUTs per LUT that picks among registers
  pick: 1.357,
  // LUTs per bit of a result that is clamped
  clampBit: 1.07,
  // LUTs per lane of a clamp: its comparisons
  clamp: 10.845,
  // LUTs per bit of a word that beats are joined to
  joinBit: 0,
  // LUTs per bit of a serial multiplication
  serialBit: 1.04,
  // LUTs per serial multiplication: its control
  serial: 28.978,
  // LUTs per matrix-vector engine: its control
  pointwise: 31.578,
  // LUTs per depthwise engine: its control
  depthwise: 5.795,
  // LUTs per back half of an engine: its control
  emit: 12.964,
  // LUTs per addition: its control
  add: 54.67,
  // LUTs per global average: its control
  globalAvgPool: 79.886,
};
