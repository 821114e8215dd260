/** The commands on a small network: what they print, as text and as JSON, and that builds are deterministic. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/diagnostics.js';
import { VERSION } from '../../src/version.js';
import { runCli } from '../support/run-cli.js';
import { writeSmallModel } from '../support/small-build.js';
import { describeWithTool } from '../support/tools.js';

let folder: string;
let model: string;
let build: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'blnet-cli-'));
  model = writeSmallModel(folder);
  build = join(folder, 'build');
  const result = await runCli('compile', model, '-o', build, '--calibration', 'noise:3', '--max-dsp', '40');
  expect(result).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const json = async (...argv: string[]) => {
  const result = await runCli(...argv, '--json');
  return { code: result.code, document: JSON.parse(result.stdout) };
};

const filesUnder = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(path, name)).isFile())
    .sort();

describe('compile', () => {
  it('is deterministic: two builds are equal byte for byte', async () => {
    const again = join(folder, 'again');
    await runCli('compile', model, '-o', again, '--calibration', 'noise:3', '--max-dsp', '40');
    const names = filesUnder(again);
    expect(names).toEqual(
      expect.arrayContaining(['manifest.json', 'network.json', 'summary.md', 'filelist.f']),
    );
    for (const name of names) {
      expect(readFileSync(join(again, name)).equals(readFileSync(join(build, name))), name).toBe(true);
    }
  });

  it('takes a configuration file, and the command line over it', async () => {
    const config = join(folder, 'config.json');
    writeFileSync(config, '{"part": "xc7a100t", "calibration": "min-max", "maxDsp": 50}');
    const args = [
      'compile',
      model,
      '-o',
      join(folder, 'configured'),
      '--calibration',
      'noise',
      '--config',
      config,
    ];
    const { document } = await json(...args, '--max-dsp', '40');
    expect(document.config).toMatchObject({ part: 'xc7a100t', calibration: 'min-max', maxDsp: 40 });
    expect(document.planned.dsp).toBeLessThanOrEqual(40);
  });

  it('a frame rate is met with no more DSPs than the fastest build', async () => {
    const args = ['compile', model, '--calibration', 'noise', '--part', 'xc7z020'];
    const fast = (await json(...args, '-o', join(folder, 'fast'))).document;
    const fps = fast.simulated.framesPerSecond / 3;
    const slow = (await json(...args, '-o', join(folder, 'slow'), '--fps', `${fps}`)).document;
    expect(slow.simulated.framesPerSecond).toBeGreaterThanOrEqual(fps);
    expect(slow.planned.dsp).toBeLessThan(fast.planned.dsp);
  });
});

describe('simulate', () => {
  it('tells outputs, latency, interval, use of blocks, fullest FIFOs', async () => {
    const { document, code } = await json('simulate', build, '--frames', '3');
    expect(code).toBe(0);
    const manifest = JSON.parse(readFileSync(join(build, 'manifest.json'), 'utf8'));
    expect(document.latencyCycles).toBe(manifest.simulated.latencyCycles);
    expect(document.intervalCycles).toBe(manifest.simulated.intervalCycles);
    expect(document.outputs).toHaveLength(3);
    expect(document.outputs[0].integers).toHaveLength(4);
    const busiest = Math.max(...document.blocks.map((b: { utilisation: number }) => b.utilisation));
    expect(busiest).toBeGreaterThan(0.5);
    expect(busiest).toBeLessThanOrEqual(1);
    for (const f of document.fifos) expect(f.peak).toBeLessThanOrEqual(f.depth);
  });

  it('stalls cost cycles, not values', async () => {
    const free = (await json('simulate', build)).document;
    // A pause where a block waits anyway costs nothing, so one seed alone proves nothing.
    const latencies: number[] = [];
    for (const seed of ['2', '3', '4', '5']) {
      const stalled = (await json('simulate', build, '--backpressure', seed)).document;
      expect(stalled.outputs).toEqual(free.outputs);
      latencies.push(stalled.latencyCycles);
    }
    expect(Math.min(...latencies)).toBeGreaterThanOrEqual(free.latencyCycles);
    expect(Math.max(...latencies)).toBeGreaterThan(free.latencyCycles);
  });
});

describe('inspect', () => {
  it('counts the committed network as the literature does', async () => {
    const { document } = await json('inspect', 'models/specs/mobile-blnet-cifar10.json');
    const { document: trained } = await json('inspect', 'models/mobile-blnet-cifar10.onnx');
    expect(trained.macs).toBe(document.macs);
    expect(trained.parameters).toBe(document.parameters);
  });

  it('shows bits of a build', async () => {
    const { document } = await json('inspect', build);
    const conv = document.layers.find((l: { op: string }) => l.op === 'conv 3x3');
    expect(conv).toMatchObject({ name: 'stem.conv', bits: 8, output: '5x8x8', macs: 5 * 64 * 27 });
    expect(conv.accumulatorBits).toBeGreaterThan(12);
  });
});

describe('accuracy', () => {
  it('float and integer agree on unlabelled images; SQNR of every layer', async () => {
    const { document } = await json(
      'accuracy',
      build,
      '--dataset',
      'noise:9',
      '--images',
      '20',
      '--sqnr-images',
      '4',
    );
    expect(document).toMatchObject({ images: 20, labelled: 0, floatTop1: null });
    expect(document.agreement).toBeGreaterThan(0.7);
    expect(document.layers.length).toBeGreaterThan(8);
    for (const l of document.layers) expect(l.sqnrDb, l.tensor).toBeGreaterThan(15);
  });

  it('the committed network names its own sample images, in float and in integers', async () => {
    const output = join(folder, 'committed');
    const samples = 'models/samples/class-prototypes.bin';
    await runCli('compile', 'models/mobile-blnet-cifar10.onnx', '-o', output, '--calibration', samples);
    const { document } = await json('accuracy', output, '--dataset', samples);
    expect(document).toMatchObject({ images: 20, labelled: 20, floatTop1: 1, integerTop1: 1 });
  });
});

describeWithTool(['verilator'], 'verify in Verilator', () => {
  it.each([undefined, 1, 2, 3])('is bit-exact and cycle-exact, back-pressure seed %s', async (seed) => {
    const stalls = seed === undefined ? [] : ['--backpressure', `${seed}`];
    const { document, code } = await json('verify', build, '--frames', '3', ...stalls);
    expect(document).toMatchObject({ frames: 3, mismatches: 0, differingTraces: [], problems: [] });
    expect(document.cycles.rtl).toEqual(document.cycles.simulator);
    expect(code).toBe(0);
  });

  it('a flipped weight bit in the build folder is caught', async () => {
    // ROMs are read at run time, so the program of the tests above serves.
    const name = filesUnder(join(build, 'weights')).find((n) => /_stem_conv\.weights/.test(n)) as string;
    const rom = join(build, 'weights', name);
    const text = readFileSync(rom, 'utf8');
    writeFileSync(
      rom,
      text.replace(/[0-9a-f]/, (digit) => (Number.parseInt(digit, 16) ^ 4).toString(16)),
    );
    const result = await runCli('verify', build, '--frames', '2', '--json');
    writeFileSync(rom, text);
    expect(result.code).toBe(EXIT.mismatch);
    expect(result.stderr).toContain('BLN501');
    expect(JSON.parse(result.stdout).mismatches).toBeGreaterThan(0);
  });
});

describeWithTool(['iverilog'], 'verify in Icarus', () => {
  it('is bit-exact and cycle-exact', async () => {
    const { document } = await json('verify', build, '--frames', '2', '--simulator', 'iverilog');
    expect(document).toMatchObject({ frames: 2, mismatches: 0, problems: [], simulator: 'iverilog' });
  });
});

describe('the program', () => {
  it('states the version of package.json', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(VERSION).toBe(version);
  });

  it('helps', async () => {
    const result = await runCli('--help');
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('Exit codes');
  });

  it('refuses an unknown command', async () => {
    expect(await runCli('synthesise')).toMatchObject({ code: EXIT.usage });
  });
});
