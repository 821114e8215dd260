/**
 * Facts that the AXI wrapper, the Vivado scripts, the driver and the FuseSoC core all share, as finished values.
 */

import { assertInternal } from '../diagnostics.js';
import { type End, type Hardware, inputsOf, outputsOf, suffixOf } from '../ir/hardware.js';
import type { HostPart } from '../ir/host-part.js';
import type { Preprocessing } from '../ir/preprocess.js';
import type { QuantTensor } from '../ir/quant-graph.js';
import { comment } from '../text/comment.js';
import { markdown } from '../text/markdown.js';
import { tclString, yamlScalar } from '../text/strings.js';
import { listed, type Text, tcl, verilog, yaml } from '../text/text.js';
import { decimal, hex, identifier, path, suffix, word } from '../text/words.js';
import { type BusEnd, busEnd } from './bus-end.js';
import { driverFacts, REGISTER_MAP } from './driver-view.js';
import { hashOfFiles, libraryFiles, libraryHex } from './library.js';
import type { Templates } from './render.js';

export interface VivadoOptions {
  readonly version: string;
  /** Name of the source model, for headers. */
  readonly model: string;
  /** Ordering code with package and speed grade; null for a part that Vivado does not know. */
  readonly part: string | null;
  readonly clockMhz: number;
  /** Tensors at the ends; outputs in their order. */
  readonly input: QuantTensor;
  readonly outputs: readonly QuantTensor[];
  readonly preprocessing: Preprocessing;
  /** What the host does behind outputs. */
  readonly host?: readonly HostPart[];
  /** Names of classes, for the driver. */
  readonly classes?: readonly string[] | undefined;
  /** Modules of hw/axi by file name. */
  readonly library: ReadonlyMap<string, string>;
  readonly templates: Templates;
  /** What `generateVerilog` made: the build hash covers it, and file lists name it. */
  readonly files: ReadonlyMap<string, string>;
}

/** An output of the wrapper, with the names that go by it. */
export function endBus(hw: Hardware, end: End) {
  const bus = busEnd(hw.streams[end.stream]);
  const spare = bus.busBits - bus.portBits;
  const tail = suffix(suffixOf(end));
  return {
    ...bus,
    port: identifier(end.port),
    suffix: tail,
    padded: spare > 0 ? verilog`{${spare}'d0, beat${tail}}` : verilog`beat${tail}`,
  };
}

/** What the hash of a build covers: RTL of the core and its memories. */
export const hashedFiles = ({ files }: Pick<VivadoOptions, 'files'>): Map<string, string> =>
  new Map([...files].filter(([p]) => /^rtl\/.*\.v$|^weights\//.test(p)));

/** `1.2.3` -> 0x01020301. */
export function versionWord(version: string): number {
  const [major, minor, patch] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return (((major ?? 0) << 24) | ((minor ?? 0) << 16) | ((patch ?? 0) << 8) | REGISTER_MAP) >>> 0;
}

/** Sources by where they come from, relative to the build folder. */
function sourcesOf(top: string, options: VivadoOptions) {
  const paths = [...options.files.keys()];
  return {
    coreRtl: paths.filter((p) => /^rtl\/.*\.v$/.test(p)),
    axiRtl: [
      ...[...libraryFiles(options.library, 'axi-library', options.templates).keys()].map(
        (name) => `rtl/${name}`,
      ),
      `rtl/${top}.v`,
    ],
    memories: paths.filter((p) => p.startsWith('weights/')),
  };
}

/** What the templates place, one view per language. */
export function vivadoView(hw: Hardware, options: VivadoOptions) {
  const [inputEnd, ...others] = inputsOf(hw);
  assertInternal(others.length === 0, 'an AXI wrapper for several inputs');
  const input = busEnd(hw.streams[inputEnd.stream]);
  const outputs = outputsOf(hw).map((end) => endBus(hw, end));
  const output = busEnd(hw.streams[outputsOf(hw)[0].stream]);
  const top = `${hw.name}_axi`;
  const { coreRtl, axiRtl, memories } = sourcesOf(top, options);
  const hashed = hashedFiles(options);
  const common = { version: word(options.version), model: comment(options.model), input, output };
  const names = { ...common, name: identifier(hw.name), top: identifier(top) };
  const build = { buildHex: hex(hashOfFiles(hashed), 8) };
  const clock = { clockMhz: options.clockMhz, periodNs: decimal(1000 / options.clockMhz, 3) };
  const part = options.part === null ? null : word(options.part);
  return {
    verilog: {
      ...names,
      ...build,
      ...wrapperFacts(input, outputs, options.version),
      libraryHex: libraryHex(options.library),
      hasWeights: memories.length > 0,
    },
    yaml: {
      ...common,
      expected: outputsOf(hw).map((end) => yaml`expected${suffix(suffixOf(end))}`),
      expectedList: listed(
        'yaml',
        outputsOf(hw).map((end) => yaml`expected${suffix(suffixOf(end))}`),
        ', ',
      ),
      version: comment(options.version),
      name: yamlScalar(hw.name),
      top: yamlScalar(top),
      coreName: yaml`blnet:accelerator:${yamlScalar(`${hw.name}:${options.version}`)}`,
      part: options.part === null ? null : yamlScalar(options.part),
      coreRtl: coreRtl.map(path),
      axiRtl: axiRtl.map(path),
      memories: memories.map(path),
      filesets: memories.length > 0 ? yaml`rtl, weights` : yaml`rtl`,
    },
    tcl: {
      ...names,
      outputPort: outputs[0].port,
      interfaces: tcl`{s_axi ${listed(
        'tcl',
        [inputEnd, ...outputsOf(hw)].map((e) => identifier(e.port)),
        ' ',
      )}}`,
      more: outputsOf(hw)
        .slice(1)
        .map((end) => ({
          port: identifier(end.port),
          suffix: suffix(suffixOf(end)),
          bits: busEnd(hw.streams[end.stream]).busBits,
        })),
      slaves: 1 + outputs.length,
      ...clock,
      part,
      rtl: [...coreRtl, ...axiRtl].map(path),
      memories: memories.map(path),
      ipVersion: word(options.version.split('.').slice(0, 2).join('.')),
      description: tclString(`CNN accelerator made by blnet ${options.version} from ${options.model}`),
    },
    python: { ...names, ...build, ...driverFacts(hw, options) },
    markdown: {
      ...names,
      ...clock,
      part,
      model: markdown`${options.model}`,
      outputPort: listed(
        'markdown',
        outputs.map((o) => o.port),
        ', ',
      ),
    },
  };
}

/** With several outputs the gate serves the first one, and every other one has a block of its own. */
function wrapperFacts(input: BusEnd, outputs: readonly ReturnType<typeof endBus>[], version: string) {
  const [output, ...more] = outputs;
  const gathered = (name: 'busy' | 'resetting' | 'stalled'): Text<'verilog'> =>
    verilog`gate_${identifier(name)} | ${listed(
      'verilog',
      more.map((o) => verilog`${identifier(name)}${o.suffix}`),
      ' | ',
    )}`;
  const isSole = more.length === 0;
  const gate = isSole ? verilog`` : verilog`gate_`;
  const resetting = listed(
    'verilog',
    more.map((o) => verilog`resetting${o.suffix}`),
    ' | ',
  );
  return {
    versionHex: hex(versionWord(version), 8),
    input,
    output,
    outputs: outputs.map((o, i) => ({
      ...o,
      comma: i < outputs.length - 1 ? verilog`,` : verilog``,
      behind: i < outputs.length - 1 ? verilog`` : verilog` .frame_error()`,
    })),
    more,
    gate,
    gateReset: isSole ? verilog`reset` : verilog`reset | ${resetting}`,
    several: isSole
      ? null
      : { busy: gathered('busy'), resetting: gathered('resetting'), stalled: gathered('stalled') },
  };
}
