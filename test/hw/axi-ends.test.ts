/**
 * The AXI wrapper of designs with several outputs, in Icarus: packets of every output with their values and marks, under
 * stalls of each; a reset in the middle of a frame that completes what every output owes, the slowest last; then frames
 * again. And faults that this must see.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { busEnd } from '../../src/hls-gen/bus-end.js';
import { endViews, stimulusFile } from '../../src/hls-gen/end-views.js';
import { generateVivado } from '../../src/hls-gen/vivado.js';
import { type Hardware, inputsOf, outputsOf, suffixOf } from '../../src/ir/hardware.js';
import { tensorOf } from '../../src/ir/quant-graph.js';
import type { Mutation } from '../support/rtl-build.js';
import { filesOf } from '../support/rtl-case.js';
import { caseOfGraph, threeOutputs, twoOutputs } from '../support/several-outputs.js';
import { describeWithTool } from '../support/tools.js';
import { vivadoOptions } from '../support/vivado-case.js';

const FRAMES = 4;
/** Frames of a packet. */
const PACKET = 2;

function receiver(hw: Hardware, channels: readonly number[], k: number): string {
  const end = outputsOf(hw)[k];
  const { port, suffix, beats, groups, lanes, bits, portMsb } = {
    ...endViews(hw, channels).outputs[k],
    port: end.port,
    suffix: suffixOf(end),
  };
  const { busMsb } = busEnd(hw.streams[end.stream]);
  return `
    wire [${busMsb}:0] ${port}_tdata;
    wire ${port}_tvalid, ${port}_tlast;
    reg ${port}_tready = 0;
    reg [${portMsb}:0] wanted${suffix} [0:${FRAMES * beats - 1}];
    integer got${suffix} = 0, seed${suffix} = ${k + 1}, i${suffix}, used${suffix};
    initial $readmemh("${stimulusFile(end)}", wanted${suffix});
    always @(posedge clk) begin
        if (aresetn && ${port}_tvalid && ${port}_tready) begin
            if (${port}_tlast !== ((got${suffix} + 1) % ${PACKET * beats} == 0)) fail("mark of ${port}");
            used${suffix} = ${channels[k]} - (got${suffix} % ${groups}) * ${lanes};
            if (used${suffix} > ${lanes}) used${suffix} = ${lanes};
            for (i${suffix} = 0; compares && i${suffix} < used${suffix} * ${bits}; i${suffix} = i${suffix} + 1)
                if (${port}_tdata[i${suffix}] !== wanted${suffix}[got${suffix} % ${FRAMES * beats}][i${suffix}]) fail("value of ${port}");
            got${suffix} = got${suffix} + 1;
        end
        // The last output is the slow one; while a reset goes on it takes nothing for a while.
        ${port}_tready <= $random(seed${suffix}) % 4 != 0 && !(slow && ${k === outputsOf(hw).length - 1 ? 1 : 0});
    end`;
}

function bench(hw: Hardware, channels: readonly number[]): string {
  const input = endViews(hw, channels).inputs[0];
  const { busMsb, keepMsb } = busEnd(hw.streams[inputsOf(hw)[0].stream]);
  const outputs = outputsOf(hw);
  const whole = (frames: number): string =>
    outputs.map((e) => `got${suffixOf(e)} == ${frames} * ${hw.streams[e.stream].beatsPerFrame}`).join(' && ');
  const packets = outputs
    .map((e) => `got${suffixOf(e)} % ${PACKET * hw.streams[e.stream].beatsPerFrame} == 0`)
    .join(' && ');
  return `\`timescale 1ns / 1ns
module bench;
    reg clk = 0, aresetn = 0, compares = 1, slow = 0;
    always #5 clk = !clk;
    task fail; input [8*32-1:0] what; begin $display("FAIL %0s at %0t", what, $time); $finish; end endtask
${outputs.map((_, k) => receiver(hw, channels, k)).join('\n')}
    reg [5:0] s_axi_awaddr = 0, s_axi_araddr = 0;
    reg [31:0] s_axi_wdata = 0;
    reg s_axi_awvalid = 0, s_axi_wvalid = 0, s_axi_arvalid = 0;
    wire s_axi_awready, s_axi_wready, s_axi_bvalid, s_axi_arready, s_axi_rvalid;
    wire [31:0] s_axi_rdata;
    reg [${busMsb}:0] s_axis_tdata = 0;
    reg s_axis_tvalid = 0, s_axis_tlast = 0;
    wire s_axis_tready;
    reg [${Number(input.portMsb)}:0] beats [0:${FRAMES * input.beats - 1}];
    integer sent, seed = 99, n;
    initial $readmemh("sim/input.hex", beats);
    ${hw.name}_axi dut (
        .aclk(clk), .aresetn(aresetn),
        .s_axi_awaddr(s_axi_awaddr), .s_axi_awvalid(s_axi_awvalid), .s_axi_awready(s_axi_awready),
        .s_axi_wdata(s_axi_wdata), .s_axi_wstrb(4'hf), .s_axi_wvalid(s_axi_wvalid), .s_axi_wready(s_axi_wready),
        .s_axi_bresp(), .s_axi_bvalid(s_axi_bvalid), .s_axi_bready(1'b1),
        .s_axi_araddr(s_axi_araddr), .s_axi_arvalid(s_axi_arvalid), .s_axi_arready(s_axi_arready),
        .s_axi_rdata(s_axi_rdata), .s_axi_rresp(), .s_axi_rvalid(s_axi_rvalid), .s_axi_rready(1'b1),
        .s_axis_tdata(s_axis_tdata), .s_axis_tkeep({${keepMsb + 1}{1'b1}}), .s_axis_tvalid(s_axis_tvalid),
        .s_axis_tready(s_axis_tready), .s_axis_tlast(s_axis_tlast)${outputs
          .map(({ port }) => {
            return `,\n        .${port}_tdata(${port}_tdata), .${port}_tkeep(), .${port}_tvalid(${port}_tvalid), .${port}_tready(${port}_tready), .${port}_tlast(${port}_tlast)`;
          })
          .join('')}
    );
    task write; input [5:0] address; input [31:0] data; begin
        @(negedge clk);
        s_axi_awaddr = address; s_axi_wdata = data; s_axi_awvalid = 1; s_axi_wvalid = 1;
        while (!s_axi_bvalid) begin
            @(posedge clk) ;
            #1 if (s_axi_awready) s_axi_awvalid = s_axi_awvalid;
            @(negedge clk);
            if (s_axi_bvalid) begin s_axi_awvalid = 0; s_axi_wvalid = 0; end
        end
        s_axi_awvalid = 0; s_axi_wvalid = 0;
        @(negedge clk);
    end endtask
    task status; begin
        @(negedge clk);
        s_axi_araddr = 6'h10; s_axi_arvalid = 1;
        @(negedge clk);
        while (!s_axi_rvalid) @(negedge clk);
        s_axi_arvalid = 0;
        @(negedge clk);
    end endtask
    // Beats \`from\` to \`to\` of the frames, TLAST at the end of every packet.
    task send; input integer from; input integer to; begin
        for (sent = from; sent < to; sent = sent + 1) begin
            @(negedge clk);
            while ($random(seed) % 4 == 0) @(negedge clk);
            s_axis_tdata = beats[sent];
            s_axis_tlast = (sent + 1) % ${PACKET * input.beats} == 0;
            s_axis_tvalid = 1;
            #1 while (!s_axis_tready) begin @(negedge clk); #1 ; end
            @(posedge clk);
            #1 s_axis_tvalid = 0;
        end
    end endtask
    initial begin
        #1000000 fail("time");
    end
    initial begin
        repeat (4) @(negedge clk);
        aresetn = 1;
        write(6'h14, ${PACKET});
        write(6'h0c, 1);
        send(0, ${FRAMES * input.beats});
        while (!(${whole(FRAMES)})) @(negedge clk);
        // A frame and a part of another, then a reset: every output owes the rest of a packet.
        compares = 0;
        send(0, ${input.beats + Math.ceil(input.beats / 2)});
        repeat (40) @(negedge clk);
        slow = 1;
        write(6'h0c, 3);
        repeat (300) @(negedge clk);
        status;
        if (!s_axi_rdata[3]) fail("reset that waits for nobody");
        if (s_axis_tready !== 1'b0) fail("gate open in a reset");
        slow = 0;
        n = 0;
        while (s_axi_rdata[3]) begin status; n = n + 1; end
        repeat (20) @(negedge clk);
        if (!(${packets})) fail("packet left open by a reset");
        ${outputs.map((e) => `got${suffixOf(e)} = 0;`).join(' ')}
        compares = 1;
        send(0, ${PACKET * input.beats});
        while (!(${whole(PACKET)})) @(negedge clk);
        repeat (200) @(negedge clk);
        if (!(${whole(PACKET)})) fail("beats too many");
        status;
        if (s_axi_rdata[3:1] !== 3'b000) fail("status at the end");
        $display("PASS");
        $finish;
    end
endmodule
`;
}

const graphs = [twoOutputs(1), threeOutputs(2)];

describeWithTool('iverilog', 'the AXI wrapper of several outputs', () => {
  const root = mkdtempSync(join(tmpdir(), 'blnet-axi-ends-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  let folders = 0;

  function run(graph: (typeof graphs)[number], mutate: Mutation = () => undefined): string {
    const c = caseOfGraph(graph, FRAMES);
    const hw = c.hardware;
    const files = filesOf(c);
    const outputs = graph.outputs.map((t) => tensorOf(graph, t));
    const options = { ...vivadoOptions(hw, files), input: tensorOf(graph, graph.input), outputs };
    for (const [path, text] of generateVivado(hw, options)) files.set(path, text);
    files.set('bench.v', bench(hw, c.outputChannels));
    mutate(files);
    const folder = join(root, `${folders++}`);
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const sources = [...files.keys()].filter((f) => /^rtl\/.*\.v$/.test(f));
    const built = spawnSync('iverilog', ['-g2005', '-s', 'bench', '-o', 'bench.vvp', 'bench.v', ...sources], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (built.status !== 0) return built.stderr;
    return spawnSync('vvp', ['-n', 'bench.vvp'], { cwd: folder, encoding: 'utf8' }).stdout;
  }

  it.each(graphs.map((g) => [g.name, g] as const))('%s: packets, stalls, resets', (_, graph) => {
    expect(run(graph)).toMatch(/^PASS$/m);
  });

  const breaks =
    (path: string, from: string, to: string): Mutation =>
    (files) => {
      const text = files.get(path) as string;
      if (!text.includes(from)) throw new Error(`nothing to break: ${from}`);
      files.set(path, text.replace(from, to));
    };
  it.each([
    [
      'the gate does not wait for the others',
      breaks('rtl/two1_axi.v', '.reset(reset | resetting', ".reset(reset | 1'b0 & resetting"),
    ],
    ['an output forgets what it owes', breaks('rtl/blnet_axi_output.v', '(flush_reg & owed)', "1'b0")],
    [
      'packets of one frame',
      breaks('rtl/blnet_axi_output.v', "(out_frame_reg + 16'd1 >= packet_frames)", "1'b1"),
    ],
  ])('sees that %s', (_, mutate) => {
    expect(run(graphs[0], mutate)).not.toMatch(/^PASS$/m);
  });
});
