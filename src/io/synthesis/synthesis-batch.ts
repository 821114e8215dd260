/**
 * Verilog for synthesising blocks one by one: each gets a wrapper of its own that keeps its hierarchy, all stand side
 * by side in one top module. One start of Yosys then serves many blocks, and `stat` tells them apart.
 */

import { literal, memoryArgument, memoryPath, memoryText } from '../../hls-gen/verilog.js';
import type { RtlBinding } from '../../ir/block-kind.js';
import type { Block, Stream } from '../../ir/hardware.js';
import type { Family } from '../../ir/resources.js';
import { FAMILY_DATA } from '../../targets/index.js';
import { resultOf, type Yosys, type YosysJob } from './yosys-job.js';

/** A block with what its wrapper needs. */
export interface SynthesisUnit {
  readonly block: Block;
  readonly rtl: RtlBinding;
  readonly streams: readonly Stream[];
}

/** Files of a batch by path, and the name of the top module. */
export interface Batch {
  readonly files: ReadonlyMap<string, string>;
  readonly top: string;
}

export const wrapperName = (index: number): string => `unit_${index}`;

interface Port {
  readonly direction: 'input' | 'output';
  readonly bits: number;
  readonly name: string;
}

/** The ports of one stream end. */
function streamPorts(prefix: string, stream: Stream, isInput: boolean): Port[] {
  const [forth, back] = isInput ? (['input', 'output'] as const) : (['output', 'input'] as const);
  return [
    { direction: forth, bits: stream.lanes * stream.bits, name: `${prefix}_tdata` },
    { direction: forth, bits: 1, name: `${prefix}_tvalid` },
    { direction: back, bits: 1, name: `${prefix}_tready` },
  ];
}

function portsOf(unit: SynthesisUnit): Port[] {
  const stream = (id: number | undefined): Stream => unit.streams[id as number];
  return [
    ...unit.rtl.inputPorts.flatMap((p, i) => streamPorts(p, stream(unit.block.inputs[i]), true)),
    ...unit.rtl.outputPorts.flatMap((p, i) => streamPorts(p, stream(unit.block.outputs[i]), false)),
  ];
}

const declare = (p: Port, prefix = ''): string => `${p.direction} wire [${p.bits - 1}:0] ${prefix}${p.name}`;

/** The wrapper's text names nothing but the block's parameters and contents, so equal blocks have equal texts. */
export function wrapperText(unit: SynthesisUnit, module: string): string {
  const ports = portsOf(unit);
  const parameters = [
    ...unit.rtl.parameters.map(([name, value]) => `.${name}(${literal(value).in('verilog')})`),
    ...unit.rtl.memories.filter((m) => !m.bank).map((m) => `.${m.parameter}("${memoryArgument(module, m)}")`),
  ];
  return `(* keep_hierarchy *)
module ${module} (
    input wire clk, input wire rst,
    ${ports.map((p) => declare(p)).join(',\n    ')}
);
    ${unit.rtl.module} #(
        ${parameters.join(',\n        ')}
    ) block (
        .clk(clk), .rst(rst),
        ${ports.map((p) => `.${p.name}(${p.name})`).join(', ')}
    );
endmodule
`;
}

export function memoryFiles(unit: SynthesisUnit, module: string): Array<[string, string]> {
  return unit.rtl.memories.map((m) => [memoryPath(module, m), memoryText(m)]);
}

/** @param library modules by file name, as in a build folder's rtl/ */
export function synthesisBatch(units: readonly SynthesisUnit[], library: ReadonlyMap<string, string>): Batch {
  const files = new Map<string, string>(library);
  const wrappers: string[] = [];
  const topPorts: string[] = [];
  const instances: string[] = [];
  units.forEach((unit, i) => {
    const module = wrapperName(i);
    wrappers.push(wrapperText(unit, module));
    for (const [name, text] of memoryFiles(unit, module)) files.set(name, text);
    const ports = portsOf(unit);
    topPorts.push(...ports.map((p) => declare(p, `${module}_`)));
    const connections = ports.map((p) => `.${p.name}(${module}_${p.name})`);
    instances.push(`    ${module} u${i} (.clk(clk), .rst(rst), ${connections.join(', ')});`);
  });
  const top = 'batch_top';
  const body = `module ${top} (\n    input wire clk, input wire rst,\n    ${topPorts.join(',\n    ')}\n);\n`;
  files.set('batch.v', `${wrappers.join('\n')}\n${body}${instances.join('\n')}\nendmodule\n`);
  return { files, top };
}

export const STAT_FILE = 'stat.json';

/** Yosys commands: Verilog files in, `stat.json` out. Memory files are found in the working directory. */
export function synthesisScript(sources: readonly string[], top: string, family: Family): string {
  return [
    // -defer: a library module without its memory file must not be elaborated by itself.
    `read_verilog -defer ${sources.join(' ')}`,
    `${FAMILY_DATA[family].synthesis} -top ${top}`,
    `tee -q -o ${STAT_FILE} stat -json`,
    '',
  ].join('\n');
}

/** Runs a script of `synthesisScript`; returns the text of its statistics. Errors: those of `run`. */
export async function statOf(yosys: Yosys, job: Omit<YosysJob, 'results'>): Promise<string> {
  return resultOf(await yosys.run({ ...job, results: [STAT_FILE] }), STAT_FILE);
}
