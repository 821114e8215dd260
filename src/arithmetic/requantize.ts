/** The specification of every requantizer. */
import type { Requant } from '../ir/quant-graph.js';

/** See `Requant`; exact where accumulator plus bias and multiplier have no more than 52 bits together. */
export function requantize(acc: number, r: Requant, channel: number): number {
  const product = (acc + r.biases[channel]) * r.multipliers[channel];
  const unit = 2 ** r.shifts[channel];
  const { corrections: c } = r;
  const correction = c ? (product < 0 ? c.below : c.above)[channel] * 2 ** c.unit : 0;
  const y = Math.floor((product + correction) / unit + 0.5) + r.zeroPoint;
  return y < r.min ? r.min : Math.min(y, r.max);
}
