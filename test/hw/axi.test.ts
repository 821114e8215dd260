/**
 * The AXI wrapper in Verilator: registers, gate, packets, counters and reset, with random masters and protocol
 * checkers on every interface. Faults are planted in the RTL and switched on one by one; each must be seen.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FoldingOption, foldingOptions } from '../../src/explore/foldings.js';
import { sizeFifos } from '../../src/explore/size-fifos.js';
import { busEnd } from '../../src/hls-gen/bus-end.js';
import { beatsText } from '../../src/hls-gen/stimulus.js';
import { generateVivado } from '../../src/hls-gen/vivado.js';
import { vivadoView } from '../../src/hls-gen/vivado-view.js';
import type { Hardware, Stream } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import { KINDS } from '../../src/kinds/index.js';
import { POINTWISE, QuantBuilder, randomFrame, samePads } from '../support/quant-builder.js';
import { caseOf, filesOf } from '../support/rtl-case.js';
import { describeWithTool } from '../support/tools.js';
import { converter, filesFor, single, vivadoOptions } from '../support/vivado-case.js';

const BENCH = fileURLToPath(new URL('./axi/', import.meta.url));
const FRAMES = 6;
/** Each test compiles a model; generous, since other tests do so beside it. */
const TIMEOUT_MS = 300_000;

const GATE = 'rtl/blnet_axi_gate.v';
const OUTPUT = 'rtl/blnet_axi_output.v';
const LITE = 'rtl/blnet_axi_lite.v';
const REGISTERS = 'rtl/blnet_axi_registers.v';

/** «An expression» in its context, what it becomes, and the complaint that this must cause. */
const FAULTS: ReadonlyArray<readonly [file: string, context: string, becomes: string, complaint: RegExp]> = [
  [LITE, 'do_write | «(b_valid_reg & !s_axi_bready)»', "1'b0", /B drops valid/],
  [LITE, 'do_read | «(r_valid_reg & !s_axi_rready)»', "1'b0", /R drops valid/],
  [LITE, 'if («do_read») r_reg', "1'b1", /R changes its payload/],
  [LITE, '«aw_held_reg & w_held_reg» &', 'aw_held_reg | w_held_reg', /B before its AW and W/],
  [LITE, "s_axi_bresp = «2'b00»", "2'b10", /BRESP is not OKAY/],
  [REGISTERS, '«write_packet & write_strb[1]»', 'write_packet', /PACKET_FRAMES is/],
  [REGISTERS, 'events = {«stalled»', "1'b1", /STALLED is/],
  [REGISTERS, "busy, «1'b1»", 'busy', /CYCLES is/],
  [REGISTERS, '«rst | clear_reg»', 'rst', /FRAMES_IN is/],
  [
    OUTPUT,
    "out_packet_last = out_last & «(out_frame_reg + 16'd1 >= packet_frames)»",
    "1'b1",
    /m_axis has TLAST too early/,
  ],
  [OUTPUT, 'in_data({«out_packet_last»', "1'b0", /m_axis lacks TLAST/],
  [GATE, 'enable | «(gate_reg & (!between_frames | core_waits))»', "1'b0", /gate closed within a frame/],
  [GATE, 'starved = «busy» &', "1'b1", /STARVED or BUSY miscounts/],
  [OUTPUT, 'reset | «(flush_reg & owed)»', "1'b0", /waited in vain: whole frame|packets after the reset is/],
  [GATE, "«s_axis_tkeep != {IN_BYTES{1'b1}}»", "1'b0", /STATUS after a broken packet/],
  [GATE, '«s_axis_tlast != in_packet_last»', "1'b0", /STATUS after a broken packet/],
  [OUTPUT, '(«flush_reg ? owed : core_m_axis_tvalid & !core_rst»)', 'owed', /output beat is/],
  [OUTPUT, '.rst(«rst»),\n        .in_data', 'core_rst', /m_axis drops valid/],
];

/** Puts a choice between the expression and its fault in the expression's place; `fault` of the top decides. */
function plant(files: Map<string, string>, top: string, number: number): void {
  const [file, context, becomes] = FAULTS[number - 1];
  const [, before, expression, after] = /^([\s\S]*)«([\s\S]*)»([\s\S]*)$/.exec(
    context,
  ) as unknown as string[];
  const text = files.get(file) as string;
  const plain = `${before}${expression}${after}`;
  if (text.split(plain).length !== 2) throw new Error(`${file} has not exactly one '${plain}'`);
  const choice = `(${top}.fault == 8'd${number} ? (${becomes}) : (${expression}))`;
  files.set(
    file,
    text.replace(plain, () => `${before}${choice}${after}`),
  );
}

function run(command: string, args: readonly string[], cwd: string): string {
  const r = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (r.status !== 0) throw new Error(`${command} failed: ${r.stdout}${r.stderr}`.slice(0, 4000));
  return r.stdout;
}

/** A core with the frames that go through it. */
interface Case {
  readonly hardware: Hardware;
  readonly files: ReadonlyMap<string, string>;
  /** One hexadecimal beat a line, FRAMES frames. */
  readonly input: string;
  readonly expected: string;
  /** Above the cycles that a frame spends in the core. */
  readonly latencyCycles: number;
}

/** A core that changes no value. */
function copying(hardware: Hardware): Case {
  const [input, output] = hardware.ends.map((e) => hardware.streams[e.stream]) as [Stream, Stream];
  const prng = new Prng(7);
  const length = FRAMES * input.beatsPerFrame * input.lanes;
  const values = Array.from({ length }, () => prng.int(0, 2 ** input.bits - 1));
  return {
    hardware,
    files: filesFor(hardware),
    input: beatsText(values, input.lanes, input.lanes, input.bits),
    expected: beatsText(values, output.lanes, output.lanes, output.bits),
    latencyCycles: 40,
  };
}

/** A small network with weights; the integer reference says what comes out. */
function network(): Case {
  const prng = new Prng(3);
  const builder = new QuantBuilder(prng, 'network', { channels: 3, height: 4, width: 4 });
  const stem = builder.conv(builder.input, 5, { kernel: 3, stride: 1, pads: samePads(3) });
  const graph = builder.finish(builder.conv(stem, 4, POINTWISE));
  const plan = graph.nodes.map((node) => {
    const options = foldingOptions(graph, node).filter((o) => o.cycles <= 400);
    const least = Math.min(...options.map((o) => o.multipliers));
    return [node.name, (options.find((o) => o.multipliers === least) as FoldingOption).folding] as const;
  });
  const { hardware } = sizeFifos(KINDS, graph, new Map(plan), 400);
  const frames = Array.from({ length: FRAMES }, () => randomFrame(prng, graph));
  const c = caseOf(graph, hardware, frames);
  return { hardware, files: filesOf(c), input: c.inputText, expected: c.expectedText, latencyCycles: 1500 };
}

/** The build folder with stimulus, and every fault planted but switched off. */
function folderOf(c: Case): Map<string, string> {
  const hw = c.hardware;
  const options = vivadoOptions(hw, c.files);
  const view = vivadoView(hw, options);
  const files = new Map([...c.files, ...generateVivado(hw, options)]);
  const wrapper = `rtl/${hw.name}_axi.v`;
  files.set(
    wrapper,
    (files.get(wrapper) as string).replace(
      '    input  wire        aclk,',
      '    input  wire [7:0]  fault,\n    input  wire        aclk,',
    ),
  );
  for (let i = 1; i <= FAULTS.length; i++) plant(files, `${hw.name}_axi`, i);
  files.set('input.hex', c.input);
  files.set('expected.hex', c.expected);
  const input = busEnd(hw.streams[hw.ends[0].stream]);
  const output = busEnd(hw.streams[hw.ends[1].stream]);
  const defines = {
    FRAMES,
    LATENCY: c.latencyCycles,
    IN_BEATS: input.beats,
    OUT_BEATS: output.beats,
    IN_BYTES: input.bytes,
    OUT_BYTES: output.bytes,
    VERSION_WORD: `0x${view.verilog.versionHex.in('cpp')}u`,
    BUILD_WORD: `0x${view.verilog.buildHex.in('cpp')}u`,
  };
  const lines = Object.entries(defines).map(([name, value]) => `#define ${name} ${value}\n`);
  return files.set('config.h', lines.join(''));
}

describeWithTool(['verilator', 'g++'], 'AXI wrapper', () => {
  const root = mkdtempSync(join(tmpdir(), 'blnet-axi-'));
  const flags = ['-std=gnu++17', '-faligned-new', '-w', '-O0'];
  const library = ['verilated', 'verilated_threads'];
  let include = '';

  beforeAll(() => {
    const verilator = /VERILATOR_ROOT\s*=\s*(\S+)/.exec(run('verilator', ['-V'], root));
    include = join(verilator?.[1] as string, 'include');
    for (const part of library)
      run('g++', [...flags, `-I${include}`, '-c', join(include, `${part}.cpp`), '-o', `${part}.o`], root);
  }, TIMEOUT_MS);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  function build(c: Case): string {
    const { name } = c.hardware;
    const folder = join(root, name);
    const files = folderOf(c);
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const sources = [...files.keys()].filter((f) => /^rtl\/.*\.v$/.test(f));
    const options = ['--cc', '-Wno-fatal', '-Wno-lint', '--prefix', 'Vdut', '--top-module', `${name}_axi`];
    run('verilator', [...options, ...sources], folder);
    const models = readdirSync(join(folder, 'obj_dir')).filter((f) => f.endsWith('.cpp'));
    writeFileSync(join(folder, 'all.cpp'), [...models, 'bench.cpp'].map((f) => `#include "${f}"\n`).join(''));
    const includes = [include, 'obj_dir', '.', BENCH].map((f) => `-I${f}`);
    const objects = library.map((part) => `../${part}.o`);
    run('g++', [...flags, ...includes, 'all.cpp', ...objects, '-o', 'bench', '-lpthread'], folder);
    return folder;
  }
  const simulate = (folder: string, seed: number, fault: number): string =>
    spawnSync('./bench', [`${seed}`, `${fault}`], { cwd: folder, encoding: 'utf8' }).stdout;

  it(
    'with a core between beats of three and two bytes: no complaint, and each planted fault is seen',
    () => {
      const folder = build(copying(converter()));
      for (const seed of [1, 2, 3, 4, 5]) expect(simulate(folder, seed, 0)).toMatch(/^PASS: .* 0 faults\n$/);
      FAULTS.forEach(([file, context, becomes, complaint], i) => {
        const text = simulate(folder, 1, i + 1);
        expect(text, `${file}: ${context} -> ${becomes}`).toMatch(complaint);
        expect(text).toMatch(/\nFAIL: /);
      });
    },
    TIMEOUT_MS,
  );

  it(
    'with frames of one beat of one byte: no complaint',
    () => {
      const folder = build(copying(single()));
      for (const seed of [1, 2, 3]) expect(simulate(folder, seed, 0)).toMatch(/^PASS: .* 0 faults\n$/);
    },
    TIMEOUT_MS,
  );

  it(
    'around a network: no complaint',
    () => {
      const folder = build(network());
      expect(simulate(folder, 1, 0)).toMatch(/^PASS: .* 0 faults\n$/);
    },
    TIMEOUT_MS,
  );
});

describeWithTool(['iverilog', 'yosys', 'verilator'], 'generated wrapper', () => {
  it.each([
    ['converter', converter()],
    ['single', single()],
  ] as const)('%s is read by every tool', (name, hw) => {
    const folder = mkdtempSync(join(tmpdir(), 'blnet-axi-'));
    try {
      const files = filesFor(hw);
      const all = new Map([...files, ...generateVivado(hw, vivadoOptions(hw, files))]);
      const sources = [...all.keys()].filter((f) => /^rtl\/.*\.v$/.test(f));
      mkdirSync(join(folder, 'rtl'));
      for (const [path, text] of all) if (path.startsWith('rtl/')) writeFileSync(join(folder, path), text);
      run('iverilog', ['-g2005', '-Wall', '-t', 'null', '-s', `${name}_axi`, ...sources], folder);
      run(
        'yosys',
        [
          '-q',
          '-p',
          `read_verilog -defer ${sources.join(' ')}; hierarchy -check -top ${name}_axi; proc; check -assert`,
        ],
        folder,
      );
      const lint = ['--lint-only', '-Wall', '--top-module', `${name}_axi`, 'rtl/verilator-waivers.vlt'];
      run('verilator', [...lint, ...sources], folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
