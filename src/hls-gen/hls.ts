/**
 * Hardware graph → Vitis HLS C++: one dataflow top function, the function templates of hw/hls, constant arrays, a
 * testbench, a Tcl script and a Makefile. The same sources compile under g++ against the stand-in headers of
 * hw/hls/sim, so that values can be checked without the vendor's tool.
 */
import type { HlsBinding, HlsCall, HlsRom, KindTable } from '../ir/block-kind.js';
import { ceilDiv } from '../ir/folding.js';
import type { Block, Hardware, Stream } from '../ir/hardware.js';
import { bind } from '../kinds/index.js';
import { channelOf, type HlsChannel, portBits, streamChannels } from './hls-channels.js';
import { topFunctionName } from './hls-names.js';
import { romPath, romText, romVariable } from './hls-roms.js';
import { render, type Templates } from './render.js';

export interface HlsOptions {
  readonly version: string;
  /** Name of the source model, for the header. */
  readonly model: string;
  /** Channels of the output tensor; the last beat of a pixel may be partly padding. */
  readonly outputChannels: number;
  /** Files of hw/hls by path below it, e.g. `blnet_add.hpp`, `sim/ap_int.h`. */
  readonly library: ReadonlyMap<string, string>;
  readonly templates: Templates;
  /** Ordering code of the part, with package and speed grade, e.g. `xc7z020clg400-1`. */
  readonly part: string;
  readonly clockMhz: number;
}

/** One line of the dataflow region. */
interface CallView {
  readonly layer: string;
  /** Name of the process in messages. */
  readonly process: string;
  readonly function: string;
  readonly parameters: string;
  readonly args: string;
}

interface RomView {
  readonly type: string;
  readonly name: string;
  readonly words: number;
  readonly lanes: number;
  readonly path: string;
  /** Implementation, a keyword of the vendor's BIND_STORAGE pragma. */
  readonly storage: 'bram' | 'lutram';
}

/** Parameters with their names beside them: C++ has no named template arguments. */
const parameterText = (parameters: HlsCall['parameters']): string =>
  parameters.map(([name, value]) => `/*${name}*/ ${value}`).join(', ');

const romView = (block: Block, rom: HlsRom): RomView => ({
  type: `ap_${rom.signed ? '' : 'u'}int<${rom.bits}>`,
  name: romVariable(block, rom),
  words: rom.values.length / rom.lanes,
  lanes: rom.lanes,
  path: romPath(block, rom),
  storage: rom.block ? 'bram' : 'lutram',
});

/** A layer's name in a comment: printable, and no backslash that would continue the line. */
const commentText = (name: string): string => name.replace(/[^ -~]|\\/g, '_');

/** Calls and links of one block, given the channel names of its streams. */
function expandBlock(
  block: Block,
  binding: HlsBinding,
  nameOf: readonly string[],
): { readonly calls: CallView[]; readonly links: HlsChannel[] } {
  if (binding.form === 'channel') return { calls: [], links: [] };
  const links = binding.links.map((l) => channelOf(`${block.name}_${l.name}_link`, l.bits, l.depth));
  const streamsOf = (indices: readonly number[]): string[] => indices.map((s) => nameOf[s] as string);
  const last = binding.calls.length - 1;
  const calls = binding.calls.map((call, i) => {
    const inputs = i === 0 ? streamsOf(block.inputs) : [(links[i - 1] as HlsChannel).name];
    const outputs = i === last ? streamsOf(block.outputs) : [(links[i] as HlsChannel).name];
    const roms = call.roms.map((rom) => romVariable(block, rom));
    return {
      layer: commentText(block.layer),
      process: i === 0 ? block.name : `${block.name} (${call.function})`,
      function: call.function,
      parameters: parameterText(call.parameters),
      args: [...inputs, ...outputs, ...roms].join(', '),
    };
  });
  return { calls, links };
}

/** An end of the network: AXI4-Stream beats on one side, a channel on the other. */
function endView(stream: Stream, channel: string) {
  const { lanes, bits, beatsPerFrame: beats } = stream;
  const width = lanes * bits;
  const port = portBits(stream);
  const parameters = parameterText([
    ['BEATS', beats],
    ['WIDTH', width],
    ['PORT_BITS', port],
  ]);
  return { channel, beats, lanes, bits, width, portBits: port, digits: ceilDiv(width, 4), parameters };
}

/** All files of the HLS backend, below `hls/`: path → text. */
export function generateHls(kinds: KindTable, hw: Hardware, options: HlsOptions): Map<string, string> {
  const { templates } = options;
  const bindings = hw.blocks.map((b) => bind(kinds, b).hls());
  const { channels, nameOf } = streamChannels(hw, bindings);
  const expanded = hw.blocks.map((b, i) => expandBlock(b, bindings[i] as HlsBinding, nameOf));
  const calls = expanded.flatMap((e) => e.calls);
  const callsOf = (binding: HlsBinding): readonly HlsCall[] =>
    binding.form === 'processes' ? binding.calls : [];
  const roms = hw.blocks.flatMap((block, i) =>
    callsOf(bindings[i] as HlsBinding).flatMap((call) => call.roms.map((rom) => ({ block, rom }))),
  );
  const output = hw.streams[hw.output] as Stream;
  const top = topFunctionName(hw.name);
  const view = {
    top,
    guard: `${top.toUpperCase()}_HPP`,
    version: options.version,
    model: options.model,
    part: options.part,
    clockMhz: options.clockMhz,
    periodNs: (1000 / options.clockMhz).toFixed(3),
    input: endView(hw.streams[hw.input] as Stream, nameOf[hw.input] as string),
    output: {
      ...endView(output, nameOf[hw.output] as string),
      channels: options.outputChannels,
      groups: ceilDiv(options.outputChannels, output.lanes),
    },
    channels: [...channels, ...expanded.flatMap((e) => e.links)],
    calls,
    functions: [...new Set(calls.map((c) => c.function))].sort(),
    roms: roms.map(({ block, rom }) => romView(block, rom)),
  };
  const files = new Map<string, string>();
  const add = (path: string, template: string): void => {
    files.set(`hls/${path}`, render(templates, template, view));
  };
  add(`${top}.hpp`, 'hls-top.hpp.hbs');
  add(`${top}.cpp`, 'hls-top.cpp.hbs');
  add(`${top}_roms.hpp`, 'hls-roms.hpp.hbs');
  add(`${top}_tb.cpp`, 'hls-testbench.cpp.hbs');
  add(`${top}_dataflow.cpp`, 'hls-dataflow.cpp.hbs');
  add('run_hls.tcl', 'hls-run.tcl.hbs');
  add('Makefile', 'hls-makefile.hbs');
  for (const { block, rom } of roms) files.set(`hls/${romPath(block, rom)}`, romText(block, rom));
  for (const [path, text] of options.library) files.set(`hls/${path}`, text);
  return files;
}
