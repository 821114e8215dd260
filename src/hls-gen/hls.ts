/**
 * Hardware graph → Vitis HLS C++: one dataflow top function, the function templates of hw/hls, constant arrays, a
 * testbench, a Tcl script and a Makefile. The same sources compile under g++ against the stand-in headers of
 * hw/hls/sim, so that values can be checked without the vendor's tool.
 */
import type { HlsBinding, HlsCall, HlsRom, KindTable } from '../ir/block-kind.js';
import { type Block, type Hardware, inputsOf, outputsOf } from '../ir/hardware.js';
import { bind } from '../kinds/index.js';
import { comment } from '../text/comment.js';
import { cppString } from '../text/strings.js';
import { cpp, listed, type Text } from '../text/text.js';
import { decimal, identifier, path, word } from '../text/words.js';
import { type endView, endViews } from './end-views.js';
import { channelOf, type HlsChannel, streamChannels } from './hls-channels.js';
import { topFunctionName } from './hls-names.js';
import { romPath, romText, romVariable } from './hls-roms.js';
import { render, type Templates } from './render.js';

export interface HlsOptions {
  readonly version: string;
  /** Name of the source model, for the header. */
  readonly model: string;
  /** Channels of each output's tensor; the last beat of a pixel may be partly padding. */
  readonly outputChannels: readonly number[];
  /** Files of hw/hls by path below it, e.g. `blnet_add.hpp`, `sim/ap_int.h`. */
  readonly library: ReadonlyMap<string, string>;
  readonly templates: Templates;
  /** Ordering code of the part, with package and speed grade, e.g. `xc7z020clg400-1`. */
  readonly part: string;
  readonly clockMhz: number;
}

/** Parameters with their names beside them: C++ has no named template arguments. */
const parameterText = (parameters: HlsCall['parameters']): Text<'cpp'> =>
  listed(
    'cpp',
    parameters.map(([name, value]) => cpp`/*${identifier(name)}*/ ${value}`),
    ', ',
  );

const romView = (network: string, block: Block, rom: HlsRom) => ({
  type: rom.signed ? cpp`ap_int<${rom.bits}>` : cpp`ap_uint<${rom.bits}>`,
  name: identifier(romVariable(block, rom)),
  words: rom.values.length / rom.lanes,
  lanes: rom.lanes,
  path: path(romPath(network, block, rom)),
  /** Implementation, a keyword of the vendor's BIND_STORAGE pragma. */
  storage: rom.block ? cpp`bram` : cpp`lutram`,
});

const channelView = (c: HlsChannel) => ({
  name: identifier(c.name),
  bits: c.bits,
  depth: c.depth,
  storage: identifier(c.storage),
});

/** Calls and links of one block, given the channel names of its streams. */
function expandBlock(block: Block, binding: HlsBinding, nameOf: readonly string[]) {
  if (binding.form === 'channel') return { calls: [], links: [] };
  const links = binding.links.map((l) => channelOf(`${block.name}_${l.name}_link`, l.bits, l.depth));
  const streamsOf = (indices: readonly number[]): string[] => indices.map((s) => nameOf[s]);
  const last = binding.calls.length - 1;
  const calls = binding.calls.map((call, i) => {
    const inputs = i === 0 ? streamsOf(block.inputs) : [links[i - 1].name];
    const outputs = i === last ? streamsOf(block.outputs) : [links[i].name];
    const roms = call.roms.map((rom) => romVariable(block, rom));
    return {
      layer: comment(block.layer),
      /** Name of the process in messages. */
      process: cppString(i === 0 ? block.name : `${block.name} (${call.function})`),
      function: identifier(call.function),
      parameters: parameterText(call.parameters),
      args: listed('cpp', [...inputs, ...outputs, ...roms].map(identifier), ', '),
    };
  });
  return { calls, links };
}

/** An end of the network: AXI4-Stream beats on one side, a channel on the other. */
function channelEnd<V extends ReturnType<typeof endView>>(view: V, channel: string, top: string) {
  const parameters = parameterText([
    ['BEATS', view.beats],
    ['WIDTH', view.width],
    ['PORT_BITS', view.portBits],
  ]);
  return { ...view, channel: identifier(channel), parameters, top: identifier(top) };
}

/** All files of the HLS backend, below `hls/`: path → text. */
export function generateHls(kinds: KindTable, hw: Hardware, options: HlsOptions): Map<string, string> {
  const { templates } = options;
  const bindings = hw.blocks.map((b) => bind(kinds, b).hls());
  const { channels, nameOf } = streamChannels(hw, bindings);
  const expanded = hw.blocks.map((b, i) => expandBlock(b, bindings[i], nameOf));
  const calls = expanded.flatMap((e) => e.calls);
  const callsOf = (binding: HlsBinding): readonly HlsCall[] =>
    binding.form === 'processes' ? binding.calls : [];
  const functions = bindings.flatMap((b) => callsOf(b).map((c) => c.function));
  const roms = hw.blocks.flatMap((block, i) =>
    callsOf(bindings[i]).flatMap((call) => call.roms.map((rom) => ({ block, rom }))),
  );
  const top = topFunctionName(hw.name);
  const views = endViews(hw, options.outputChannels);
  const ends = {
    inputs: views.inputs.map((v, i) => channelEnd(v, nameOf[inputsOf(hw)[i].stream], top)),
    outputs: views.outputs.map((v, i) => channelEnd(v, nameOf[outputsOf(hw)[i].stream], top)),
  };
  const common = { top: identifier(top), version: word(options.version) };
  const view = {
    ...common,
    guard: identifier(`${top.toUpperCase()}_HPP`),
    model: comment(options.model),
    ...ends,
    sole:
      ends.inputs.length === 1 && ends.outputs.length === 1
        ? { input: ends.inputs[0], output: ends.outputs[0] }
        : null,
    ends: hw.ends.map((end, i) => ({
      ...[...ends.inputs, ...ends.outputs][i],
      role: identifier(end.role),
      tensor: comment(end.tensor),
    })),
    arguments: listed(
      'cpp',
      hw.ends.map((e) => identifier(e.port)),
      ', ',
    ),
    ports: listed(
      'cpp',
      [
        ...ends.inputs.map((e) => cpp`hls::stream<${e.top}_in${e.suffix}_t>& ${e.port}`),
        ...ends.outputs.map((e) => cpp`hls::stream<${e.top}_out${e.suffix}_t>& ${e.port}`),
      ],
      ', ',
    ),
    channels: [...channels, ...expanded.flatMap((e) => e.links)].map(channelView),
    calls,
    functions: [...new Set(functions)].sort().map(identifier),
    roms: roms.map(({ block, rom }) => romView(hw.name, block, rom)),
  };
  const script = {
    ...common,
    part: word(options.part),
    periodNs: decimal(1000 / options.clockMhz, 3),
  };
  const files = new Map([
    [`hls/${top}.hpp`, render(templates, 'hls-top.hpp.hbs', view)],
    [`hls/${top}.cpp`, render(templates, 'hls-top.cpp.hbs', view)],
    [`hls/${top}_roms.hpp`, render(templates, 'hls-roms.hpp.hbs', view)],
    [`hls/${top}_tb.cpp`, render(templates, 'hls-testbench.cpp.hbs', view)],
    [`hls/${top}_dataflow.cpp`, render(templates, 'hls-dataflow.cpp.hbs', view)],
    ['hls/run_hls.tcl', render(templates, 'hls-run.tcl.hbs', script)],
    ['hls/Makefile', render(templates, 'hls-makefile.hbs', common)],
  ]);
  for (const { block, rom } of roms) files.set(`hls/${romPath(hw.name, block, rom)}`, romText(block, rom));
  for (const [path, text] of options.library) files.set(`hls/${path}`, text);
  return files;
}
