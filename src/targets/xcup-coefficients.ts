/**
 * LUTs per unit of each part for xcup. Written by bench/estimate/fit.ts from bench/estimate/grid-xcup.jsonl: do not
 * edit, fit again (docs/estimates.md says how).
 */
import type { Coefficients } from '../ir/bill.js';

export const XCUP_COEFFICIENTS: Coefficients = {
  // LUTs per bit of a two-entry FIFO
  fifoBit: 0.997,
  // LUTs per two-entry FIFO: its control
  fifo: 1.788,
  // LUTs per bit of a counter that wraps
  counterBit: 1.665,
  // LUTs per bit of a fill level: up, down, compare
  levelBit: 1.223,
  // LUTs per bit of an output register behind LUT RAM
  lutramReadBit: 0,
  // LUTs per bit of a memory too small for RAM
  registerFileBit: 0.334,
  // LUTs per bit times further bank of a memory
  bankSelectBit: 0.513,
  // LUTs per bit of a block RAM whose read-before-write is made of logic
  readFirstBit: 1,
  // LUTs per bit of an address compared for a read-before-write made of logic
  readFirstAddressBit: 0.5,
  // LUTs per table of a constant memory
  romTable: 1.219,
  // LUTs per table of a function of one value
  functionTable: 1.273,
  // LUTs per fork: its control
  fork: 4.47,
  // LUTs per FIFO in memory: its control
  fifoControl: 1.533,
  // LUTs per bit of a widened beat
  widthUpBit: 1.051,
  // LUTs per widening: its control
  widthUp: 2.184,
  // LUTs per bit of a wide beat to be split
  widthDownBit: 0.996,
  // LUTs per splitting: its control
  widthDown: 5.241,
  // LUTs per upsampler: its control
  upsample: 6.84,
  // LUTs per bit of an address with several sources
  addressBit: 1.524,
  // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
  tapSelectLut: 0.139,
  // LUTs per bit of a step that a position decides
  stepBit: 0.493,
  // LUTs per line buffer: its control
  window: 15.54,
  // LUTs per bit of a running maximum
  compareBit: 1.008,
  // LUTs per bit of a further tap compared in the same cycle
  tapCompareBit: 1.644,
  // LUTs per maximum: its control
  maxPool: 3.276,
  // LUTs per frame marker: its control
  marker: 3,
  // LUTs per bit of a Booth step
  boothBit: 0.978,
  // LUTs per bit of a Booth step by a constant
  constantBoothBit: 0.904,
  // LUTs per bit of an accumulator
  accumulateBit: 1.307,
  // LUTs per bit of an adder
  addBit: 0.803,
  // LUTs per bit of a product that is rounded and held against a range
  roundBit: 0,
  // LUTs per LUT that picks among registers
  pick: 1.468,
  // LUTs per bit of a result that is clamped
  clampBit: 0.185,
  // LUTs per lane of a clamp: its comparisons
  clamp: 0,
  // LUTs per bit of a word that beats are joined to
  joinBit: 0.685,
  // LUTs per bit of a serial multiplication
  serialBit: 0.753,
  // LUTs per serial multiplication: its control
  serial: 8.947,
  // LUTs per matrix-vector engine: its control
  pointwise: 7.919,
  // LUTs per depthwise engine: its control
  depthwise: 3.936,
  // LUTs per back half of an engine: its control
  emit: 0,
  // LUTs per addition: its control
  add: 20.709,
  // LUTs per global average: its control
  globalAvgPool: 21.538,
};
