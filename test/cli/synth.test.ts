/** `estimate` and `synth` on a build of four blocks: the same numbers in both, Yosys native and as WebAssembly. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorText } from '../../src/cli/commands/compare-resources.js';
import { compileTo } from '../../src/cli/commands/compile.js';
import { Progress } from '../../src/cli/terminal/progress.js';
import type { Estimate } from '../../src/estimate/estimate.js';
import type { BuildSynthesis } from '../../src/io/synthesis/synthesize-build.js';
import { addResources, type Resources } from '../../src/ir/resources.js';
import { runCli } from '../support/run-cli.js';
import { itWithTool } from '../support/tools.js';

const SPEC = {
  name: 'four',
  input: { channels: 1, height: 5, width: 5, mean: 128, std: 64 },
  classes: 2,
  stages: [
    { type: 'conv', name: 'stem', out: 2, kernel: 3, stride: 2 },
    { type: 'classifier', name: 'classifier' },
  ],
};

let root = '';
let build = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'blnet-synth-'));
  build = join(root, 'build');
  writeFileSync(join(root, 'four.json'), JSON.stringify(SPEC));
  const options = { output: build, maxDsp: 10, calibration: 'noise', calibrationImages: 2, seed: 1 };
  compileTo(join(root, 'four.json'), options, new Progress(true));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('blnet estimate', () => {
  const estimate = async (...args: string[]) =>
    JSON.parse((await runCli('estimate', build, '--json', ...args)).stdout) as Estimate;

  it('sums blocks and frame to the whole, and names what limits it', async () => {
    const e = await estimate();
    expect(e.part).toBe('xc7z020');
    expect(addResources(e.frame, ...e.blocks.map((b) => b.resources))).toEqual(e.total);
    expect(e.limit.share).toBe(Math.max(...e.shares.map((s) => s.share)));
    expect(e.fits).toBe(true);
    expect(e.total.lut).toBeGreaterThan(300);
  });

  it('speaks for another part', async () => {
    const [xc7, ecp5] = [await estimate(), await estimate('--part', 'LFE5U-25F')];
    expect(ecp5.family).toBe('ecp5');
    expect(ecp5.total.lut).not.toBe(xc7.total.lut);
    expect((await runCli('estimate', build, '--part', 'nothing')).stderr).toMatch(/BLN002/);
  });

  it('says that it predicts Yosys', async () => {
    expect((await runCli('estimate', build)).stdout).toMatch(/Predicts Yosys, not Vivado/);
    expect((await runCli('estimate', '--help')).stdout).toMatch(/not Vivado/);
  });
});

describe('blnet synth', () => {
  const synth = async (...args: string[]) => runCli('synth', build, ...args);

  itWithTool('yosys', 'holds the estimate against native Yosys, block by block', async () => {
    process.env.BLNET_CACHE = join(root, 'cache');
    const first = await synth('--part', 'LFE5U-25F', '--json');
    expect(first.stderr).toBe('');
    const r = JSON.parse(first.stdout) as BuildSynthesis;
    expect(r.tool).toMatch(/^Yosys/);
    expect(r.blocks.length).toBeGreaterThanOrEqual(4);
    const found = r.blocks.map((b) => b.synthesis as Resources);
    r.blocks.forEach((b, i) => {
      const { dsp, ramb18, ff } = found[i];
      expect([b.name, b.problem, dsp, ramb18]).toEqual([b.name, null, b.estimate.dsp, b.estimate.ramb18]);
      expect(ff, b.name).toBeGreaterThan(0);
    });
    expect(r.total.synthesis).toEqual(addResources(...found));
    // The second run finds every block in the cache, so it needs no Yosys at all.
    process.env.BLNET_YOSYS = 'false';
    const again = await synth('--part', 'LFE5U-25F', '--json', '--yosys', 'native');
    expect(again.stderr).toMatch(/BLN401/);
    delete process.env.BLNET_YOSYS;
    const text = await synth('--part', 'LFE5U-25F');
    expect(text.stdout).toMatch(/speaks for Yosys, not for Vivado/);
    delete process.env.BLNET_CACHE;
  });

  it('says what is missing where there is no Vivado', async () => {
    const run = await synth('--tool', 'vivado');
    expect(run.stderr).toMatch(/BLN401.*vivado/s);
  });
});

it('errors as text', () => {
  expect([
    errorText(110, 100),
    errorText(95, 100),
    errorText(3, 3),
    errorText(0, 0),
    errorText(2, 0),
  ]).toEqual(['+10.0 %', '-5.0 %', 'exact', 'exact', '2 of none']);
});
