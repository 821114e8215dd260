/** `synth` around Yosys: choice of blocks, runs side by side, blocks that fail or hang, Ctrl-C. A script stands in for Yosys. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { EXIT } from '../../src/diagnostics.js';
import { cacheFolder } from '../../src/io/cache.js';
import { SynthesisMeter } from '../../src/io/synthesis/synthesis-progress.js';
import type { BuildSynthesis } from '../../src/io/synthesis/synthesize-build.js';
import { addResources, type Resources } from '../../src/ir/resources.js';
import { runCli } from '../support/run-cli.js';
import { SMALLEST_SPEC, type SmallBuild, smallBuild } from '../support/small-build.js';

const FAKE = fileURLToPath(new URL('../support/fake-yosys.sh', import.meta.url));

/** A run that nobody ended as a whole would hold its pipes for 100 s (fake-yosys.sh). */
vi.setConfig({ testTimeout: 60_000 });

let small: SmallBuild | undefined;
let root = '';
beforeAll(() => {
  small = smallBuild(SMALLEST_SPEC);
});
afterAll(() => small?.remove());

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'blnet-runs-'));
  mkdirSync(join(root, 'tmp'));
  vi.stubEnv('BLNET_YOSYS', FAKE);
  vi.stubEnv('BLNET_CACHE', join(root, 'cache'));
  vi.stubEnv('FAKE_LOG', join(root, 'log'));
  vi.stubEnv('TMPDIR', join(root, 'tmp'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const synth = (...args: string[]) => runCli('synth', small?.folder as string, ...args);
const json = async (...args: string[]) => {
  const run = await synth('--json', ...args);
  return { ...run, document: JSON.parse(run.stdout) as BuildSynthesis };
};
const log = (): string[] =>
  existsSync(join(root, 'log')) ? readFileSync(join(root, 'log'), 'utf8').trim().split('\n') : [];
const kept = (): string[] => {
  const folder = join(root, 'cache', 'synthesis');
  return existsSync(folder) ? readdirSync(folder) : [];
};
const starts = (): string[] => log().filter((line) => line.startsWith('start'));
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const processes = (): number[] =>
  log()
    .filter((line) => line.startsWith('process'))
    .map((line) => Number(line.split(' ')[1]));
/** A killed process is there until whoever inherited it has noticed. @param runs that hung, with two processes each */
const expectGone = async (runs: number): Promise<void> => {
  expect(processes()).toHaveLength(2 * runs);
  await vi.waitUntil(() => processes().every((pid) => !isAlive(pid)), 5000);
  expect(readdirSync(join(root, 'tmp'))).toEqual([]);
};

describe('which blocks', () => {
  it('takes names and kinds', async () => {
    const { document, code } = await json('--blocks', 'stem_conv,classifier_linear', '--kinds', 'pointwise');
    expect(code).toBe(0);
    expect(document.blocks.map((b) => b.name)).toEqual(['stem_conv', 'classifier_linear']);
    const only = (await json('--kinds', 'window')).document;
    expect(only.blocks.map((b) => b.kind)).toEqual(['window']);
    expect(only.total.estimate).toEqual(only.blocks[0]?.estimate);
  });

  it.each([
    [['--blocks', 'stem_conv,nothing'], /BLN001.*'nothing'.*stem_conv/s],
    [['--kinds', 'conv'], /BLN001.*'conv'.*pointwise/s],
    [['--kinds', 'window', '--flat'], /BLN001.*--flat/s],
    [['--jobs', '0'], /--jobs/],
    [['--timeout', '-1'], /--timeout/],
  ])('refuses %j', async (args, message) => {
    const run = await synth(...args);
    expect([run.code, starts()]).toEqual([EXIT.usage, []]);
    expect(run.stderr).toMatch(message);
  });
});

describe('runs of Yosys', () => {
  it('go on side by side, as many as asked for', async () => {
    const { document } = await json('--jobs', '2', '--no-cache');
    expect(document.jobs).toBe(2);
    expect(
      log()
        .slice(0, 2)
        .every((line) => line.startsWith('start')),
    ).toBe(true);
    const runs = starts().length;
    expect(runs).toBeGreaterThan(1);
    rmSync(join(root, 'log'));
    await json('--jobs', '1', '--no-cache');
    log().forEach((line, i) => {
      expect(line.split(' ')[0]).toBe(i % 2 === 0 ? 'start' : 'end');
    });
  });

  it('pay once for what is known', async () => {
    const first = await json('--kinds', 'window');
    const runs = starts().length;
    expect(runs).toBe(1);
    const second = await json('--kinds', 'window');
    expect(starts()).toHaveLength(runs);
    expect(first.document.blocks.every((b) => !b.cached)).toBe(true);
    expect(second.document.blocks).toEqual(first.document.blocks.map((b) => ({ ...b, cached: true })));
    const text = await synth();
    expect(text.stdout).toMatch(/stand-in\), xc7, \d+ s, 1 of \d+ blocks from the cache/);
    rmSync(join(root, 'log'));
    await json('--kinds', 'window', '--no-cache');
    expect(starts()).toHaveLength(1);
  });
});

describe('the cache', () => {
  it('takes an empty BLNET_CACHE for none, and no relative XDG_CACHE_HOME', () => {
    const of = (env: NodeJS.ProcessEnv) => cacheFolder('synthesis', env, '/home/me');
    const usual = '/home/me/.cache/blnet/synthesis';
    expect(of({})).toBe(usual);
    expect(of({ BLNET_CACHE: '', XDG_CACHE_HOME: '' })).toBe(usual);
    expect(of({ XDG_CACHE_HOME: 'here' })).toBe(usual);
    expect(of({ XDG_CACHE_HOME: '/xdg' })).toBe('/xdg/blnet/synthesis');
    expect(of({ BLNET_CACHE: '/own', XDG_CACHE_HOME: '/xdg' })).toBe('/own/synthesis');
    expect(cacheFolder('synthesis', {}, '')).toBeNull();
  });

  it('ignores and rewrites a file that holds no counts', async () => {
    await json('--kinds', 'window');
    const file = join(root, 'cache', 'synthesis', kept()[0]);
    const good = readFileSync(file, 'utf8');
    for (const bad of [
      '1',
      '',
      'null',
      '[1]',
      '{"LUT6": -1}',
      '{"LUT6": "2"}',
      '{"LUT6": 1.5}',
      good.slice(0, 9),
    ]) {
      writeFileSync(file, bad);
      const { document, code } = await json('--kinds', 'window');
      expect([bad, code, document.blocks[0]?.cached]).toEqual([bad, 0, false]);
      expect(readFileSync(file, 'utf8')).toBe(good);
    }
  });
});

describe('a block that fails', () => {
  it('is named, and so is one that hangs; the others are reported', async () => {
    vi.stubEnv('FAKE_FAIL', 'blnet_window');
    vi.stubEnv('FAKE_HANG', 'blnet_global_avg_pool');
    const { document, code, stderr } = await json('--jobs', '1', '--timeout', '3');
    expect(code).toBe(EXIT.tool);
    const problems = new Map(document.blocks.map((b) => [b.kind, b.problem]));
    expect(problems.get('window')).toMatch(/ended with 1.*a line before\nERROR: cannot do blnet_window/s);
    expect(problems.get('globalAvgPool')).toBe('not done after 3 s');
    const good = document.blocks.filter((b) => b.problem === null);
    expect(good).toHaveLength(document.blocks.length - 2);
    expect(document.total.synthesis).toEqual(addResources(...good.map((b) => b.synthesis as Resources)));
    expect(document.total.estimate).toEqual(addResources(...good.map((b) => b.estimate)));
    expect(stderr).toMatch(/BLN402.*2 of \d+ blocks.*: ERROR: cannot do blnet_window.*: not done after 3 s/s);
    // Among others in its batch, then alone.
    await expectGone(2);
    // What went well is kept, what did not is tried again.
    vi.stubEnv('FAKE_FAIL', '');
    vi.stubEnv('FAKE_HANG', '');
    const before = starts().length;
    expect((await synth('--jobs', '1')).code).toBe(0);
    expect(starts().slice(before).join()).toMatch(/^start blnet_\w+ blnet_\w+ $/);
  });

  it('shows in the table', async () => {
    vi.stubEnv('FAKE_FAIL', 'blnet_window');
    const { code, stdout } = await synth();
    expect(code).toBe(EXIT.tool);
    expect(stdout).toMatch(/stem_conv_window +failed/);
    const listed = stdout.match(/^(stem|classifier)_\w+ /gm) ?? [];
    expect(listed.length).toBeGreaterThan(5);
    expect(stdout).toContain(`\nsum of ${listed.length - 1} blocks `);
  });
});

describe('Ctrl-C', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends every process, keeps what is done', async (signal, exitCode) => {
    vi.stubEnv('FAKE_HANG', 'blnet_global_avg_pool');
    const running = synth('--jobs', '2');
    // The first batch counts as done when its results are kept, a moment after its Yosys says so.
    await vi.waitUntil(() => processes().length === 2 && kept().length > 0, 20_000);
    // Twice, as npm and timeout(1) do. A first listener that goes away would leave the second to end this process.
    process.emit(signal);
    expect(process.listenerCount(signal)).toBe(1);
    process.emit(signal);
    const { code, stdout, stderr } = await running;
    expect([code, stdout]).toEqual([exitCode, '']);
    const done = /interrupted: ([1-9]\d*) of \d+ blocks done; their results are kept/.exec(stderr)?.[1];
    expect(kept()).toHaveLength(Number(done));
    await expectGone(1);
    expect(process.listenerCount(signal)).toBe(0);
  });
});

describe('progress', () => {
  it('is what is done by weight, and what runs by the time such weight took', () => {
    let now = 0;
    const meter = new SynthesisMeter(5, 1000, () => now);
    const [first, second] = [
      meter.start({ name: 'a', blocks: 2, weight: 400 }),
      meter.start({ name: 'b', blocks: 2, weight: 400 }),
    ];
    expect([meter.share(), meter.running]).toEqual([0, ['a', 'b']]);
    now = 8;
    first(true);
    // 400 took 8 s, so the other 400 should be through by now, but are not.
    expect(meter.share()).toBeCloseTo(0.4 + 0.95 * 0.4);
    second(false);
    expect([meter.finished, meter.share(), meter.running]).toEqual([2, 0.4, []]);
    meter.start({ name: 'c', blocks: 1, weight: 200 });
    now = 10;
    expect(meter.share()).toBeCloseTo(0.4 + 0.1);
  });
});
