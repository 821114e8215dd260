/** `blnet sweep`: every point once, killed runs resumed, and Snakemake coming to the same table. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, requireBuilt, startCli } from '../support/built-cli.js';
import { runCli } from '../support/run-cli.js';
import { SMALLEST_SPEC } from '../support/small-build.js';
import { describeWithTool, SNAKEMAKE } from '../support/tools.js';

const SWEEP = {
  models: ['tiny net.json'],
  parts: ['xc7z020', 'LFE5U-85F'],
  // The last one is beyond every folding.
  rates: [20_000, 1e9],
  options: [{ name: 'luts, few', requantizeIn: 'luts', maxDsp: 30 }],
};
const POINTS = 4;
/** Points of two processes at a time on a busy machine. */
const TIMEOUT_MS = 480_000;

let root: string;
let file: string;

beforeAll(() => {
  requireBuilt();
  root = mkdtempSync(join(tmpdir(), 'blnet-sweep-'));
  file = join(root, 'sweep.json');
  writeFileSync(join(root, 'tiny net.json'), JSON.stringify(SMALLEST_SPEC));
  writeFileSync(file, JSON.stringify(SWEEP));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const folderOf = (name: string): string => join(root, name);
const tableOf = (folder: string): string => readFileSync(join(folder, 'table.csv'), 'utf8');
const finished = (folder: string): string[] => {
  mkdirSync(join(folder, 'points'), { recursive: true });
  return readdirSync(join(folder, 'points')).filter((n) => n.endsWith('.json'));
};
/** When each point was made. */
const times = (folder: string): Map<string, number> =>
  new Map(finished(folder).map((n) => [n, statSync(join(folder, 'points', n)).mtimeMs]));

/** The local run of all points, once. */
const whole = async (): Promise<string> => {
  const folder = folderOf('whole');
  const { code, stderr } = await startCli(['sweep', file, '-o', folder, '--jobs', '2']).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return folder;
};

describe('a sweep on this machine', () => {
  it(
    'makes a table, plots and a page',
    async () => {
      const folder = await whole();
      const lines = tableOf(folder).trim().split('\n');
      expect(lines).toHaveLength(1 + POINTS);
      expect(lines[1]).toMatch(/^tiny net\.json,xc7z020,20000,8,8,"luts, few",150,\d+\.\d\d,\d+,\d+,\d+,/);
      expect(lines.filter((l) => l.includes('BLN206'))).toHaveLength(POINTS / 2);
      const page = readFileSync(join(folder, 'index.html'), 'utf8');
      for (const plot of readdirSync(join(folder, 'plots'))) expect(page).toContain(`plots/${plot}`);
      expect(readdirSync(join(folder, 'plots'))).toHaveLength(SWEEP.parts.length);
    },
    TIMEOUT_MS,
  );

  it(
    'goes on after a kill without making a finished point again',
    async () => {
      const folder = folderOf('killed');
      const run = startCli(['sweep', file, '-o', folder, '--jobs', '1'], { detached: true });
      while (finished(folder).length < 1) await sleep(20);
      process.kill(-(run.child.pid as number), 'SIGKILL');
      await run.end;
      // The point that was in work is in a group of its own, and may still end.
      await sleep(1500);
      const before = times(folder);
      expect(before.size).toBeLessThan(POINTS);
      const { code } = await startCli(['sweep', file, '-o', folder, '--jobs', '2']).end;
      expect(code).toBe(0);
      const after = times(folder);
      expect(after.size).toBe(POINTS);
      for (const [name, time] of before) expect(after.get(name), name).toBe(time);
      expect(tableOf(folder)).toBe(tableOf(folderOf('whole')));
    },
    TIMEOUT_MS,
  );

  it('makes a point again whose settings have changed', async () => {
    const changed = join(root, 'changed.json');
    writeFileSync(changed, JSON.stringify({ ...SWEEP, parts: ['xc7z020'], rates: [20_000], seed: 2 }));
    const folder = folderOf('whole');
    const refused = await runCli('sweep', changed, '-o', folder, '--table');
    expect(refused.stderr).toMatch(/BLN301[\s\S]*1 of 1 points have no result/);
  });
});

describe('what a sweep refuses', () => {
  const refusal = async (document: object): Promise<string> => {
    const path = join(root, 'bad.json');
    writeFileSync(path, JSON.stringify(document));
    return (await runCli('sweep', path, '-o', folderOf('bad'), '--table')).stderr;
  };
  it.each([
    [{ ...SWEEP, rate: [1] }, /BLN107[\s\S]*unknown key "rate"/],
    [{ ...SWEEP, parts: [] }, /BLN107[\s\S]*parts[\s\S]*a list of parts/],
    [{ ...SWEEP, parts: ['xc7z021'] }, /BLN002[\s\S]*xc7z021/],
    [{ ...SWEEP, rates: [20_000, 20_000] }, /BLN107[\s\S]*two points named/],
    [{ ...SWEEP, models: ['a/m.onnx', 'b/m.onnx'] }, /BLN107[\s\S]*a\/m\.onnx and b\/m\.onnx/],
    [{ ...SWEEP, rates: Array.from({ length: 9000 }, (_, i) => i + 1) }, /BLN207[\s\S]*18,000 points/],
  ])('%#', async (document, message) => {
    expect(await refusal(document)).toMatch(message);
  });
});

describeWithTool('snakemake', 'a sweep under Snakemake', () => {
  it(
    'comes to the same table, after a job was killed as well',
    async () => {
      const folder = folderOf('snakemake');
      const made = await startCli(['sweep', file, '-o', folder, '--snakemake']).end;
      expect(made.code).toBe(0);
      // The first job of one point kills itself.
      const script = join(root, 'blnet.sh');
      const mark = join(root, 'was-killed');
      const kill = `case "$*" in *xc7z020-20000fps-a8w8-luts-few) [ -e ${mark} ] || { touch ${mark}; kill -9 $$; };; esac`;
      writeFileSync(script, `#!/bin/sh\n${kill}\nexec ${process.execPath} ${CLI} "$@"\n`, { mode: 0o755 });
      const snakemake = () =>
        spawnSync(SNAKEMAKE, ['--cores', '2', '--keep-going', '--config', `blnet=${script}`], {
          cwd: folder,
          encoding: 'utf8',
        });
      expect(snakemake().status).not.toBe(0);
      const before = times(folder);
      expect(before.size).toBe(POINTS - 1);
      const again = snakemake();
      expect({ status: again.status, stderr: again.stderr }).toMatchObject({ status: 0 });
      const after = times(folder);
      expect(after.size).toBe(POINTS);
      for (const [name, time] of before) expect(after.get(name), name).toBe(time);
      expect(tableOf(folder)).toBe(tableOf(folderOf('whole')));
    },
    TIMEOUT_MS,
  );
});
