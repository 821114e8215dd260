/**
 * Facts that the AXI wrapper, the Vivado scripts, the driver and the FuseSoC core all share, as finished values.
 */
import { ceilDiv } from '../ir/folding.js';
import type { Hardware, Stream } from '../ir/hardware.js';
import type { Preprocessing } from '../ir/preprocess.js';
import type { QuantTensor } from '../ir/quant-graph.js';
import type { Templates } from './render.js';

export interface VivadoOptions {
  readonly version: string;
  /** Name of the source model, for headers. */
  readonly model: string;
  /** Ordering code with package and speed grade; null for a part that Vivado does not know. */
  readonly part: string | null;
  readonly clockMhz: number;
  /** Tensors at the two ends. */
  readonly input: QuantTensor;
  readonly output: QuantTensor;
  readonly preprocessing: Preprocessing;
  /** Modules of hw/axi by file name. */
  readonly library: ReadonlyMap<string, string>;
  readonly templates: Templates;
  /** What `generateVerilog` made: the build hash covers it, and file lists name it. */
  readonly files: ReadonlyMap<string, string>;
}

/** One end as a bus whose width is a power of two of bytes: what DMA engines speak. */
export interface BusEnd {
  readonly beats: number;
  /** Bits in use. */
  readonly width: number;
  readonly lanes: number;
  readonly bits: number;
  /** Port of the core: whole bytes. */
  readonly portBits: number;
  readonly portMsb: number;
  readonly bytes: number;
  readonly busBits: number;
  readonly busMsb: number;
  readonly hasKeep: boolean;
  readonly keepMsb: number;
}

export function busEnd(stream: Stream): BusEnd {
  const width = stream.lanes * stream.bits;
  const portBits = 8 * ceilDiv(width, 8);
  let bytes = 1;
  while (8 * bytes < width) bytes *= 2;
  return {
    beats: stream.beatsPerFrame,
    width,
    lanes: stream.lanes,
    bits: stream.bits,
    portBits,
    portMsb: portBits - 1,
    bytes,
    busBits: 8 * bytes,
    busMsb: 8 * bytes - 1,
    hasKeep: bytes > 1,
    keepMsb: bytes - 1,
  };
}

/** FNV-1a, 32 bits, over paths and texts in order of path: tells two builds apart, nothing more. */
export function buildHash(files: ReadonlyMap<string, string>): number {
  let hash = 0x811c9dc5;
  const feed = (text: string): void => {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0xff, 0x01000193);
  };
  for (const path of [...files.keys()].sort()) {
    feed(path);
    feed(files.get(path) as string);
  }
  return hash >>> 0;
}

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');

/** Version of the register map, the lowest byte of VERSION. */
export const REGISTER_MAP = 1;

/** `1.2.3` -> 0x01020301. */
export function versionWord(version: string): number {
  const [major, minor, patch] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return (((major ?? 0) << 24) | ((minor ?? 0) << 16) | ((patch ?? 0) << 8) | REGISTER_MAP) >>> 0;
}

const python = (flag: boolean): string => (flag ? 'True' : 'False');

/** What the templates place. */
export function vivadoView(hw: Hardware, options: VivadoOptions) {
  const input = busEnd(hw.streams[hw.input] as Stream);
  const output = busEnd(hw.streams[hw.output] as Stream);
  const spare = output.busBits - output.portBits;
  const top = `${hw.name}_axi`;
  const paths = [...options.files.keys()];
  const coreRtl = paths.filter((path) => /^rtl\/.*\.v$/.test(path));
  const memories = paths.filter((path) => path.startsWith('weights/'));
  const axiRtl = [...[...options.library.keys()].map((name) => `rtl/${name}`), `rtl/${top}.v`];
  const hashed = new Map([...coreRtl, ...memories].map((path) => [path, options.files.get(path) as string]));
  const shapes = [options.input, options.output].map(({ shape: s }) => [s.height, s.width, s.channels]);
  const [inputShape, outputShape] = shapes as [number[], number[]];
  return {
    name: hw.name,
    top,
    version: options.version,
    ipVersion: options.version.split('.').slice(0, 2).join('.'),
    coreName: `blnet:accelerator:${hw.name}:${options.version}`,
    model: options.model,
    part: options.part,
    clockMhz: options.clockMhz,
    periodNs: (1000 / options.clockMhz).toFixed(3),
    input: { ...input, keep: input.hasKeep ? 's_axis_tkeep' : "1'b1" },
    output: { ...output, padded: spare > 0 ? `{${spare}'d0, beat}` : 'beat' },
    rtl: [...coreRtl, ...axiRtl],
    coreRtl,
    axiRtl,
    memories,
    filesets: memories.length > 0 ? 'rtl, weights' : 'rtl',
    registerMap: REGISTER_MAP,
    versionHex: hex(versionWord(options.version)),
    buildHex: hex(buildHash(hashed)),
    shapeText: inputShape.join(' x '),
    outputText: outputShape.reduce((a, b) => a * b),
    inputShape: inputShape.join(', '),
    outputShape: outputShape.join(', '),
    inputSigned: python(options.input.signed),
    outputSigned: python(options.output.signed),
    inputScale: options.input.scale,
    inputZeroPoint: options.input.zeroPoint,
    outputScale: options.output.scale,
    outputZeroPoint: options.output.zeroPoint,
    mean: JSON.stringify(options.preprocessing.mean),
    std: JSON.stringify(options.preprocessing.std),
  };
}
