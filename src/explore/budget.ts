/**
 * What the folding search may spend: the part, less what place and route needs free, less what no folding can change
 * and only lowering and FIFO sizing will tell.
 */
import type { Device } from '../estimate/devices.js';
import { type QuantGraph, tensorOf } from '../ir/quant-graph.js';
import type { Budget } from './choose-options.js';
import { ramCost } from './option-cost.js';

/** Share of LUTs and block RAM that may be used; fuller parts rarely meet timing. */
const FILL = 0.85;
/** Rows of a tensor that wait before a join: up to three windows of three rows on the other branch. */
const WAITING_ROWS = 8;

/** FIFOs, forks and frame marks in front of every join. */
function joins(graph: QuantGraph): { readonly lut: number; readonly bram: number } {
  let lut = 0;
  let bram = 0;
  for (const n of graph.nodes) {
    if (n.op !== 'add') continue;
    const { shape, bits } = tensorOf(graph, n.output);
    bram += ramCost(bits, WAITING_ROWS * shape.width * shape.channels).bram;
    // FIFO with counters, two forks, a converter.
    lut += 180;
  }
  return { lut, bram };
}

export function budgetOf(device: Device, graph: QuantGraph, maxDsp: number | null): Budget {
  const fixed = joins(graph);
  // ECP5 counts blocks of 18 kbit.
  const halves = device.bram * (device.family === 'ecp5' ? 1 : 2);
  return {
    dsp: Math.min(maxDsp ?? device.dsp, device.dsp),
    lut: Math.max(0, FILL * device.lut - fixed.lut),
    bram: Math.max(0, Math.floor(FILL * halves) - fixed.bram),
  };
}
