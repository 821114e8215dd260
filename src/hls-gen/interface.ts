/**
 * What an engineer needs to build the core in: a description of its ports and registers for people (INTERFACE.md), for tools
 * (SystemRDL, IP-XACT) and for software without an operating system (C), all of one register map.
 */
import { ceilDiv } from '../ir/folding.js';
import { type End, type Hardware, inputsOf, outputsOf, suffixOf } from '../ir/hardware.js';
import type { QuantTensor } from '../ir/quant-graph.js';
import { comment } from '../text/comment.js';
import { html } from '../text/html.js';
import { markdown, stacked } from '../text/markdown.js';
import { cppString } from '../text/strings.js';
import { cpp, listed, python, type Text } from '../text/text.js';
import { hex, identifier, numbers, path, suffix, word } from '../text/words.js';
import { busEnd } from './bus-end.js';
import { hashOfFiles } from './library.js';
import { REGISTER_BYTES, type Register, type RegisterField, registersOf } from './registers.js';
import { render } from './render.js';
import { hashedFiles, type VivadoOptions, versionWord } from './vivado-view.js';

export interface InterfaceOptions extends VivadoOptions {
  readonly latencyCycles: number;
  readonly intervalCycles: number;
}

/** Lanes that a drawing shows one by one. */
const DRAWN_LANES = 8;

/** Fields of one beat from the highest bit down: bits, and what they hold. */
function drawnBeat(tensor: QuantTensor, lanes: number, bits: number, busBits: number, group: number) {
  const { channels } = tensor.shape;
  const fields: { bits: Text<'markdown'>; holds: Text<'markdown'> }[] = [];
  const range = (high: number, low: number) =>
    high === low ? markdown`${String(high)}` : markdown`${`${high}..${low}`}`;
  if (busBits > lanes * bits)
    fields.push({ bits: range(busBits - 1, lanes * bits), holds: markdown`0, or ignored` });
  for (let lane = lanes - 1; lane >= 0; lane--) {
    const isLeftOut = lanes > DRAWN_LANES && lane > 1 && lane < lanes - 1;
    if (isLeftOut) {
      if (lane === 2) fields.push({ bits: markdown`...`, holds: markdown`...` });
      continue;
    }
    const channel = group * lanes + lane;
    const holds = channel < channels ? markdown`channel ${channel}` : markdown`padding`;
    fields.push({ bits: range((lane + 1) * bits - 1, lane * bits), holds });
  }
  return fields;
}

function endFacts(hw: Hardware, end: End, tensor: QuantTensor) {
  const bus = busEnd(hw.streams[end.stream]);
  const { channels, height, width } = tensor.shape;
  const groups = ceilDiv(channels, bus.lanes);
  const shown = groups === 1 ? [0] : [0, groups - 1];
  const first = drawnBeat(tensor, bus.lanes, bus.bits, bus.busBits, 0);
  const row = (cells: readonly Text<'markdown'>[]) => stacked(cells, ' | ');
  return {
    port: identifier(end.port),
    isInput: end.direction === 'in',
    tensor: markdown`${tensor.name}`,
    ...bus,
    height,
    width,
    channels,
    groups,
    pixels: height * width,
    frameBytes: bus.beats * bus.bytes,
    signed: tensor.signed ? markdown`signed` : markdown`unsigned`,
    scale: tensor.scale,
    zeroPoint: tensor.zeroPoint,
    bitsRow: row(first.map((f) => f.bits)),
    lines: row(first.map(() => markdown`---`)),
    beatsDrawn: shown.map((group) => ({
      beat: group,
      row: row(drawnBeat(tensor, bus.lanes, bus.bits, bus.busBits, group).map((f) => f.holds)),
    })),
  };
}

const common = (f: RegisterField) => ({
  id: identifier(f.name),
  low: f.low,
  high: f.low + f.bits - 1,
  bits: f.bits,
});

const RDL = {
  read: cpp`sw = r; hw = w;`,
  write: cpp`sw = rw; hw = r;`,
  strobe: cpp`sw = rw; hw = r; singlepulse;`,
} as const;

/** For C and SystemRDL. */
const cRegister = (r: Register) => ({
  id: identifier(r.name),
  offsetHex: hex(r.offset, 2),
  means: cppString(r.means),
  fields: r.fields.map((f) => ({
    ...common(f),
    means: cppString(f.means),
    access: RDL[f.access],
    reset: f.reset === null ? null : cpp`${f.bits}'h${hex(f.reset, ceilDiv(f.bits, 4))}`,
    mask: cpp`0x${hex((2 ** f.bits - 1) * 2 ** f.low, 8)}u`,
    upper: identifier(f.name.toUpperCase()),
    isPart: f.bits < 32,
  })),
});

const WORDS = { read: markdown`read`, write: markdown`read, write`, strobe: markdown`write 1` } as const;

const textRegister = (r: Register) => ({
  id: identifier(r.name),
  offsetHex: hex(r.offset, 2),
  fields: r.fields.map((f) => ({
    ...common(f),
    means: markdown`${f.means}`,
    access: WORDS[f.access],
    resetHex: f.reset === null ? null : hex(f.reset, ceilDiv(f.bits, 4)),
  })),
});

/** What is known of all bits of a register after reset. */
function resetOf({ fields }: Register) {
  const known = fields.filter((f) => f.reset !== null);
  const sum = (of: (f: RegisterField) => number) => known.reduce((total, f) => total + of(f) * 2 ** f.low, 0);
  return {
    valueHex: hex(
      sum((f) => f.reset ?? 0),
      8,
    ),
    maskHex: hex(
      sum((f) => 2 ** f.bits - 1),
      8,
    ),
  };
}

const xmlRegister = (r: Register) => ({
  id: identifier(r.name),
  offsetHex: hex(r.offset, 2),
  means: html`${r.means}`,
  reset: r.fields.some((f) => f.reset !== null) ? resetOf(r) : null,
  fields: r.fields.map((f) => ({
    ...common(f),
    means: html`${f.means}`,
    access: f.access === 'read' ? html`read-only` : html`read-write`,
  })),
});

const [IN, OUT] = [html`in`, html`out`];

/** Ports of the wrapper as IP-XACT has them, each with the bus that it belongs to. */
function busesOf(hw: Hardware) {
  const port = (prefix: string, name: string, isIn: boolean, bits = 1) => ({
    name: identifier(`${prefix}_${name}`),
    logical: identifier(name.toUpperCase()),
    direction: isIn ? IN : OUT,
    msb: bits - 1,
    isVector: bits > 1,
  });
  const lite = [
    ...['aw', 'ar'].flatMap((channel) => [
      port('s_axi', `${channel}addr`, true, 6),
      port('s_axi', `${channel}valid`, true),
      port('s_axi', `${channel}ready`, false),
    ]),
    port('s_axi', 'wdata', true, 32),
    port('s_axi', 'wstrb', true, 4),
    port('s_axi', 'wvalid', true),
    port('s_axi', 'wready', false),
    port('s_axi', 'bresp', false, 2),
    port('s_axi', 'bvalid', false),
    port('s_axi', 'bready', true),
    port('s_axi', 'rdata', false, 32),
    port('s_axi', 'rresp', false, 2),
    port('s_axi', 'rvalid', false),
    port('s_axi', 'rready', true),
  ];
  const streams = hw.ends.map((end) => {
    const { busBits, bytes } = busEnd(hw.streams[end.stream]);
    const isIn = end.direction === 'in';
    const ports = [
      // A vector even where it has one bit.
      port(end.port, 'tdata', isIn, busBits),
      { ...port(end.port, 'tkeep', isIn, bytes), isVector: true },
      port(end.port, 'tvalid', isIn),
      port(end.port, 'tready', !isIn),
      port(end.port, 'tlast', isIn),
    ];
    return { bus: identifier(end.port), isSlave: isIn, bytes, ports };
  });
  return { lite, streams, ports: [...lite, ...streams.flatMap((s) => s.ports)] };
}

/** Path -> text; paths are relative to the build folder. */
export function generateInterface(hw: Hardware, options: InterfaceOptions): Map<string, string> {
  const { templates, version, model, input, outputs, preprocessing } = options;
  const build = hashOfFiles(hashedFiles(options));
  const registers = registersOf(versionWord(version), build);
  const top = `${hw.name}_axi`;
  const memories = [...options.files.keys()].filter((p) => p.startsWith('weights/'));
  const names = {
    name: identifier(hw.name),
    top: identifier(top),
    version: word(version),
    window: REGISTER_BYTES,
  };
  const facts = [
    endFacts(hw, inputsOf(hw)[0], input),
    ...outputsOf(hw).map((end, i) => endFacts(hw, end, outputs[i])),
  ];
  const text = {
    ...names,
    registers: registers.map(textRegister),
    ends: facts,
    hasWeights: memories.length > 0,
    input: facts[0],
    outputs: facts.slice(1),
    model: markdown`${model}`,
    latency: options.latencyCycles,
    interval: options.intervalCycles,
    mean: markdown`${preprocessing.mean.join(', ')}`,
    std: markdown`${preprocessing.std.join(', ')}`,
  };
  const c = {
    ...names,
    upper: identifier(hw.name.toUpperCase()),
    registers: registers.map(cRegister),
    ends: facts.map(({ port, frameBytes, bytes }) => ({ port, frameBytes, bytes })),
    buildHex: hex(build, 8),
    versionHex: hex(versionWord(version), 8),
    model: comment(model),
  };
  const keys = outputsOf(hw).map((end) => python`OUTPUT${suffix(suffixOf(end))}`);
  const tensors = [input, ...outputs];
  const py = {
    ...names,
    model: comment(model),
    hasWeights: memories.length > 0,
    ends: facts.map((f, i) => ({
      key: i === 0 ? python`INPUT` : keys[i - 1],
      port: f.port,
      height: f.height,
      width: f.width,
      channels: f.channels,
      lanes: f.lanes,
      bits: f.bits,
      bytes: f.bytes,
      signed: tensors[i].signed ? python`True` : python`False`,
      scale: tensors[i].scale,
      zeroPoint: tensors[i].zeroPoint,
    })),
    outputKeys: listed('python', keys, ', '),
    mean: python`[${numbers(preprocessing.mean, ',')}]`,
    std: python`[${numbers(preprocessing.std, ',')}]`,
  };
  const buses = hw.ends.map((end) => html`${end.port}`);
  const rtl = [...options.files.keys()].filter((p) => /^rtl\/.*\.v$/.test(p));
  const wrapper = ['blnet_axi_library.v', ...options.library.keys(), `${top}.v`].map((n) => `rtl/${n}`);
  const xml = {
    ...names,
    ...busesOf(hw),
    registers: registers.map(xmlRegister),
    busNames: listed('html', [html`s_axi`, ...buses], ':'),
    model: html`${model}`,
    sources: [...rtl, ...wrapper].map(path),
    memories: memories.map(path),
  };
  return new Map([
    [`cocotb/${hw.name}_beats.py`, render(templates, 'beats.py.hbs', py)],
    [`cocotb/test_${hw.name}.py`, render(templates, 'cocotb.py.hbs', py)],
    ['INTERFACE.md', render(templates, 'interface.md.hbs', text)],
    [`regs/${hw.name}.rdl`, render(templates, 'registers.rdl.hbs', c)],
    [`c/${hw.name}.h`, render(templates, 'driver.h.hbs', c)],
    [`c/${hw.name}.c`, render(templates, 'driver.c.hbs', c)],
    ['component.xml', render(templates, 'component.xml.hbs', xml)],
  ]);
}
