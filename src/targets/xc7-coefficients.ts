/**
 * LUTs per unit of each part for xc7. Written by bench/estimate/fit.ts from bench/estimate/grid-xc7.jsonl: do not
 * edit, fit again (docs/estimates.md says how).
 */
import type { Coefficients } from '../ir/bill.js';

export const XC7_COEFFICIENTS: Coefficients = {
  // LUTs per bit of a two-entry FIFO
  fifoBit: 0.994,
  // LUTs per two-entry FIFO: its control
  fifo: 2.177,
  // LUTs per bit of a counter that wraps
  counterBit: 1.605,
  // LUTs per bit of a fill level: up, down, compare
  levelBit: 1.453,
  // LUTs per bit of an output register behind LUT RAM
  lutramReadBit: 0.039,
  // LUTs per bit of a memory too small for RAM
  registerFileBit: 0,
  // LUTs per bit times further bank of a memory
  bankSelectBit: 0.523,
  // LUTs per bit of a block RAM whose read-before-write is made of logic
  readFirstBit: 1,
  // LUTs per bit of an address compared for a read-before-write made of logic
  readFirstAddressBit: 0.5,
  // LUTs per table of a constant memory
  romTable: 1.077,
  // LUTs per table of a function of one value
  functionTable: 1.035,
  // LUTs per fork: its control
  fork: 4.719,
  // LUTs per FIFO in memory: its control
  fifoControl: 0.612,
  // LUTs per bit of a widened beat
  widthUpBit: 1.037,
  // LUTs per widening: its control
  widthUp: 2.983,
  // LUTs per bit of a wide beat to be split
  widthDownBit: 1.007,
  // LUTs per splitting: its control
  widthDown: 2.776,
  // LUTs per upsampler: its control
  upsample: 3.208,
  // LUTs per bit of an address with several sources
  addressBit: 1.803,
  // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
  tapSelectLut: 0.354,
  // LUTs per line buffer: its control
  window: 23.806,
  // LUTs per bit of a running maximum
  compareBit: 0.892,
  // LUTs per bit of a further tap compared in the same cycle
  tapCompareBit: 1.697,
  // LUTs per maximum: its control
  maxPool: 3.391,
  // LUTs per frame marker: its control
  marker: 3,
  // LUTs per bit of a Booth step
  boothBit: 1.015,
  // LUTs per bit of a Booth step by a constant
  constantBoothBit: 0.916,
  // LUTs per bit of an accumulator
  accumulateBit: 1.034,
  // LUTs per bit of an adder
  addBit: 0.941,
  // LUTs per bit of a product that is rounded and held against a range
  roundBit: 0.042,
  // LUTs per LUT that picks among registers
  pick: 1.242,
  // LUTs per bit of a result that is clamped
  clampBit: 0.307,
  // LUTs per lane of a clamp: its comparisons
  clamp: 0,
  // LUTs per bit of a word that beats are joined to
  joinBit: 0,
  // LUTs per bit of a serial multiplication
  serialBit: 0.906,
  // LUTs per serial multiplication: its control
  serial: 13.223,
  // LUTs per matrix-vector engine: its control
  pointwise: 15.153,
  // LUTs per depthwise engine: its control
  depthwise: 0.492,
  // LUTs per back half of an engine: its control
  emit: 3.168,
  // LUTs per addition: its control
  add: 20.403,
  // LUTs per global average: its control
  globalAvgPool: 23.853,
};
