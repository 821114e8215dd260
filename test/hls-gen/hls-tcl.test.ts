/** run_hls.tcl, run by a Tcl interpreter against stubs that know the vendor's commands and their order. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { hlsFilesOf, runProgram, writeFiles } from '../support/hls-build.js';
import { networkCase, randomNetwork } from '../support/random-network.js';
import { describeWithTool } from '../support/tools.js';

const STUBS = fileURLToPath(new URL('./hls/stubs.tcl', import.meta.url));
const SCRIPT = 'hls/run_hls.tcl';

describeWithTool('tclsh', 'the Vitis HLS script', () => {
  const root = mkdtempSync(join(tmpdir(), 'blnet-hls-tcl-'));
  const c = networkCase(randomNetwork(1), 1);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** Runs the script as generated, or changed, from another working folder. */
  function run(name: string, change: (script: string) => string = (s) => s) {
    const files = hlsFilesOf(c);
    files.set(SCRIPT, change(files.get(SCRIPT) as string));
    writeFiles(join(root, name), files);
    return runProgram('tclsh', [STUBS, join(root, name, SCRIPT)], root);
  }

  it('uses documented commands in a working order, on files that exist', () => {
    const result = run('good');
    expect(result).toMatchObject({ status: 0, errors: '' });
    const commands = result.output
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(commands.slice(-3)).toEqual(['csim_design', 'csynth_design', 'export_design']);
    expect(result.output).toContain(`set_top ${c.hardware.name}\n`);
    expect(result.output).toContain('create_clock -period 6.667');
    expect(result.output).toContain(`--input ${join(root, 'good', 'sim', 'input.hex')}`);
  });

  it.each([
    ['csynth_design', 'csynth_desing', 'unknown command csynth_desing'],
    ['-flow_target vivado', '-flow_target vivada', 'open_solution -flow_target vivada'],
    [/set_part .*\n/, '', 'csim_design before set_part'],
    ['_tb.cpp]', '_bench.cpp]', 'no file'],
    ['-format ip_catalog', '-form ip_catalog', 'export_design has no option -form'],
  ])('the stubs find the planted fault %s', (right, wrong, problem) => {
    const result = run('bad', (script) => {
      const changed = script.replace(right, wrong);
      expect(changed).not.toBe(script);
      return changed;
    });
    expect(result.status).not.toBe(0);
    expect(result.errors).toContain(problem);
  });
});
