/** The summary that every build folder holds: what it is, what it promises, how to run it. */

import type { FifoParams, Hardware } from '../ir/hardware.js';
import type { QuantGraph } from '../ir/quant-graph.js';
import type { Device } from '../targets/devices.js';
import { markdown, stacked } from '../text/markdown.js';
import { arithmeticText } from './arithmetic.js';
import { quantizedLayers } from './layers.js';
import { calibrationText, type Manifest } from './manifest.js';

/** Bits of all FIFOs at places of their choice. */
const fifoBits = (hw: Hardware, places: (p: FifoParams) => number): number =>
  hw.blocks.reduce((bits, { params: p }) => bits + (p.kind === 'fifo' ? places(p) * p.lanes * p.bits : 0), 0);

export function summaryMarkdown(m: Manifest, graph: QuantGraph, hw: Hardware, device: Device): string {
  const table = quantizedLayers(graph);
  const { latencyCycles, intervalCycles, framesPerSecond } = m.simulated;
  const microseconds = (latencyCycles / m.clockMhz).toFixed(1);
  const perDsp = m.planned.dsp > 0 ? (table.macs / (m.planned.dsp * intervalCycles)).toFixed(2) : 'no DSP';
  const layers = table.layers.map(
    (l) => markdown`| ${l.name} | ${l.op} | ${l.output} | ${l.parameters} | ${l.macs} |`,
  );
  const takes = m.input.takesPixels
    ? 'pixels 0..255 as they are'
    : `q = round(real / ${m.input.scale}) + ${m.input.zeroPoint}`;
  return markdown`# ${m.top}

Made by blnet ${m.blnet} from ${m.model} for ${device.name} at ${m.clockMhz} MHz.

| | |
| --- | --- |
| Input | ${table.input}, ${takes}, ${m.input.lanes} channels a beat |
| Calibrated on | ${calibrationText(m)} |
| Integers | ${arithmeticText(m.arithmetic)} |
| Parameters, MACs | ${table.parameters}, ${table.macs} |
| Blocks, streams | ${hw.blocks.length}, ${hw.streams.length} |
| Latency of the first frame | ${latencyCycles} cycles, ${microseconds} us |
| Interval | ${intervalCycles} cycles, ${framesPerSecond.toFixed(1)} frames/s |
| Bounded by | ${m.planned.bound}: ${m.planned.reason} |
| FIFO bits, and with a whole tensor each | ${fifoBits(hw, (f) => f.depth)}, ${fifoBits(hw, (f) => f.beats)} |
| DSPs planned | ${m.planned.dsp} of ${device.dsp} |
| LUTs planned | ${m.planned.lut} of ${device.lut} |
| Block RAMs planned | ${m.planned.bram} of ${device.bram} |
| MACs per DSP and cycle | ${perDsp} |

| Layer | Kind | Output | Parameters | MACs |
| ----- | ---- | ------ | ---------: | ---: |
${stacked(layers, '\n')}

Cycles are exact: \`blnet verify\` holds them against the RTL. The clock is a plan; only place and route can prove it.
`.in('markdown');
}
