/**
 * Hardware graph → Verilog: one top module that instantiates the library, memory files, testbenches, a Makefile.
 * Views hold finished values; the templates only place them.
 */
import type { KindTable, MemoryImage, RtlBinding } from '../ir/block-kind.js';
import { ceilDiv } from '../ir/folding.js';
import type { Block, Hardware, Stream } from '../ir/hardware.js';
import { bind } from '../kinds/index.js';
import { comment } from '../text/comment.js';
import { type Text, verilog } from '../text/text.js';
import { identifier, path, word } from '../text/words.js';
import { render, type Templates } from './render.js';

export interface VerilogOptions {
  readonly version: string;
  /** Name of the source model, for the header. */
  readonly model: string;
  /** Channels of the output tensor; the last beat of a pixel may be partly padding. */
  readonly outputChannels: number;
  /** Library modules by file name. */
  readonly library: ReadonlyMap<string, string>;
  readonly templates: Templates;
}

/** Integers beyond 32 bits need a size. */
export const literal = (value: number): Text<'verilog'> => {
  if (Math.abs(value) < 2 ** 31) return verilog`${value}`;
  return value < 0 ? verilog`-48'sd${-value}` : verilog`48'sd${value}`;
};

const memoryStem = (owner: string, image: MemoryImage): string => `${owner}.${image.suffix}`;

/** File of a memory; `owner` is a path of its own for every instance. */
export const memoryPath = (owner: string, image: MemoryImage): string =>
  `${memoryStem(owner, image)}${image.bank === undefined ? '' : String(image.bank).padStart(2, '0')}.mem`;

/** What the RTL parameter holds: the path, or its common stem for all banks of a kind. */
export const memoryArgument = (owner: string, image: MemoryImage): string =>
  image.bank === undefined ? memoryPath(owner, image) : memoryStem(owner, image);

const ownerOf = (block: Block): string => `weights/${block.name}`;

/** One fixed-width hexadecimal word a line. */
export function memoryText(image: MemoryImage): string {
  const digits = ceilDiv(image.wordBits, 4);
  return `${image.words.map((w) => w.toString(16).padStart(digits, '0')).join('\n')}\n`;
}

const commaList = <T extends object>(items: readonly T[]): Array<T & { comma: Text<'verilog'> }> =>
  items.map((item, i) => ({ ...item, comma: i < items.length - 1 ? verilog`,` : verilog`` }));

function blockView(hw: Hardware, block: Block, rtl: RtlBinding) {
  const parameters = [
    ...rtl.parameters.map(([name, value]) => ({ name: identifier(name), value: literal(value) })),
    ...rtl.memories
      .filter((m) => !m.bank)
      .map((m) => ({
        name: identifier(m.parameter),
        value: verilog`"${path(memoryArgument(ownerOf(block), m))}"`,
      })),
  ];
  const streamName = (id: number) => identifier((hw.streams[id] as Stream).name);
  const ports = [
    ...rtl.inputPorts.map((port, i) => ({
      port: identifier(port),
      stream: streamName(block.inputs[i] as number),
    })),
    ...rtl.outputPorts.map((port, i) => ({
      port: identifier(port),
      stream: streamName(block.outputs[i] as number),
    })),
  ];
  return {
    module: identifier(rtl.module),
    name: verilog`u_${identifier(block.name)}`,
    layer: comment(block.layer),
    parameters: commaList(parameters),
    ports: commaList(ports),
  };
}

/** Facts about an end of the network; ports are whole bytes wide. */
function endView(stream: Stream) {
  const width = stream.lanes * stream.bits;
  return {
    name: identifier(stream.name),
    beats: stream.beatsPerFrame,
    lanes: stream.lanes,
    bits: stream.bits,
    msb: width - 1,
    portMsb: 8 * ceilDiv(width, 8) - 1,
    /** Hexadecimal digits of a beat in a stimulus file. */
    digits: ceilDiv(width, 4),
  };
}

/** Bits by which the output port exceeds its stream. */
function extended(stream: Stream): Text<'verilog'> {
  const width = stream.lanes * stream.bits;
  const spare = 8 * ceilDiv(width, 8) - width;
  const name = identifier(stream.name);
  return spare > 0 ? verilog`{${spare}'d0, ${name}_tdata}` : verilog`${name}_tdata`;
}

/** Everything that a build folder holds for simulation and synthesis: path → text. */
export function generateVerilog(
  kinds: KindTable,
  hw: Hardware,
  options: VerilogOptions,
): Map<string, string> {
  const files = new Map<string, string>();
  const bindings = hw.blocks.map((b) => bind(kinds, b).rtl());
  const input = hw.streams[hw.input] as Stream;
  const output = hw.streams[hw.output] as Stream;
  const view = {
    name: identifier(hw.name),
    version: word(options.version),
    blockCount: hw.blocks.length,
    streamCount: hw.streams.length,
    traceMsb: hw.streams.length - 1,
    input: endView(input),
    output: {
      ...endView(output),
      channels: options.outputChannels,
      groups: ceilDiv(options.outputChannels, output.lanes),
    },
  };
  const topView = {
    ...view,
    model: comment(options.model),
    output: { ...view.output, extended: extended(output) },
    streams: hw.streams.map((s, index) => ({
      index,
      name: identifier(s.name),
      lanes: s.lanes,
      bits: s.bits,
      beats: s.beatsPerFrame,
      msb: s.lanes * s.bits - 1,
    })),
    blocks: hw.blocks.map((b, i) => blockView(hw, b, bindings[i] as RtlBinding)),
  };
  const top = `rtl/${hw.name}.v`;
  files.set(top, render(options.templates, 'top.v.hbs', topView));
  for (const [name, text] of options.library) files.set(`rtl/${name}`, text);
  hw.blocks.forEach((b, i) => {
    for (const image of (bindings[i] as RtlBinding).memories)
      files.set(memoryPath(ownerOf(b), image), memoryText(image));
  });
  files.set('tb/testbench.cpp', render(options.templates, 'testbench.cpp.hbs', view));
  files.set('tb/testbench.v', render(options.templates, 'testbench.v.hbs', view));
  files.set('Makefile', render(options.templates, 'Makefile.hbs', view));
  const sources = [...options.library.keys()].filter((n) => n.endsWith('.v')).map((n) => `rtl/${n}`);
  files.set('filelist.f', `${[...sources, top].join('\n')}\n`);
  return files;
}
