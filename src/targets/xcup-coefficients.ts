/**
 * LUTs per unit of each part for xcup. Written by bench/estimate/fit.ts from bench/estimate/grid-xcup.jsonl: do not
 * edit, fit again (docs/estimates.md says how).
 */
import type { Coefficients } from '../ir/bill.js';

export const XCUP_COEFFICIENTS: Coefficients = {
  // LUTs per bit of a two-entry FIFO
  fifoBit: 1,
  // LUTs per two-entry FIFO: its control
  fifo: 2.255,
  // LUTs per bit of a counter that wraps
  counterBit: 1.594,
  // LUTs per bit of a fill level: up, down, compare
  levelBit: 0.949,
  // LUTs per bit of an output register behind LUT RAM
  lutramReadBit: 0.015,
  // LUTs per bit of a memory too small for RAM
  registerFileBit: 0,
  // LUTs per bit times further bank of a memory
  bankSelectBit: 0.51,
  // LUTs per bit of a block RAM whose read-before-write is made of logic
  readFirstBit: 1,
  // LUTs per bit of an address compared for a read-before-write made of logic
  readFirstAddressBit: 0.5,
  // LUTs per table of a constant memory
  romTable: 1.166,
  // LUTs per fork: its control
  fork: 3.549,
  // LUTs per FIFO in memory: its control
  fifoControl: 3.133,
  // LUTs per bit of a widened beat
  widthUpBit: 1.049,
  // LUTs per widening: its control
  widthUp: 3.286,
  // LUTs per bit of a wide beat to be split
  widthDownBit: 1.005,
  // LUTs per splitting: its control
  widthDown: 4.158,
  // LUTs per upsampler: its control
  upsample: 2.752,
  // LUTs per bit of an address with several sources
  addressBit: 1.704,
  // LUTs per LUT that picks a tap from the banks of a line buffer, or its padding
  tapSelectLut: 0.654,
  // LUTs per line buffer: its control
  window: 21.353,
  // LUTs per bit of a running maximum
  compareBit: 0.93,
  // LUTs per bit of a further tap compared in the same cycle
  tapCompareBit: 1.664,
  // LUTs per maximum: its control
  maxPool: 3.269,
  // LUTs per frame marker: its control
  marker: 3,
  // LUTs per bit of a Booth step
  boothBit: 0.974,
  // LUTs per bit of a Booth step by a constant
  constantBoothBit: 0.897,
  // LUTs per bit of an accumulator
  accumulateBit: 0.948,
  // LUTs per bit of an adder
  addBit: 0.963,
  // LUTs per bit of a product that is rounded and held against a range
  roundBit: 0.037,
  // LUTs per LUT that picks among registers
  pick: 1.495,
  // LUTs per bit of a result that is clamped
  clampBit: 0.455,
  // LUTs per lane of a clamp: its comparisons
  clamp: 0,
  // LUTs per bit of a word that beats are joined to
  joinBit: 0.06,
  // LUTs per bit of a serial multiplication
  serialBit: 0.913,
  // LUTs per serial multiplication: its control
  serial: 3.001,
  // LUTs per matrix-vector engine: its control
  pointwise: 15.878,
  // LUTs per depthwise engine: its control
  depthwise: 0,
  // LUTs per back half of an engine: its control
  emit: 1.829,
  // LUTs per addition: its control
  add: 245.866,
  // LUTs per global average: its control
  globalAvgPool: 23.207,
};
