/**
 * A hardware graph with frames to run through it: what simulator and RTL are compared on.
 */
import { stimulusFile } from '../../src/hls-gen/end-views.js';
import { beatsText } from '../../src/hls-gen/stimulus.js';
import { generateVerilog } from '../../src/hls-gen/verilog.js';
import { loadAssets } from '../../src/io/assets.js';
import { type End, type Hardware, inputsOf, outputsOf } from '../../src/ir/hardware.js';
import { type QuantGraph, splitOutputs, tensorOf } from '../../src/ir/quant-graph.js';
import { verifyHardware } from '../../src/ir/verify-hardware.js';
import { KINDS } from '../../src/kinds/index.js';
import { IntegerExecutor } from '../../src/sim/integer-executor.js';

export interface RtlCase {
  readonly hardware: Hardware;
  readonly frames: number;
  /** Channels of each output's tensor; lanes beyond them are not compared. */
  readonly outputChannels: readonly number[];
  /** One hexadecimal beat a line, all frames. */
  readonly inputText: string;
  /** Of the first output. */
  readonly expectedText: string;
  /** Beats of every end where there are several of a direction: file in the build → text. */
  readonly stimuli?: ReadonlyMap<string, string>;
}

/** A case whose expected output is what the integer reference computes. */
export function caseOf(graph: QuantGraph, hardware: Hardware, frames: readonly Int16Array[]): RtlCase {
  const executor = new IntegerExecutor(graph);
  const outputs = frames.map((f) => splitOutputs(graph, executor.run(f)).map((values) => values.slice()));
  const textOf = (end: End, values: readonly ArrayLike<number>[]): string => {
    const { lanes, bits } = hardware.streams[end.stream];
    const { channels } = tensorOf(graph, end.tensor).shape;
    return values.map((v) => beatsText(v, channels, lanes, bits)).join('');
  };
  const [input] = inputsOf(hardware);
  const ends = outputsOf(hardware);
  const expected = ends.map((end, i) =>
    textOf(
      end,
      outputs.map((o) => o[i]),
    ),
  );
  return {
    hardware,
    frames: frames.length,
    outputChannels: graph.outputs.map((name) => tensorOf(graph, name).shape.channels),
    inputText: textOf(input, frames),
    expectedText: expected[0],
    stimuli: new Map(ends.map((end, i) => [stimulusFile(end), expected[i]])),
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
  if (c.hardware.ends.length > 2) for (const [path, text] of c.stimuli ?? []) files.set(path, text);
  return files;
}
