/**
 * The committed CIFAR-10 network from ONNX to HLS C++ under g++, by the commands that a user types: bit-exact with the
 * integer reference on sample images, with endless streams and in its real depths.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/io/assets.js';
import type { HlsVerification } from '../../src/io/simulators/hls-simulation.js';
import { runCli } from '../support/run-cli.js';
import { describeWithTool } from '../support/tools.js';

const FRAMES = 2;
/** Seconds on an idle machine; a busy one takes much longer. */
const TIMEOUT_MS = 900_000;

describeWithTool('g++', 'HLS C++ of the CIFAR-10 Mobile_BLNet', () => {
  const root = mkdtempSync(join(tmpdir(), 'blnet-hls-cifar-'));
  const build = join(root, 'build');
  beforeAll(async () => {
    const model = join(PACKAGE_ROOT, 'models/mobile-blnet-cifar10.onnx');
    const samples = join(PACKAGE_ROOT, 'models/samples/class-prototypes.bin');
    const calibration = ['--calibration', samples, '--calibration-images', '32'];
    const run = await runCli('compile', model, '-o', build, '--backend', 'hls', ...calibration, '--json');
    expect(run).toMatchObject({ code: 0, stderr: '' });
  }, TIMEOUT_MS);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it(
    'is bit-exact and does not deadlock',
    async () => {
      const run = await runCli('verify', build, '--simulator', 'hls', '--frames', `${FRAMES}`, '--json');
      expect(run.code, run.stderr).toBe(0);
      const result = JSON.parse(run.stdout) as HlsVerification;
      expect(result).toMatchObject({ ok: true, frames: FRAMES, problems: [] });
      expect(result.runs.map((r) => [r.mode, r.ok, r.mismatches])).toEqual([
        ['endless', true, 0],
        ['dataflow', true, 0],
      ]);
    },
    TIMEOUT_MS,
  );

  it('has no RTL to verify, and says so', async () => {
    const run = await runCli('verify', build, '--frames', '1');
    expect(run.code).not.toBe(0);
    expect(run.stderr).toContain('BLN303');
    expect(run.stderr).toContain('--simulator hls');
  });
});
