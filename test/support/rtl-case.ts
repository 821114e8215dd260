/**
 * A hardware graph with frames to run through it: what simulator and RTL are compared on.
 */
import { beatsText } from '../../src/hls-gen/stimulus.js';
import { generateVerilog } from '../../src/hls-gen/verilog.js';
import { loadAssets } from '../../src/io/assets.js';
import type { Hardware, Stream } from '../../src/ir/hardware.js';
import { type QuantGraph, tensorOf } from '../../src/ir/quant-graph.js';
import { verifyHardware } from '../../src/ir/verify-hardware.js';
import { KINDS } from '../../src/kinds/index.js';
import { IntegerExecutor } from '../../src/sim/integer-executor.js';

export interface RtlCase {
  readonly hardware: Hardware;
  readonly frames: number;
  /** Channels of the output tensor; lanes beyond them are not compared. */
  readonly outputChannels: number;
  /** One hexadecimal beat a line, all frames. */
  readonly inputText: string;
  readonly expectedText: string;
}

/** A case whose expected output is what the integer reference computes. */
export function caseOf(graph: QuantGraph, hardware: Hardware, frames: readonly Int16Array[]): RtlCase {
  const executor = new IntegerExecutor(graph);
  const input = hardware.streams[hardware.input] as Stream;
  const output = hardware.streams[hardware.output] as Stream;
  const channels = (name: string): number => tensorOf(graph, name).shape.channels;
  const outputChannels = channels(graph.output);
  return {
    hardware,
    frames: frames.length,
    outputChannels,
    inputText: frames.map((f) => beatsText(f, channels(graph.input), input.lanes, input.bits)).join(''),
    expectedText: frames
      .map((f) => beatsText(executor.run(f), outputChannels, output.lanes, output.bits))
      .join(''),
  };
}

/** The build folder of a case: path -> text, stimulus included. */
export function filesOf(c: RtlCase): Map<string, string> {
  const { rtl, templates } = loadAssets();
  const files = generateVerilog(KINDS, verifyHardware(KINDS, c.hardware), {
    version: 'test',
    model: 'test',
    outputChannels: c.outputChannels,
    library: rtl,
    templates,
  });
  files.set('sim/input.hex', c.inputText);
  files.set('sim/expected.hex', c.expectedText);
  return files;
}
