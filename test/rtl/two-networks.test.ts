/**
 * Two networks in one design: both classify right side by side, memories found by the parameter WEIGHTS, library modules
 * shared; and builds whose libraries differ do not elaborate together.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { foldingOptions } from '../../src/explore/foldings.js';
import { sizeFifos } from '../../src/explore/size-fifos.js';
import { ceilDiv } from '../../src/ir/folding.js';
import { inputsOf, outputsOf } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import { KINDS } from '../../src/kinds/index.js';
import { POINTWISE, QuantBuilder, randomFrame, samePads } from '../support/quant-builder.js';
import { caseOf, filesOf, type RtlCase } from '../support/rtl-case.js';
import { describeWithTool } from '../support/tools.js';

const FRAMES = 2;

/** Two networks of like layers and other weights, shapes and formats, under names of which one begins the other's. */
const cases = ['net', 'net_two'].map((name, i): RtlCase => {
  const prng = new Prng(i + 1);
  const builder = new QuantBuilder(prng, name, { channels: 2, height: 4 + i, width: 5 });
  const format = { bits: 8, signed: i === 0, zeroPoint: 3 + i };
  const stem = builder.conv(builder.input, 4, { kernel: 3, stride: 1, pads: samePads(3) }, format);
  const graph = builder.finish(builder.conv(stem, 4, POINTWISE, format));
  const plan = new Map(graph.nodes.map((n) => [n.name, foldingOptions(graph, n)[0]?.folding]));
  const { hardware } = sizeFifos(KINDS, graph, plan, 5000);
  const frames = Array.from({ length: FRAMES }, () => randomFrame(prng, graph));
  return caseOf(graph, hardware, frames);
});

const portBits = (c: RtlCase, stream: number): number => {
  const { lanes, bits } = c.hardware.streams[stream];
  return 8 * ceilDiv(lanes * bits, 8);
};

/** Sends frames to one core and counts what comes, beat by beat; padding lanes are the core's own business. */
function driver(c: RtlCase): string {
  const { name } = c.hardware;
  const [input, output] = [inputsOf(c.hardware)[0].stream, outputsOf(c.hardware)[0].stream];
  const [inBeats, outBeats] = [input, output].map((s) => FRAMES * c.hardware.streams[s].beatsPerFrame);
  const [inBits, outBits] = [portBits(c, input), portBits(c, output)];
  const last = c.hardware.streams[input].beatsPerFrame;
  return `
module drive_${name} (input wire clk, input wire rst, output wire done, output reg [31:0] wrong);
  reg [${inBits - 1}:0] beats [0:${inBeats - 1}];
  reg [${outBits - 1}:0] wanted [0:${outBeats - 1}];
  reg [31:0] sent, got;
  wire ready, valid, error;
  wire [${outBits - 1}:0] data;
  initial begin $readmemh("${name}/sim/input.hex", beats); $readmemh("${name}/sim/expected.hex", wanted); end
  ${name} #(.WEIGHTS("${name}/weights/")) core (
    .clk(clk), .rst(rst), .s_axis_tdata(beats[sent]), .s_axis_tvalid(!rst && sent < ${inBeats}), .s_axis_tready(ready),
    .s_axis_tlast(sent % ${last} == ${last - 1}), .m_axis_tdata(data), .m_axis_tvalid(valid), .m_axis_tready(1'b1),
    .m_axis_tlast(), .frame_error(error));
  always @(posedge clk)
    if (rst) begin sent <= 0; got <= 0; wrong <= 0; end
    else begin
      if (ready && sent < ${inBeats}) sent <= sent + 1;
      if (valid) begin got <= got + 1; if (data !== wanted[got]) wrong <= wrong + 1; end
      if (error !== 1'b0) wrong <= wrong + 1;
    end
  assign done = got == ${outBeats};
endmodule`;
}

const bench = (list: readonly RtlCase[]): string => `\`timescale 1ns / 1ns
${list.map(driver).join('\n')}
module bench;
  reg clk = 0, rst = 1;
  integer cycle = 0;
  wire [${list.length - 1}:0] done;
${list.map((c, i) => `  wire [31:0] wrong${i};\n  drive_${c.hardware.name} d${i} (clk, rst, done[${i}], wrong${i});`).join('\n')}
  always #5 clk = !clk;
  always @(posedge clk) begin
    cycle <= cycle + 1;
    if (cycle == 2) rst <= 0;
    if (&done && !rst || cycle == 200000) begin
      $display("done %b wrong ${list.map(() => '%0d').join(' ')}", done${list.map((_, i) => `, wrong${i}`).join('')});
      $finish;
    end
  end
endmodule
`;

describeWithTool('iverilog', 'two networks in one design', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'blnet-two-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Every build's whole file list, one after the other, as a user would pass them. */
  function elaborate(builds: readonly (readonly [RtlCase, Map<string, string>])[]) {
    const sources = builds.flatMap(([c, files]) => {
      const { name } = c.hardware;
      for (const [path, text] of files) {
        const file = join(folder, name, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      return (files.get('filelist.f') as string)
        .trim()
        .split('\n')
        .map((path) => `${name}/${path}`);
    });
    writeFileSync(join(folder, 'bench.v'), bench(builds.map(([c]) => c)));
    const args = ['-g2005', '-s', 'bench', '-o', 'bench.vvp', ...sources, 'bench.v'];
    return spawnSync('iverilog', args, { cwd: folder, encoding: 'utf8' });
  }

  const run = (): string =>
    spawnSync('vvp', ['-n', 'bench.vvp'], { cwd: folder, encoding: 'utf8' }).stdout.trim();

  it('both give every beat of the reference', () => {
    const { status, stderr } = elaborate(cases.map((c) => [c, filesOf(c)]));
    expect([status, stderr]).toEqual([0, '']);
    expect(run()).toBe('done 11 wrong 0 0');
  });

  it('a weight of one that is changed shows in that one alone', () => {
    const builds = cases.map((c) => [c, filesOf(c)] as const);
    const [, files] = builds[1] as (typeof builds)[number];
    const path = [...files.keys()].find((p) => /^weights\/net_two_.*weights00\.mem$/.test(p)) as string;
    files.set(
      path,
      (files.get(path) as string).replace(/[0-9a-f]/g, (d) => (15 - Number.parseInt(d, 16)).toString(16)),
    );
    elaborate(builds);
    expect(run()).toMatch(/^done 11 wrong 0 [1-9]/);
  });

  it('libraries of two versions do not elaborate together', () => {
    const [first, second] = cases as [RtlCase, RtlCase];
    const older = new Map(
      [...filesOf(second)].map(([p, text]) => [
        p,
        text.replaceAll(/EXPECTED\(32'h\w+\)/g, "EXPECTED(32'h00000001)"),
      ]),
    );
    const { status, stderr } = elaborate([
      [first, filesOf(first)],
      [second, older],
    ]);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/blnet_error_library_is_of_another_version/);
  });
});
