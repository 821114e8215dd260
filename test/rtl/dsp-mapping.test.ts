/** What Yosys makes of the packed engine: as many DSPs as planned, all of their registers absorbed. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Prng } from '../../src/ir/prng.js';
import { bind, KINDS } from '../../src/kinds/index.js';
import { lower } from '../../src/passes/lower.js';
import { TARGETS } from '../../src/targets/index.js';
import { POINTWISE, QuantBuilder, randomFrame } from '../support/quant-builder.js';
import { caseOf, filesOf } from '../support/rtl-case.js';
import { describeWithTool } from '../support/tools.js';

/** Cells by module, from Yosys' `stat`. */
function cellsByModule(text: string): Map<string, Map<string, number>> {
  const modules = new Map<string, Map<string, number>>();
  let cells = new Map<string, number>();
  for (const line of text.split('\n')) {
    const module = /^=== (.*) ===$/.exec(line)?.[1];
    const cell = /^ +(\S+) +(\d+)$/.exec(line);
    if (module) {
      cells = new Map();
      modules.set(module, cells);
    } else if (cell) cells.set(cell[1], Number(cell[2]));
  }
  return modules;
}

describeWithTool('yosys', 'the packed engine in Yosys', () => {
  const builder = new QuantBuilder(
    new Prng(3),
    'packed',
    { channels: 6, height: 2, width: 2 },
    { bits: 8, signed: true, zeroPoint: 0 },
  );
  const format = { bits: 8, signed: true, zeroPoint: 0 };
  const graph = builder.finish(builder.conv(builder.input, 9, POINTWISE, format));
  const folding = {
    op: 'conv',
    windowLanes: 3,
    taps: 1,
    simd: 3,
    pe: 5,
    lanesOut: 5,
    peDsp: 5,
    packShift: 17,
    weightBlock: false,
    scaleCycles: 0,
  } as const;
  const hardware = lower(graph, new Map([[graph.nodes[0]?.name, folding]]), () => 0);
  const folder = mkdtempSync(join(tmpdir(), 'blnet-dsp-'));
  let modules: Map<string, Map<string, number>>;

  beforeAll(() => {
    for (const [path, text] of filesOf(caseOf(graph, hardware, [randomFrame(new Prng(1), graph)]))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const sources = readFileSync(join(folder, 'filelist.f'), 'utf8').trim().split('\n').join(' ');
    const script = [
      `read_verilog -defer ${sources}`,
      `hierarchy -top ${hardware.name}`,
      `synth_xilinx -noiopad -top ${hardware.name}`,
      'tee -o stat.txt stat',
    ];
    const run = spawnSync('yosys', ['-q', '-p', script.join('; ')], { cwd: folder, encoding: 'utf8' });
    expect(run.stderr.replace(/^Warning.*$/gm, '').trim()).toBe('');
    const stat = readFileSync(join(folder, 'stat.txt'), 'utf8');
    modules = cellsByModule(stat);
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('takes the planned DSPs: two pairs, one single output and the requantizers', () => {
    const planned = hardware.blocks.reduce((sum, b) => sum + bind(KINDS, b).bill(TARGETS.xc7).of('dsp'), 0);
    expect(planned).toBe(3 * 3 + 5);
    expect(modules.get('design hierarchy')?.get('DSP48E1')).toBe(planned);
  });

  it('keeps operands, products and sums of a pair inside the DSPs', () => {
    const pairs = [...modules].filter(([name]) => name.includes('blnet_dot_pair'));
    expect(pairs.length).toBeGreaterThan(0);
    for (const [, cells] of pairs) {
      expect([...cells.keys()].filter((c) => c.startsWith('FD'))).toEqual([]);
      // The inverted top bits of the low fields.
      expect(
        [...cells].filter(([c]) => /^(LUT|INV)/.test(c)).reduce((n, [, count]) => n + count, 0),
      ).toBeLessThan(3);
    }
  });
});
