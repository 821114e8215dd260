/**
 * LUTs per unit of each part for ecp5. Written by bench/estimate/fit.ts from bench/estimate/grid-ecp5.jsonl: do not
 * edit, fit again (docs/estimates.md says how).
 */
import type { Coefficients } from '../ir/bill.js';

export const ECP5_COEFFICIENTS: Coefficients = {
  // LUTs per bit of a two-entry FIFO
  fifoBit: 1.074,
  // LUTs per two-entry FIFO: its control
  fifo: 2.949,
  // LUTs per bit of a counter that wraps
  counterBit: 2.558,
  // LUTs per bit of a fill level: up, down, compare
  levelBit: 3.588,
  // LUTs per bit of an output register behind LUT RAM
  lutramReadBit: 0,
  // LUTs per bit of a memory too small for RAM
  registerFileBit: 0,
  // LUTs per bit times further bank of a memory
  bankSelectBit: 1.633,
  // LUTs per bit of a block RAM whose read-before-write is made of logic
  readFirstBit: 1.817,
  // LUTs per table of a constant memory
  romTable: 1.217,
  // LUTs per fork: its control
  fork: 6.883,
  // LUTs per FIFO in memory: its control
  fifoControl: 0,
  // LUTs per bit of a widened beat
  widthUpBit: 1.183,
  // LUTs per widening: its control
  widthUp: 56.793,
  // LUTs per bit of a wide beat to be split
  widthDownBit: 0.811,
  // LUTs per splitting: its control
  widthDown: 8.742,
  // LUTs per upsampler: its control
  upsample: 0.025,
  // LUTs per bit of an address with several sources
  addressBit: 4.191,
  // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
  tapSelectLut: 0.018,
  // LUTs per line buffer: its control
  window: 87.775,
  // LUTs per bit of a running maximum
  compareBit: 2.297,
  // LUTs per bit of a further tap compared in the same cycle
  tapCompareBit: 7.679,
  // LUTs per maximum: its control
  maxPool: 7.551,
  // LUTs per frame marker: its control
  marker: 4,
  // LUTs per bit of a Booth step
  boothBit: 2.732,
  // LUTs per bit of a Booth step by a constant
  constantBoothBit: 1.484,
  // LUTs per bit of an accumulator
  accumulateBit: 2.2,
  // LUTs per bit of an adder
  addBit: 1.043,
  // LUTs per bit of a product that is rounded and held against a range
  roundBit: 1.464,
  // LUTs per LUT that picks among registers
  pick: 1.227,
  // LUTs per bit of a result that is clamped
  clampBit: 1.019,
  // LUTs per lane of a clamp: its comparisons
  clamp: 9.684,
  // LUTs per bit of a word that beats are joined to
  joinBit: 0,
  // LUTs per bit of a serial multiplication
  serialBit: 0.971,
  // LUTs per serial multiplication: its control
  serial: 23.996,
  // LUTs per matrix-vector engine: its control
  pointwise: 26.323,
  // LUTs per depthwise engine: its control
  depthwise: 15.783,
  // LUTs per back half of an engine: its control
  emit: 13.678,
  // LUTs per addition: its control
  add: 53.862,
  // LUTs per global average: its control
  globalAvgPool: 71.662,
};
