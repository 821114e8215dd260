/**
 * Roofline of a streaming accelerator. Weights stay on the chip, so only pixels and results cross its edge: the slope
 * is what the busier of the two stream ports can carry. The flat roof is what the design's multipliers, in DSPs and in
 * LUTs, would do if each worked in every cycle; two int8 MACs in every DSP of the part stand beside it for comparison.
 */

import { type End, type Hardware, inputsOf, outputsOf, type Stream } from '../ir/hardware.js';
import type { Device } from '../targets/devices.js';

export interface Roofline {
  /** MACs per byte through the port. */
  readonly intensity: number;
  /** Through the port with more beats. */
  readonly port: 'input' | 'output';
  readonly bytesPerFrame: number;
  /** Bytes a second that the port carries at one beat a cycle. */
  readonly portBandwidth: number;
  /** MACs a second. */
  readonly achieved: number;
  /** MACs a second with every multiplier of the design busy in every cycle. */
  readonly designRoof: number;
  /** Two MACs in every DSP of the part, in every cycle; multipliers in LUTs come on top. */
  readonly partDspRoof: number;
  /** achieved / designRoof. */
  readonly share: number;
}

const MACS_PER_DSP = 2;

export function roofline(
  hw: Hardware,
  device: Device,
  clockMhz: number,
  macs: number,
  intervalCycles: number,
  blocks: ReadonlyArray<{ readonly macs: number; readonly busyCycles: number }>,
): Roofline {
  const clock = clockMhz * 1e6;
  const busiest = (ends: readonly End[]): Stream =>
    ends.map((e) => hw.streams[e.stream]).reduce((a, b) => (b.beatsPerFrame > a.beatsPerFrame ? b : a));
  const [input, output] = [busiest(inputsOf(hw)), busiest(outputsOf(hw))];
  const port = input.beatsPerFrame >= output.beatsPerFrame ? 'input' : 'output';
  const stream = port === 'input' ? input : output;
  const beatBytes = (stream.lanes * stream.bits) / 8;
  const bytesPerFrame = stream.beatsPerFrame * beatBytes;
  const achieved = (macs * clock) / intervalCycles;
  const designRoof = blocks.reduce((sum, b) => sum + b.macs / Math.max(1, b.busyCycles), 0) * clock;
  return {
    intensity: macs / bytesPerFrame,
    port,
    bytesPerFrame,
    portBandwidth: beatBytes * clock,
    achieved,
    designRoof,
    partDspRoof: MACS_PER_DSP * device.dsp * clock,
    share: achieved / designRoof,
  };
}
