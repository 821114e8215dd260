/**
 * LUTs per unit of each part for ecp5. Written by bench/estimate/fit.ts from bench/estimate/grid-ecp5.jsonl: do not
 * edit, fit again (docs/estimates.md says how).
 */
import type { Coefficients } from '../ir/bill.js';

export const ECP5_COEFFICIENTS: Coefficients = {
  // LUTs per bit of a two-entry FIFO
  fifoBit: 0.971,
  // LUTs per two-entry FIFO: its control
  fifo: 1.954,
  // LUTs per bit of a counter that wraps
  counterBit: 2.923,
  // LUTs per bit of a fill level: up, down, compare
  levelBit: 2.325,
  // LUTs per bit of an output register behind LUT RAM
  lutramReadBit: 0,
  // LUTs per bit of a memory too small for RAM
  registerFileBit: 0.052,
  // LUTs per bit times further bank of a memory
  bankSelectBit: 1.085,
  // LUTs per bit of a block RAM whose read-before-write is made of logic
  readFirstBit: 1.047,
  // LUTs per bit of an address compared for a read-before-write made of logic
  readFirstAddressBit: 0.905,
  // LUTs per table of a constant memory
  romTable: 1.071,
  // LUTs per table of a function of one value
  functionTable: 1.048,
  // LUTs per fork: its control
  fork: 6.494,
  // LUTs per FIFO in memory: its control
  fifoControl: 3.131,
  // LUTs per bit of a widened beat
  widthUpBit: 1.146,
  // LUTs per widening: its control
  widthUp: 2.967,
  // LUTs per bit of a wide beat to be split
  widthDownBit: 1.062,
  // LUTs per splitting: its control
  widthDown: 1.962,
  // LUTs per upsampler: its control
  upsample: 0,
  // LUTs per bit of an address with several sources
  addressBit: 2.657,
  // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
  tapSelectLut: 1.153,
  // LUTs per bit of a step that a position decides
  stepBit: 4.549,
  // LUTs per line buffer: its control
  window: 47.485,
  // LUTs per bit of a running maximum
  compareBit: 2.214,
  // LUTs per bit of a further tap compared in the same cycle
  tapCompareBit: 2,
  // LUTs per maximum: its control
  maxPool: 5.715,
  // LUTs per frame marker: its control
  marker: 4,
  // LUTs per bit of a Booth step
  boothBit: 2.701,
  // LUTs per bit of a Booth step by a constant
  constantBoothBit: 1.619,
  // LUTs per bit of an accumulator
  accumulateBit: 2.259,
  // LUTs per bit of an adder
  addBit: 0.849,
  // LUTs per bit of a product that is rounded and held against a range
  roundBit: 2.323,
  // LUTs per LUT that picks among registers
  pick: 1.247,
  // LUTs per bit of a result that is clamped
  clampBit: 2.88,
  // LUTs per lane of a clamp: its comparisons
  clamp: 11.224,
  // LUTs per bit of a word that beats are joined to
  joinBit: 0,
  // LUTs per bit of a serial multiplication
  serialBit: 0,
  // LUTs per serial multiplication: its control
  serial: 90.463,
  // LUTs per matrix-vector engine: its control
  pointwise: 22.972,
  // LUTs per depthwise engine: its control
  depthwise: 8.418,
  // LUTs per back half of an engine: its control
  emit: 8.818,
  // LUTs per addition: its control
  add: 0,
  // LUTs per global average: its control
  globalAvgPool: 48.021,
};
