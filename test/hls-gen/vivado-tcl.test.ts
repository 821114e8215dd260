/**
 * The generated Tcl, run by a Tcl interpreter against stubs that know the vendor's commands, options, IP pins and
 * properties. What the scripts do to files they do in earnest.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { generateVivado } from '../../src/hls-gen/vivado.js';
import { describeWithTool } from '../support/tools.js';
import { converter, filesFor, vivadoOptions } from '../support/vivado-case.js';

const STUBS = fileURLToPath(new URL('./vivado/stubs.tcl', import.meta.url));
const TOP = 'converter_axi';

describeWithTool('tclsh', 'Vivado scripts', () => {
  const root = mkdtempSync(join(tmpdir(), 'blnet-tcl-'));
  const files = new Map<string, string>();

  beforeAll(() => {
    const hw = converter();
    const core = filesFor(hw);
    // A memory file, as a block with weights has: its name stands in the Verilog.
    core.set('weights/layer.weights.mem', '00\n');
    core.set('rtl/converter.v', `${core.get('rtl/converter.v')}// {WEIGHTS, "layer.weights.mem"}\n`);
    for (const [path, text] of [...core, ...generateVivado(hw, vivadoOptions(hw, core))])
      files.set(path, text);
    write('good', files);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  function write(folder: string, contents: ReadonlyMap<string, string>): void {
    for (const [path, text] of contents) {
      const file = join(root, folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  function run(folder: string, script: string, ...args: string[]): { ok: boolean; log: string } {
    const r = spawnSync('tclsh', [STUBS, join(root, folder, 'vivado', script), ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, ACCELERATOR: TOP },
    });
    return { ok: r.status === 0, log: `${r.stdout}${r.stderr}` };
  }
  const good = (script: string, ...args: string[]): string => {
    const r = run('good', script, ...args);
    expect(r.ok, r.log).toBe(true);
    return r.log;
  };

  it('synthesizes out of context, from any working folder, with reports', () => {
    const log = good('synth_ooc.tcl');
    expect(log).toMatch(/^create_clock -name aclk -period 6\.667 aclk$/m);
    expect(log).toMatch(/^synth_design -top converter_axi -part xc7z020clg400-1 -mode out_of_context$/m);
    expect(log).not.toContain('route_design');
    const reports = ['converter_axi.dcp', 'timing.rpt', 'utilization.rpt', 'utilization_hierarchical.rpt'];
    expect(readdirSync(join(root, 'good/vivado/reports')).sort()).toEqual(reports);
    expect(good('synth_ooc.tcl', 'route')).toContain('route_design');
  });

  it('gathers every source, with memory files under their bare names', () => {
    good('synth_ooc.tcl');
    const folder = join(root, 'good/vivado/work/synth');
    const wanted = [...files.keys()].filter((f) => /^(rtl\/.*\.v|weights\/.*)$/.test(f));
    expect(readdirSync(folder).sort()).toEqual(wanted.map((f) => f.split('/')[1]).sort());
    expect(readFileSync(join(folder, 'converter.v'), 'utf8')).toContain('// {"layer.weights.mem"}');
  });

  it('packages the core and builds an overlay for both boards', () => {
    expect(run('good', 'board.tcl', 'pynq-z2').log).toContain('run vivado/package_ip.tcl first');
    good('package_ip.tcl');
    for (const board of ['pynq-z2', 'zcu104']) {
      good('board.tcl', board);
      expect(readdirSync(join(root, 'good/vivado/overlay', board))).toEqual([
        'converter.bit',
        'converter.hwh',
      ]);
    }
    expect(good('board.tcl', 'zcu104', 'project')).not.toContain('launch_runs');
    expect(run('good', 'board.tcl', 'zcu102').log).toContain('BOARD is one of: pynq-z2 zcu104');
  });

  it.each([
    ['synth_ooc.tcl', 'synth_design -top', 'synth_desing -top', 'Vivado has no command synth_desing'],
    [
      'synth_ooc.tcl',
      '-mode out_of_context\nif',
      '-mod out_of_context\nif',
      'synth_design has no option -mod',
    ],
    ['synth_ooc.tcl', 'report_utilization -hierarchical', 'report_utilization -hier', 'has no option -hier'],
    ['synth_ooc.tcl', '$script_dir ooc.xdc', '$script_dir ocx.xdc', 'read_xdc: no file'],
    ['ooc.xdc', '-period', '-periode', 'create_clock has no option -periode'],
    ['settings.tcl', 'rtl/blnet_fifo2.v', 'rtl/blnet_fifo3.v', 'no such file or directory'],
    ['package_ip.tcl', 'ipx::save_core', 'ipx::safe_core', 'Vivado has no command ipx::safe_core'],
    ['package_ip.tcl', 'set_property version', 'set_property versoin', 'no property versoin'],
    [
      'package_ip.tcl',
      '-busif $interface',
      '-bus $interface',
      'ipx::associate_bus_interfaces has no option -bus',
    ],
    ['board.tcl', 'ip_cell axi_dma', 'ip_cell axi_dna', 'the IP catalogue has no axi_dna'],
    ['board.tcl', 'dma/M_AXIS_MM2S', 'dma/M_AXIS_MM2X', 'axi_dma has no pin M_AXIS_MM2X'],
    ['board.tcl', 'CONFIG.c_addr_width', 'CONFIG.c_adr_width', 'axi_dma has no property CONFIG.c_adr_width'],
    ['board.tcl', 'connect_streams dma/M_AXI_S2MM memory/S01_AXI\n', '', 'dma/M_AXI_S2MM is not connected'],
    ['board.tcl', 'memory/aclk ', '', 'memory/aclk is not connected'],
    ['board.tcl', '-to_step', '-to_stepp', 'launch_runs has no option -to_stepp'],
  ])('a typo in %s is seen: %s -> %s', (script, from, to, message) => {
    const path = `vivado/${script}`;
    const text = files.get(path) as string;
    expect(text.split(from)).toHaveLength(2);
    const folder = `bad-${script}-${from.replace(/\W+/g, '_')}`;
    write(folder, new Map([...files, [path, text.replace(from, () => to)]]));
    if (script === 'board.tcl') expect(run(folder, 'package_ip.tcl').ok).toBe(true);
    const entry = script.endsWith('.xdc') || script === 'settings.tcl' ? 'synth_ooc.tcl' : script;
    const r = run(folder, entry, 'pynq-z2');
    expect(r.ok).toBe(false);
    expect(r.log).toContain(message);
  });
});
