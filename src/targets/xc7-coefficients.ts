/**
 * LUTs per unit of each part for xc7. Written by bench/estimate/fit.ts from bench/estimate/grid-xc7.jsonl: do not
 * edit, fit again (docs/estimates.md says how).
 */
import type { Coefficients } from '../ir/bill.js';

export const XC7_COEFFICIENTS: Coefficients = {
  // LUTs per bit of a two-entry FIFO
  fifoBit: 0.991,
  // LUTs per two-entry FIFO: its control
  fifo: 1.744,
  // LUTs per bit of a counter that wraps
  counterBit: 1.546,
  // LUTs per bit of a fill level: up, down, compare
  levelBit: 1.478,
  // LUTs per bit of an output register behind LUT RAM
  lutramReadBit: 0.167,
  // LUTs per bit of a memory too small for RAM
  registerFileBit: 0.31,
  // LUTs per bit times further bank of a memory
  bankSelectBit: 0.5,
  // LUTs per bit of a block RAM whose read-before-write is made of logic
  readFirstBit: 1,
  // LUTs per bit of an address compared for a read-before-write made of logic
  readFirstAddressBit: 0.5,
  // LUTs per table of a constant memory
  romTable: 1.181,
  // LUTs per table of a function of one value
  functionTable: 1.245,
  // LUTs per fork: its control
  fork: 5.595,
  // LUTs per FIFO in memory: its control
  fifoControl: 0,
  // LUTs per bit of a widened beat
  widthUpBit: 1.043,
  // LUTs per widening: its control
  widthUp: 2.4,
  // LUTs per bit of a wide beat to be split
  widthDownBit: 1.01,
  // LUTs per splitting: its control
  widthDown: 3.08,
  // LUTs per upsampler: its control
  upsample: 5.686,
  // LUTs per bit of an address with several sources
  addressBit: 1.789,
  // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
  tapSelectLut: 0.174,
  // LUTs per bit of a step that a position decides
  stepBit: 0.004,
  // LUTs per line buffer: its control
  window: 9.919,
  // LUTs per bit of a running maximum
  compareBit: 0.873,
  // LUTs per bit of a further tap compared in the same cycle
  tapCompareBit: 1.794,
  // LUTs per maximum: its control
  maxPool: 3.931,
  // LUTs per frame marker: its control
  marker: 3,
  // LUTs per bit of a Booth step
  boothBit: 1.011,
  // LUTs per bit of a Booth step by a constant
  constantBoothBit: 0.898,
  // LUTs per bit of an accumulator
  accumulateBit: 1.103,
  // LUTs per bit of an adder
  addBit: 0.669,
  // LUTs per bit of a product that is rounded and held against a range
  roundBit: 0,
  // LUTs per LUT that picks among registers
  pick: 1.317,
  // LUTs per bit of a result that is clamped
  clampBit: 0.277,
  // LUTs per lane of a clamp: its comparisons
  clamp: 0,
  // LUTs per bit of a word that beats are joined to
  joinBit: 0,
  // LUTs per bit of a serial multiplication
  serialBit: 0.989,
  // LUTs per serial multiplication: its control
  serial: 15.63,
  // LUTs per matrix-vector engine: its control
  pointwise: 10.731,
  // LUTs per depthwise engine: its control
  depthwise: 5.55,
  // LUTs per back half of an engine: its control
  emit: 1.815,
  // LUTs per addition: its control
  add: 33.125,
  // LUTs per global average: its control
  globalAvgPool: 25.237,
};
