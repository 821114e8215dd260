/**
 * LUTs per unit of each part for xcup. Written by bench/estimate/fit.ts from bench/estimate/grid-xcup.jsonl: do not
 * edit, fit again (docs/estimates.md says how).
 */
import type { Coefficients } from '../ir/bill.js';

export const XCUP_COEFFICIENTS: Coefficients = {
  // LUTs per bit of a two-entry FIFO
  fifoBit: 1,
  // LUTs per two-entry FIFO: its control
  fifo: 2.178,
  // LUTs per bit of a counter that wraps
  counterBit: 1.609,
  // LUTs per bit of a fill level: up, down, compare
  levelBit: 0.933,
  // LUTs per bit of an output register behind LUT RAM
  lutramReadBit: 0.022,
  // LUTs per bit of a memory too small for RAM
  registerFileBit: 0,
  // LUTs per bit times further bank of a memory
  bankSelectBit: 0.509,
  // LUTs per bit of a block RAM whose read-before-write is made of logic
  readFirstBit: 1,
  // LUTs per bit of an address compared for a read-before-write made of logic
  readFirstAddressBit: 0.5,
  // LUTs per table of a constant memory
  romTable: 1.122,
  // LUTs per table of a function of one value
  functionTable: 1.047,
  // LUTs per fork: its control
  fork: 3.689,
  // LUTs per FIFO in memory: its control
  fifoControl: 3.077,
  // LUTs per bit of a widened beat
  widthUpBit: 1.049,
  // LUTs per widening: its control
  widthUp: 3.34,
  // LUTs per bit of a wide beat to be split
  widthDownBit: 1.006,
  // LUTs per splitting: its control
  widthDown: 4.158,
  // LUTs per upsampler: its control
  upsample: 2.739,
  // LUTs per bit of an address with several sources
  addressBit: 1.702,
  // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
  tapSelectLut: 0.647,
  // LUTs per line buffer: its control
  window: 21.179,
  // LUTs per bit of a running maximum
  compareBit: 0.93,
  // LUTs per bit of a further tap compared in the same cycle
  tapCompareBit: 1.668,
  // LUTs per maximum: its control
  maxPool: 3.298,
  // LUTs per frame marker: its control
  marker: 3,
  // LUTs per bit of a Booth step
  boothBit: 0.976,
  // LUTs per bit of a Booth step by a constant
  constantBoothBit: 0.899,
  // LUTs per bit of an accumulator
  accumulateBit: 0.969,
  // LUTs per bit of an adder
  addBit: 0.963,
  // LUTs per bit of a product that is rounded and held against a range
  roundBit: 0.016,
  // LUTs per LUT that picks among registers
  pick: 1.498,
  // LUTs per bit of a result that is clamped
  clampBit: 0.373,
  // LUTs per lane of a clamp: its comparisons
  clamp: 0,
  // LUTs per bit of a word that beats are joined to
  joinBit: 0.064,
  // LUTs per bit of a serial multiplication
  serialBit: 0.92,
  // LUTs per serial multiplication: its control
  serial: 2.688,
  // LUTs per matrix-vector engine: its control
  pointwise: 15.881,
  // LUTs per depthwise engine: its control
  depthwise: 0,
  // LUTs per back half of an engine: its control
  emit: 3.143,
  // LUTs per addition: its control
  add: 13.142,
  // LUTs per global average: its control
  globalAvgPool: 23.649,
};
