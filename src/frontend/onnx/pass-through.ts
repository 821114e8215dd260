/**
 * Layers that keep every value: a copy free to have another format, and a border where no layer behind takes it over. Both
 * are depthwise convolutions with one tap of 1, integers included.
 */
import { type GraphOp, NO_PADS, type Pads } from '../../ir/graph.js';
import { perChannel } from '../../layers/depthwise/index.js';

/** @param tap row and column of the only weight that is not zero */
function oneTap(
  channels: number,
  kernel: number,
  tap: readonly [number, number],
  pads: Pads,
  shift: number,
): GraphOp {
  const at = (i: number) => Number(i % (kernel * kernel) === tap[0] * kernel + tap[1]);
  const count = channels * kernel * kernel;
  return perChannel(channels, {
    kernel,
    stride: 1,
    pads,
    weights: Float32Array.from({ length: count }, (_, i) => at(i)),
    bias: shift === 0 ? null : new Float32Array(channels).fill(shift),
    stored: {
      weights: Int8Array.from({ length: count }, (_, i) => at(i)),
      scales: new Array<number>(channels).fill(1),
      bias: null,
    },
  });
}

export const identityFilters = (channels: number): GraphOp => oneTap(channels, 1, [0, 0], NO_PADS, 0);

/** A border of zeros, `shift` added everywhere. The hardware pads less than its window is wide. */
export function borderFilters(channels: number, { top, left, bottom, right }: Pads, shift: number): GraphOp {
  const reach = Math.max(top + bottom, left + right);
  const pads = { top: reach, left: reach, bottom: top + bottom, right: left + right };
  return oneTap(channels, reach + 1, [reach - top, reach - left], pads, shift);
}
