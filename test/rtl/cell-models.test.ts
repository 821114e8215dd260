/**
 * Memories and multipliers as Yosys maps them, with the models of their cells, against their RTL: the same outputs in
 * every cycle of a random run, for each family that has models. A planted fault in a cell's contents is seen.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadAssets } from '../../src/io/assets.js';
import { cellModels } from '../../src/io/routing/cell-models.js';
import { findYosys } from '../../src/io/synthesis/yosys.js';
import { FAMILY_DATA } from '../../src/targets/index.js';
import { describeWithTool } from '../support/tools.js';

/** Bits of a word and words: widths of a block RAM below, at and above a byte, LUT RAM. */
const RAMS = [
  [4, 3000],
  [9, 1500],
  [36, 500],
  [5, 40],
] as const;
const ROMS = [[20, 500]] as const;
const FILL = 140;
const CYCLES = 500;

const bits = (depth: number): number => Math.ceil(Math.log2(depth));

/** One of up to 64 addresses that are spread over the memory, low bits included; wires alone. */
function spread(six: string, depth: number): string {
  const room = Math.floor(Math.log2(depth)) - 6;
  if (room < 0) return `${six}[${5 + room}:0]`;
  return room === 0 ? `${six}[5:0]` : `{${six}[5:0], ${six}[${room - 1}:0]}`;
}

/** `dut` holds all of them; outputs side by side. */
function design(): { text: string; width: number } {
  let width = 0;
  const out = (w: number): string => {
    width += w;
    return `q[${width - 1}:${width - w}]`;
  };
  const address = (name: string, six: string, d: number): string =>
    `  wire [${bits(d) - 1}:0] ${name} = ${spread(six, d)};`;
  const rams = RAMS.map(
    ([w, d], i) => `${address(`ra${i}`, 'ra', d)}
${address(`wa${i}`, 'wa', d)}
  blnet_ram #(.WIDTH(${w}), .DEPTH(${d})) ram${i} (.clk(clk), .write_en(we && wa${i} != ra${i}), .write_addr(wa${i}),
    .write_data(d[${w - 1}:0]), .read_en(re), .read_addr(ra${i}), .read_data(${out(w)}));`,
  );
  const roms = ROMS.map(
    ([w, d], i) => `${address(`rr${i}`, 'ra', d)}
  blnet_rom #(.WIDTH(${w}), .DEPTH(${d}), .FILE("rom${i}.mem"), .BLOCK(1)) rom${i} (.clk(clk), .read_en(re),
    .read_addr(rr${i}), .read_data(${out(w)}));`,
  );
  const dot = `  blnet_dot #(.LANES(2), .X_BITS(8), .X_SIGNED(0), .SUM_BITS(18)) dot (.clk(clk), .ce(re), .x(d[15:0]), .w(d[31:16]), .sum(${out(18)}));`;
  const body = [...rams, ...roms, dot].join('\n');
  return {
    width,
    text: `module dut (input clk, we, re, input [5:0] wa, ra, input [71:0] d, output [${width - 1}:0] q);\n${body}\nendmodule\n`,
  };
}

/** Every address is written before outputs are compared. */
const bench = (width: number): string => `module bench;
  reg clk = 0; reg we, re; reg [5:0] wa, ra; reg [71:0] d; wire [${width - 1}:0] rtl, netlist;
  integer i, wrong = 0, known = 0, seed = 7;
  dut_rtl a (.clk(clk), .we(we), .re(re), .wa(wa), .ra(ra), .d(d), .q(rtl));
  dut b (.clk(clk), .we(we), .re(re), .wa(wa), .ra(ra), .d(d), .q(netlist));
  always #5 clk = ~clk;
  initial begin
    for (i = 0; i < ${CYCLES}; i = i + 1) begin
      @(negedge clk);
      if (i > ${FILL}) begin
        known = known + (^rtl !== 1'bx);
        wrong = wrong + (rtl !== netlist);
      end
      we = i < ${FILL} || $random(seed) & 1;
      re = i < ${FILL} || $random(seed) & 1;
      wa = i < ${FILL} ? i : $random(seed);
      ra = i < ${FILL} ? i + 7 : $random(seed);
      d = {$random(seed), $random(seed), $random(seed)};
    end
    $display("known %0d wrong %0d", known, wrong);
    $finish;
  end
endmodule
`;

describeWithTool(['yosys', 'iverilog'], 'models of cells', () => {
  it.each(['xc7', 'ecp5'] as const)(
    '%s',
    async (family) => {
      const { rtl } = loadAssets();
      const library = ['ram', 'rom', 'dot', 'multiply', 'booth']
        .map((n) => rtl.get(`blnet_${n}.v`) as string)
        .join('\n');
      const { text, width } = design();
      const roms = ROMS.map(([w, d], i): [string, string] => [
        `rom${i}.mem`,
        Array.from({ length: d }, (_, a) =>
          ((BigInt(a + 1) * 0x9e3779b97f4a7c15f39cc060n) & ((1n << BigInt(w)) - 1n)).toString(16),
        ).join('\n'),
      ]);
      const yosys = await findYosys('native');
      const script = `read_verilog -defer all.v\n${FAMILY_DATA[family].netlist} -top dut\nflatten\ndelete =A:blackbox\nwrite_verilog -noattr netlist.v\n`;
      const files = new Map([['all.v', library + text], ...roms]);
      const netlist = (await yosys.run({ files, script, results: ['netlist.v'] })).get('netlist.v') as string;
      expect(netlist).toMatch(family === 'xc7' ? /RAMB18E1|RAMB36E1/ : /DP16KD/);
      expect(netlist).toMatch(family === 'xc7' ? /DSP48E1/ : /MULT18X18D/);
      const run = (cells: string): string => {
        const folder = mkdtempSync(join(tmpdir(), 'blnet-cells-'));
        try {
          const all = [
            library,
            text.replace('module dut', 'module dut_rtl'),
            cells,
            cellModels(netlist, family, yosys),
            bench(width),
          ];
          for (const [name, content] of roms) writeFileSync(join(folder, name), content);
          writeFileSync(join(folder, 'all.v'), all.join('\n'));
          const built = spawnSync('iverilog', ['-g2012', '-s', 'bench', '-o', 'b', 'all.v'], {
            cwd: folder,
            encoding: 'utf8',
          });
          expect(built.stderr).toBe('');
          return spawnSync('vvp', ['-n', 'b'], { cwd: folder, encoding: 'utf8' }).stdout;
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      };
      const said = run(netlist);
      const known = Number(/known (\d+)/.exec(said)?.[1]);
      expect(said).toMatch(/known \d+ wrong 0\n/);
      expect(known).toBe(CYCLES - FILL - 1);
      // The lowest digit of every memory's first word; what no word holds is x behind it.
      const faulty = netlist.replace(
        /(INIT(?:VAL)?_00\(\d+'[hb][0-9a-fx]*)([0-9a-f])(x*\))/g,
        (_, before, digit, behind) => before + (digit === '0' ? '1' : '0') + behind,
      );
      expect(faulty).not.toBe(netlist);
      expect(run(faulty)).not.toMatch(/wrong 0\n/);
    },
    600_000,
  );
});
