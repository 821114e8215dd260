/** A TFLite model through the commands: what they say of it, what the golden is, and preprocessing that a user states. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { accuracyText } from '../../src/cli/commands/accuracy.js';
import { Prng } from '../../src/ir/prng.js';
import { runCli } from '../support/run-cli.js';
import { TestNetwork } from '../support/tflite-network.js';
import { TFLITE_PYTHON } from '../support/tflite-runtime.js';
import { describeWithTool, itWithTool } from '../support/tools.js';

let folder: string;
let model: string;
let build: string;

const one = (...argv: string[]) =>
  runCli(...argv).then((r) => ({ ...r, text: r.stdout.replace(/\s+/g, ' ') }));
const compile = (output: string, ...more: string[]) =>
  one('compile', model, '-o', output, '--calibration', 'noise:3', '--max-dsp', '20', ...more);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'blnet-tflite-cli-'));
  model = join(folder, 'net.tflite');
  build = join(folder, 'build');
  const p = new Prng(4);
  const n = new TestNetwork(p, [9, 8, 3]);
  const window = { kernel: [3, 2], stride: 1, dilation: [1, 1], padding: 0, fused: 1 } as const;
  const a = n.conv(n.input, 4, window);
  const b = n.depthwise(a, 1, { ...window, kernel: [3, 3], fused: 0 });
  writeFileSync(model, n.bytes(n.softmax(n.dense(n.mean(n.add(a, b, 1)), 5))));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a TFLite model', () => {
  it('compiles, with assumptions first and rewrites named', async () => {
    const { code, text } = await compile(build);
    expect(code).toBe(0);
    expect(text).toMatch(/pixels real = \(pixel - \d+\) \/ [\d.]+, assumed/);
    expect(text).toMatch(/assumed t0: the bytes of an image are the integers of the input, less 128/);
    expect(text).toMatch(/rewritten t\d+: its 3x2 kernel is a 3x3 kernel, filled up with zeros/);
    expect(text.indexOf('assumed t0')).toBeLessThan(text.indexOf('rewritten'));
    expect(readFileSync(join(build, 'model.tflite'))).toEqual(readFileSync(model));
  });

  it('is inspected as a file and as a build with the same notes', async () => {
    const [file, folder] = [await one('inspect', model, '--json'), await one('inspect', build, '--json')];
    const notes = JSON.parse(file.stdout).notes;
    expect(notes).toHaveLength(3);
    expect(JSON.parse(folder.stdout).notes).toEqual(notes);
  });

  it('is compared with the reals of its integers, and every layer is near them', async () => {
    const { code, stdout } = await one('accuracy', build, '--dataset', 'noise:9', '--images', '20', '--json');
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document.golden).toContain('the integers of the TFLite file');
    expect(document.layers).toHaveLength(5);
    for (const l of document.layers) expect(l.sqnrDb, l.tensor).toBeGreaterThan(20);
    writeFileSync(join(build, 'accuracy.json'), stdout);
    expect(await one('report', build)).toMatchObject({ code: 0 });
  });

  describeWithTool('tflite-micro', 'with a TFLite runtime', () => {
    beforeAll(() => vi.stubEnv('BLNET_PYTHON', TFLITE_PYTHON));
    afterAll(() => vi.unstubAllEnvs());

    it('is compared with it: every integer of every output, SOFTMAX included, is equal', async () => {
      const argv = ['accuracy', build, '--dataset', 'noise:9', '--json', '--sqnr-images', '0'];
      const document = JSON.parse((await one(...argv)).stdout);
      expect(document).toMatchObject({ images: 32, agreement: 1, equal: 1, layers: [] });
      expect(document.golden).toMatch(/^TFLite Micro [\w.]+ on the model itself$/);
    });

    it('sees a difference of one step', async () => {
      const file = join(build, 'network.json');
      const text = readFileSync(file, 'utf8');
      const host = '"host": [{"computes":"softmax","beta":1,';
      expect(text).toContain(host);
      writeFileSync(file, text.replace(host, '"host": [{"computes":"softmax","beta":1.01,'));
      const argv = ['accuracy', build, '--dataset', 'noise:9', '--json', '--sqnr-images', '0'];
      const document = JSON.parse((await one(...argv)).stdout);
      writeFileSync(file, text);
      expect(document.agreement).toBe(1);
      expect(document.equal).toBeLessThan(1);
    });

    it('says what the runtime says of a model that it does not take', async () => {
      const file = join(build, 'model.tflite');
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.subarray(0, 100));
      const { code, stderr } = await one('accuracy', build, '--dataset', 'noise:9');
      writeFileSync(file, bytes);
      expect(code).toBe(6);
      expect(stderr).toMatch(/BLN402 .*the TFLite runtime ended/s);
    });
  });

  it('simulates what is left to the host', async () => {
    const { outputs } = JSON.parse((await one('simulate', build, '--json')).stdout);
    for (const { host, integers } of outputs) {
      expect(host).toMatchObject({ computes: 'softmax' });
      expect(host.integers).toHaveLength(integers.length);
      expect(Math.abs(host.reals.reduce((a: number, b: number) => a + b) - 1)).toBeLessThan(0.02);
    }
    expect((await one('simulate', build)).text).toMatch(/SOFTMAX [01]\.\d{3} /);
  });

  it('takes the preprocessing that the user states, and then assumes nothing', async () => {
    const output = join(folder, 'stated');
    const { code, text } = await compile(output, '--mean', '120,110,100', '--std', '60');
    expect(code).toBe(0);
    expect(text).toContain('real = (pixel - [120, 110, 100]) / 60, as stated');
    expect(text).not.toContain('assumed');
    const { input } = JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8'));
    expect(input.preprocessing).toEqual({ mean: [120, 110, 100], std: [60] });
    expect(input.takesPixels).toBe(false);
  });

  it.each([
    ['--mean', '1,2', /BLN103 .*--mean: 2 numbers/],
    ['--std', '0', /above 0/],
    ['--mean', 'red', /numbers separated by commas/],
  ])('refuses %s %s', async (option, value, message) => {
    const { code, stderr } = await compile(join(folder, 'refused'), option, value);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
  });

  it.each([
    [20, 1, false, true],
    [20, 2, false, false],
    [19, 1, false, false],
    [20, 1, true, false],
  ])('%i images with %i answers, of noise: %s; warns: %s', (images, answers, isNoise, warns) => {
    const report = {
      images,
      labelled: 0,
      floatTop1: null,
      integerTop1: null,
      agreement: 1,
      answers,
      layers: [],
    };
    expect(accuracyText(report, { isNoise }).includes('all images got one answer')).toBe(warns);
  });

  itWithTool('iverilog', 'is bit-exact and cycle-exact in RTL', async () => {
    const { code, text } = await one(
      'verify',
      build,
      '--simulator',
      'iverilog',
      '--frames',
      '2',
      '--backpressure',
      '5',
    );
    expect(text).toContain('bit-exact and cycle-exact');
    expect(code).toBe(0);
  });
});
