/**
 * Generated Verilog in three tools, without simulation: Verilator's lint with the waivers of one file, Yosys'
 * elaboration without any vendor library, Icarus' warnings. The networks hold every kind of block between them.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { KINDS } from '../../src/kinds/index.js';
import { COPIES, copiedCase } from '../support/copied-network.js';
import { networkCase, randomNetwork } from '../support/random-network.js';
import { type Mutation, RtlBuild } from '../support/rtl-build.js';
import type { RtlCase } from '../support/rtl-case.js';
import { describeWithTool } from '../support/tools.js';

const SEEDS = [9, 15, 19];
const cases = [...SEEDS.map((seed) => networkCase(randomNetwork(seed, 'all'), 1)), copiedCase(COPIES[0])];

/** Everything that a tool says about the files of a case. */
function output(build: RtlBuild, c: RtlCase, command: string, args: (sources: string[]) => string[]): string {
  const cwd = build.folderOf(c);
  const sources = readFileSync(join(cwd, 'filelist.f'), 'utf8').trim().split('\n');
  const result = spawnSync(command, args(sources), { cwd, encoding: 'utf8' });
  const exit = result.status === 0 ? '' : `exit ${result.status}\n`;
  return `${exit}${result.stdout}${result.stderr}`;
}

const lint = (build: RtlBuild, c: RtlCase): string =>
  output(build, c, 'verilator', (sources) => [
    ...['--lint-only', '-Wall', 'rtl/verilator-waivers.vlt', '--top-module', c.hardware.name],
    ...sources,
  ]);

/** Assignments, by the lint without waivers, whose right side is wider than the left. */
function cuts(build: RtlBuild, c: RtlCase): string[] {
  const text = output(build, c, 'verilator', (sources) => [
    ...['--lint-only', '-Wall', '--top-module', c.hardware.name],
    ...sources,
  ]);
  const widths = /(blnet_\w+\.v:\d+).*Operator ASSIGN\w* expects (\d+)(?: or \d+)? bits.* generates (\d+)/g;
  return [...text.matchAll(widths)].flatMap(([, at, left, right]) =>
    Number(right) > Number(left) ? [`${at}: ${right} bits to ${left}`] : [],
  );
}

/** Constant 32-bit integers, in a width that holds them. */
const CONSTANTS = /blnet_(scale_const|emit)\.v/;

const elaborate = (build: RtlBuild, c: RtlCase): string =>
  output(build, c, 'yosys', (sources) => [
    '-q',
    '-p',
    `read_verilog -defer ${sources.join(' ')}; hierarchy -check -top ${c.hardware.name}; proc; check -assert`,
  ]);

const icarus = (build: RtlBuild, c: RtlCase): string =>
  output(build, c, 'iverilog', (sources) => [
    ...['-Wall', '-g2005', '-t', 'null', '-s', c.hardware.name],
    ...sources,
  ]);

const breaks =
  (file: RegExp, from: string, to: string): Mutation =>
  (files) => {
    for (const [path, text] of files) if (file.test(path)) files.set(path, text.replace(from, to));
  };

it('the linted networks hold every kind of block', () => {
  const kinds = new Set(cases.flatMap((c) => c.hardware.blocks.map((b) => b.params.kind)));
  expect([...kinds].sort()).toEqual(Object.keys(KINDS).sort());
});

describeWithTool(['verilator', 'yosys', 'iverilog'], 'generated Verilog', () => {
  const build = new RtlBuild(cases);
  const planted: RtlBuild[] = [];
  afterAll(() => {
    for (const b of [build, ...planted]) b.remove();
  });
  const faulty = (mutate: Mutation): [RtlBuild, RtlCase] => {
    const c = cases[0];
    const broken = new RtlBuild([c], mutate);
    planted.push(broken);
    return [broken, c];
  };
  const named = cases.map((c) => [c.hardware.name, c] as const);

  it.each(named)('passes verilator --lint-only -Wall: %s', (_, c) => {
    expect(lint(build, c)).toBe('');
  });

  it.each(named)('cuts no value in an assignment: %s', (_, c) => {
    expect(cuts(build, c).filter((line) => !CONSTANTS.test(line))).toEqual([]);
  });

  it.each(named)('elaborates in Yosys without vendor primitives: %s', (_, c) => {
    expect(elaborate(build, c)).toBe('');
  });

  it.each(named)('compiles in Icarus without a warning: %s', (_, c) => {
    expect(icarus(build, c)).toBe('');
  });

  it('an assignment that cuts a value is seen by the lint', () => {
    const cut = breaks(/blnet_fifo2\.v$/, "count_reg != 2'd0;", "count_reg != 2'd0; wire cut = count_reg;");
    expect(lint(...faulty(cut))).toMatch(/Warning-WIDTH.*blnet_fifo2/);
    expect(cuts(...faulty(cut))).toContainEqual(expect.stringMatching(/blnet_fifo2/));
  });

  it('a vendor primitive is seen by Yosys', () => {
    const vendor = breaks(
      /blnet_fifo2\.v$/,
      'assign out_data',
      'BUFG buffer (.I(clk), .O());\n    assign out_data',
    );
    expect(elaborate(...faulty(vendor))).toMatch(/BUFG/);
  });

  it('an illegal parameter set stops all three', () => {
    const illegal = breaks(/net\d+\.v$/, '.ROWS(3)', '.ROWS(1)');
    const [broken, c] = faulty(illegal);
    for (const tool of [lint, elaborate, icarus])
      expect(tool(broken, c)).toMatch(/blnet_error_rows_must_hold_the_kernel/);
  });
});
