/** Bodies that a family has for library modules, against those that they stand for: the same outputs in a random run. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadAssets } from '../../src/io/assets.js';
import { leavesOf } from '../../src/io/routing/netlist.js';
import { FAMILIES } from '../../src/targets/index.js';
import { describeWithTool } from '../support/tools.js';

/** Bits of value and multiplier: one multiplier, two, the widest pieces of them. */
const WIDTHS = [
  [8, 8],
  [18, 17],
  [19, 17],
  [22, 17],
  [24, 1],
  [35, 17],
] as const;

const bench = (value: number, multiplier: number): string => `module bench;
  reg clk = 0, ce; reg [${value - 1}:0] v; reg [${multiplier - 1}:0] m; wire [${value + multiplier - 1}:0] a, b;
  integer i, wrong = 0, seed = 5;
  blnet_scale_dsp #(.VALUE_BITS(${value}), .M_BITS(${multiplier})) stands (clk, ce, v, m, a);
  family_scale_dsp #(.VALUE_BITS(${value}), .M_BITS(${multiplier})) family (clk, ce, v, m, b);
  always #5 clk = ~clk;
  initial begin
    for (i = 0; i < 2000; i = i + 1) begin
      @(negedge clk);
      if (i > 9 && a !== b) wrong = wrong + 1;
      v = {$random(seed), $random(seed)};
      m = $random(seed);
      if (i % 7 == 0) v = 1 << ${value - 1};
      if (i % 11 == 0) v = ~(1 << ${value - 1});
      if (i % 5 == 0) m = ~0;
      ce = i < 8 || $random(seed);
    end
    $display("wrong %0d", wrong);
    $finish;
  end
endmodule
`;

it('are of modules that the library has, and each has a test here', () => {
  const names = FAMILIES.flatMap((family) => [...leavesOf(family).keys()]);
  expect(new Set(names)).toEqual(new Set(['blnet_scale_dsp.v']));
  for (const name of names) expect(loadAssets().rtl.has(name)).toBe(true);
});

describeWithTool('iverilog', 'blnet_scale_dsp', () => {
  const run = (own: string, body: string, [value, multiplier]: readonly [number, number]): string => {
    const folder = mkdtempSync(join(tmpdir(), 'blnet-leaves-'));
    try {
      writeFileSync(
        join(folder, 'all.v'),
        own + body.replace('blnet_scale_dsp', 'family_scale_dsp') + bench(value, multiplier),
      );
      const built = spawnSync('iverilog', ['-g2005', '-o', 'b', 'all.v'], { cwd: folder, encoding: 'utf8' });
      expect(built.stderr).toBe('');
      return spawnSync('vvp', ['-n', 'b'], { cwd: folder, encoding: 'utf8' }).stdout;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  const own = loadAssets().rtl.get('blnet_scale_dsp.v') as string;
  const body = leavesOf('ecp5').get('blnet_scale_dsp.v') as string;

  it.each(WIDTHS)('%i x %i bits', (value, multiplier) => {
    expect(run(own, body.slice(body.indexOf('`default_nettype')), [value, multiplier])).toMatch(/wrong 0\n/);
  });

  it('a planted fault is seen: the low product is not carried', () => {
    const faulty = body.slice(body.indexOf('`default_nettype')).replace('high_reg + carried', 'high_reg');
    expect(faulty).not.toBe(body);
    expect(run(own, faulty, [22, 17])).not.toMatch(/wrong 0\n/);
  });
});
