/** Why the interval is what it is, in words that an engineer can check against the numbers. */

import { type Hardware, inputsOf } from '../ir/hardware.js';
import type { SimResult } from '../sim/engine.js';
import type { Device } from '../targets/devices.js';
import { grouped } from './format.js';
import type { SimulationReport } from './simulation.js';

/** Blocks within this share of the interval are as good as binding. */
const NEARLY = 0.99;

export function explainBound(
  hw: Hardware,
  sim: SimResult,
  timing: SimulationReport,
  dsp: number,
  device: Device,
): string {
  const interval = timing.intervalCycles as number;
  const bound = timing.blocks.find((b) => b.name === timing.bound) as SimulationReport['blocks'][number];
  const input = hw.streams[inputsOf(hw)[0].stream];
  if (bound.busyCycles < interval) {
    const fifo = timing.fifos.find((f) => f.peak >= f.depth);
    return (
      `No block needs the whole interval: the busiest, ${bound.name}, works in ${grouped(bound.busyCycles)} of ` +
      `${grouped(interval)} cycles. The rest is waiting between blocks${fifo ? `; the FIFO ${fifo.name} is full at times` : ''}.`
    );
  }
  const full = timing.blocks.filter((b) => b.busyCycles >= NEARLY * interval);
  const others = full.length - 1;
  const block = hw.blocks.find((b) => b.name === bound.name);
  const pixels = block && 'pixels' in block.params ? block.params.pixels : null;
  const perPixel =
    pixels && pixels > 1
      ? `, ${grouped(bound.busyCycles / pixels)} a pixel for ${grouped(pixels)} pixels`
      : '';
  const source =
    input.beatsPerFrame >= NEARLY * interval
      ? ` The input stream itself brings ${grouped(input.beatsPerFrame)} beats a frame, one a cycle: more lanes at the input come first.`
      : ` The input could be faster: a frame is ${grouped(input.beatsPerFrame)} beats.`;
  const waits = sim.streams[inputsOf(hw)[0].stream]?.stalledCycles ?? 0;
  const held = waits > 0 ? ` So it is held back in ${grouped(waits / timing.frames)} cycles of a frame.` : '';
  return (
    `${bound.name} (${bound.kind}) works in every one of the ${grouped(interval)} cycles${perPixel}. ` +
    (others > 0 ? `${others} other ${others === 1 ? 'block does' : 'blocks do'} the same within 1 %. ` : '') +
    `A shorter interval needs a larger folding of ${others > 0 ? 'all of them' : 'it'}: the plan takes ${dsp} of ${device.dsp} DSPs.` +
    source +
    held
  );
}
