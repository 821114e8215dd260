/**
 * Hardware graph → Verilog: one top module that instantiates the library, memory files, testbenches, a Makefile.
 * Views hold finished values; the templates only place them.
 */
import type { KindTable, MemoryImage, RtlBinding } from '../ir/block-kind.js';
import { ceilDiv } from '../ir/folding.js';
import { type Block, type Hardware, outputsOf, type Stream } from '../ir/hardware.js';
import { bind } from '../kinds/index.js';
import { comment } from '../text/comment.js';
import { listed, type Text, verilog } from '../text/text.js';
import { fileWord, identifier, word } from '../text/words.js';
import { endViews } from './end-views.js';
import { libraryFiles, libraryHex } from './library.js';
import { render, type Templates } from './render.js';

export interface VerilogOptions {
  readonly version: string;
  /** Name of the source model, for the header. */
  readonly model: string;
  /** Channels of each output's tensor; the last beat of a pixel may be partly padding. */
  readonly outputChannels: readonly number[];
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

/** Memories of all networks of a design may lie in one folder. */
const ownerOf = (hw: Hardware, block: Block): string => `${hw.name}_${block.twin ?? block.name}`;

/** Where the files are when the top's parameter WEIGHTS says nothing else. */
const WEIGHTS = 'weights/';

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
        value: verilog`{WEIGHTS, "${fileWord(memoryArgument(ownerOf(hw, block), m))}"}`,
      })),
  ];
  const streamName = (id: number) => identifier(hw.streams[id].name);
  const ports = [
    ...rtl.inputPorts.map((port, i) => ({
      port: identifier(port),
      stream: streamName(block.inputs[i]),
    })),
    ...rtl.outputPorts.map((port, i) => ({
      port: identifier(port),
      stream: streamName(block.outputs[i]),
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

/** Bits by which the output port exceeds its stream. */
function extended(stream: Stream): Text<'verilog'> {
  const width = stream.lanes * stream.bits;
  const spare = 8 * ceilDiv(width, 8) - width;
  const name = identifier(stream.name);
  return spare > 0 ? verilog`{${spare}'d0, ${name}_tdata}` : verilog`${name}_tdata`;
}

/** The ends in the top module: one input and one output are told in its header in few words. */
function topEnds(hw: Hardware, { inputs, outputs }: ReturnType<typeof endViews>) {
  const isSole = inputs.length === 1 && outputs.length === 1;
  const errors = inputs.map((i) =>
    inputs.length === 1 ? verilog`frame_error` : verilog`frame_error${i.suffix}`,
  );
  const told = hw.ends.map((end) => ({ role: identifier(end.role), tensor: comment(end.tensor) }));
  return {
    sole: isSole ? { input: inputs[0], output: outputs[0] } : null,
    ends: [...inputs, ...outputs].map((view, i) => ({ ...view, ...told[i] })),
    inputs: inputs.map((view, i) => ({ ...view, error: errors[i] })),
    outputs: outputs.map((view, i) => ({
      ...view,
      extended: extended(hw.streams[outputsOf(hw)[i].stream]),
    })),
    lasts: inputs.length === 1 ? verilog`${inputs[0].port}_tlast` : verilog`the tlast of an input`,
    anyError: inputs.length === 1 ? null : verilog`|{${listed('verilog', errors, ', ')}}`,
  };
}

/** Everything that a build folder holds for simulation and synthesis: path → text. */
export function generateVerilog(
  kinds: KindTable,
  hw: Hardware,
  options: VerilogOptions,
): Map<string, string> {
  const files = new Map<string, string>();
  const bindings = hw.blocks.map((b) => bind(kinds, b).rtl());
  const ends = endViews(hw, options.outputChannels);
  const view = {
    name: identifier(hw.name),
    version: word(options.version),
    streamCount: hw.streams.length,
    ...ends,
    ends: [...ends.inputs, ...ends.outputs],
    /** Beats of a frame at all outputs together. */
    outputBeats: ends.outputs.reduce((sum, o) => sum + o.beats, 0),
  };
  const topView = {
    ...view,
    ...topEnds(hw, ends),
    libraryHex: libraryHex(options.library),
    hasWeights: bindings.some((b) => b.memories.length > 0),
    model: comment(options.model),
    blockCount: hw.blocks.length,
    traceMsb: hw.streams.length - 1,
    streams: hw.streams.map((s, index) => ({
      index,
      name: identifier(s.name),
      lanes: s.lanes,
      bits: s.bits,
      beats: s.beatsPerFrame,
      msb: s.lanes * s.bits - 1,
    })),
    blocks: hw.blocks.map((b, i) => blockView(hw, b, bindings[i])),
  };
  const top = `rtl/${hw.name}.v`;
  files.set(top, render(options.templates, 'top.v.hbs', topView));
  const library = libraryFiles(options.library, 'library', options.templates);
  for (const [name, text] of library) files.set(`rtl/${name}`, text);
  hw.blocks.forEach((b, i) => {
    for (const image of bindings[i].memories)
      files.set(`${WEIGHTS}${memoryPath(ownerOf(hw, b), image)}`, memoryText(image));
  });
  // Its ends, then what it does with them.
  const bench = render(options.templates, 'testbench.cpp.hbs', view);
  files.set('tb/testbench.cpp', `${bench}\n${render(options.templates, 'testbench-main.cpp.hbs', view)}`);
  files.set('tb/testbench.v', render(options.templates, 'testbench.v.hbs', view));
  files.set(
    'Makefile',
    render(options.templates, 'Makefile.hbs', { name: view.name, version: view.version }),
  );
  const sources = [...library.keys()].filter((n) => n.endsWith('.v')).map((n) => `rtl/${n}`);
  files.set('filelist.f', `${[...sources, top].join('\n')}\n`);
  return files;
}
