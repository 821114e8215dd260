/**
 * Facts that the AXI wrapper, the Vivado scripts, the driver and the FuseSoC core all share, as finished values.
 */
import { ceilDiv } from '../ir/folding.js';
import type { Hardware, Stream } from '../ir/hardware.js';
import type { QuantTensor } from '../ir/quant-graph.js';
import type { Templates } from './render.js';

export interface VivadoOptions {
  readonly version: string;
  /** Name of the source model, for headers. */
  readonly model: string;
  /** Part of the build, e.g. `xc7z020`; synthesis out of context uses its smallest full ordering code. */
  readonly device: string;
  readonly clockMhz: number;
  /** Tensors at the two ends. */
  readonly input: QuantTensor;
  readonly output: QuantTensor;
  /** (pixel - mean) / std where pixels enter as they are, else the host quantizes what it has preprocessed. */
  readonly takesPixels: boolean;
  readonly mean: readonly number[];
  readonly std: readonly number[];
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

export function vivadoView(hw: Hardware, options: VivadoOptions) {
  const input = busEnd(hw.streams[hw.input] as Stream);
  const output = busEnd(hw.streams[hw.output] as Stream);
  const spare = output.busBits - output.portBits;
  const rtl = [...options.files.keys()].filter((path) => path.startsWith('rtl/'));
  return {
    name: hw.name,
    version: options.version,
    model: options.model,
    input: { ...input, keep: input.hasKeep ? 's_axis_tkeep' : "1'b1" },
    output: { ...output, padded: spare > 0 ? `{${spare}'d0, beat}` : 'beat' },
    versionHex: hex(versionWord(options.version)),
    buildHex: hex(
      buildHash(
        new Map(
          rtl
            .concat([...options.files.keys()].filter((p) => p.startsWith('weights/')))
            .map((p) => [p, options.files.get(p) as string]),
        ),
      ),
    ),
  };
}
