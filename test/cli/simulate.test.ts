/** `blnet simulate` on a small build: what blocks do with their cycles, and a deadlock explained to the user. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/diagnostics.js';
import type { Manifest } from '../../src/report/manifest.js';
import type { SimulationReport } from '../../src/report/simulation.js';
import type { Activity } from '../../src/sim/activity.js';
import { runCli } from '../support/run-cli.js';
import { type SmallBuild, smallBuild } from '../support/small-build.js';

interface Report extends SimulationReport {
  readonly activity: Activity;
}

const sums = ({ blocks }: Activity): Set<number> =>
  new Set(blocks.map((b) => b.busyCycles + b.blockedCycles + b.starvedCycles));

describe('blnet simulate', () => {
  let build: SmallBuild;
  beforeEach(() => {
    build = smallBuild();
  });
  afterEach(() => build.remove());

  it('says what every block does with the cycles of a steady frame, or of a run that stalls', async () => {
    const steady = JSON.parse((await runCli('simulate', build.folder, '--frames', '5', '--json')).stdout);
    const { activity, intervalCycles, blocks } = steady as Report;
    expect(activity.over).toBe('steady frame');
    expect(activity.cycles).toBe(intervalCycles);
    expect(sums(activity)).toEqual(new Set([intervalCycles]));
    expect(activity.blocks.map((b) => b.name)).toEqual(blocks.map((b) => b.name));

    const run = await runCli('simulate', build.folder, '--backpressure', '3', '--json');
    const stalled = JSON.parse(run.stdout) as Report;
    expect(stalled.activity.over).toBe('run');
    expect(sums(stalled.activity)).toEqual(new Set([stalled.activity.cycles]));
    expect(stalled.activity.cycles).toBeGreaterThanOrEqual(stalled.latencyCycles);
    expect(stalled.activity.blocks.some((b) => b.blockedCycles > 0)).toBe(true);

    const text = await runCli('simulate', build.folder);
    expect(text.stdout).toMatch(/^block +kind +busy +blocked +starved +use$/m);
  });

  it('explains a deadlock: the FIFO, since when, the depth that it needs', async () => {
    const path = join(build.folder, 'manifest.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
    const [fifo, depth] = Object.entries(manifest.fifoDepths).find(([name]) => name.startsWith('m1')) ?? [];
    expect(depth).toBeGreaterThan(2);
    const fifoDepths = { ...manifest.fifoDepths, [fifo as string]: 1 };
    writeFileSync(path, JSON.stringify({ ...manifest, fifoDepths }));
    for (const command of ['simulate', 'report']) {
      const run = await runCli(command, build.folder, '--json');
      expect(run.code).toBe(EXIT.mismatch);
      const { error } = JSON.parse(run.stdout);
      expect(error).toMatchObject({ code: 'BLN502', where: fifo });
      expect(error.found).toMatch(/^nothing moves from cycle \d+ on/);
      expect(error.found).toContain('the FIFO is full with 1 beat ');
      const needed = Number(/a depth of (\d+) beats/.exec(error.need)?.[1]);
      expect(needed).toBeGreaterThanOrEqual(depth as number);
    }
  });
});
