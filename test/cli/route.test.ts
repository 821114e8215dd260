/**
 * A small network through place and route on LFE5U-25F: its clock is above a floor, the netlist that was placed is equal
 * to the integer reference in every beat and cycle, and a fault in one of its cells is seen.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { framesOf } from '../../src/cli/commands/arguments.js';
import { compileTo } from '../../src/cli/commands/compile.js';
import { Progress } from '../../src/cli/terminal/progress.js';
import { readBuildFolder } from '../../src/io/build/build-folder.js';
import { verifyBuild } from '../../src/io/simulators/verify-build.js';
import type { ReportData } from '../../src/report/report-data.js';
import type { RoutingDocument } from '../../src/schema/results.js';
import { runCli } from '../support/run-cli.js';
import { SMALLEST_SPEC, type SmallBuild, smallBuild } from '../support/small-build.js';
import { describeWithTool, NEXTPNR_ENVIRONMENT } from '../support/tools.js';

/** MHz that every placement so far has passed with a tenth to spare; docs/place-and-route.md has the figures. */
const FLOOR_MHZ = 85;

let small: SmallBuild;
/** No weights in block RAM: multipliers of LUTs behind one are the slowest path there is (docs/place-and-route.md). */
const folderFor = (part: string): string => {
  const output = join(small.root, part);
  const data = { calibration: 'noise', calibrationImages: 2, seed: 1 };
  const options = { output, part, ...data, fps: 2000, maxBram: 0 };
  compileTo(small.spec, options, new Progress(true));
  return output;
};
const saved = { cache: process.env.BLNET_CACHE, nextpnr: process.env.BLNET_NEXTPNR };
beforeAll(() => {
  small = smallBuild(SMALLEST_SPEC);
  process.env.BLNET_CACHE = join(small.root, 'cache');
  process.env.BLNET_NEXTPNR = NEXTPNR_ENVIRONMENT;
});
afterAll(() => {
  small.remove();
  for (const [key, value] of [
    ['BLNET_CACHE', saved.cache],
    ['BLNET_NEXTPNR', saved.nextpnr],
  ] as const) {
    if (value === undefined) delete process.env[key];
    else process.env[key] = value;
  }
});

/** Icarus: a netlist takes longer to compile for Verilator than one small frame takes to run. */
const verify = (folder: string) =>
  runCli('verify', folder, '--netlist', '--frames', '1', '--simulator', 'iverilog', '--json');

describeWithTool(['nextpnr', 'yosys', 'iverilog'], 'a network on LFE5U-25F', () => {
  let folder = '';
  let found: RoutingDocument;
  beforeAll(async () => {
    folder = folderFor('LFE5U-25F');
    const run = await runCli('route', folder, '--seeds', '1', '--target', '125', '--json');
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
    found = JSON.parse(run.stdout);
  }, 1_200_000);

  it('reaches a clock above the floor, whose slowest path is told by its blocks', () => {
    expect(found.clockMhz.median).toBeGreaterThan(FLOOR_MHZ);
    expect(found.framesPerSecond).toBeCloseTo((found.clockMhz.median * 1e6) / found.intervalCycles, 6);
    const [{ slowest }] = found.seeds;
    expect(slowest?.from).toMatch(/^(stem|classifier)_/);
    expect(slowest?.crosses.length).toBeGreaterThan(1);
    expect(slowest?.ns).toBeCloseTo(1000 / found.clockMhz.least, 1);
    expect(found.resources.map((r) => r.resource)).toEqual(['LUT4', 'flip-flop', 'MULT18X18D', 'DP16KD']);
    expect(found.resources[0].used).toBeGreaterThan(500);
    expect(JSON.parse(readFileSync(join(folder, 'route/route.json'), 'utf8'))).toEqual(found);
    expect(readFileSync(join(folder, 'route/tiniest.config'), 'utf8')).toMatch(/^\.device LFE5U-25F/);
  });

  it('is known to the report, beside the plan', async () => {
    const report = JSON.parse((await runCli('report', folder, '--json')).stdout) as ReportData;
    expect(report.routing?.clockMhz).toEqual(found.clockMhz);
    expect(report.routing?.framesPerSecond).toBe(found.framesPerSecond);
    expect(readFileSync(join(folder, 'report.md'), 'utf8')).toMatch(/place and route/i);
  });

  it('is found again in the cache', async () => {
    const again = await runCli('route', folder, '--seeds', '1', '--target', '125');
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/MHz in the median/);
  });

  it('has a netlist that is equal to the reference in every beat and cycle', async () => {
    const good = JSON.parse((await verify(folder)).stdout);
    expect(good).toMatchObject({ ok: true, mismatches: 0, differingTraces: [], design: 'netlist' });
  }, 600_000);
});

describe('blnet route', () => {
  it('refuses parts whose delays no open tool knows', async () => {
    const run = await runCli('route', small.folder);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/BLN001.*xc7z020.*LFE5U-25F, LFE5U-45F, LFE5U-85F/s);
  });

  it('says how to get nextpnr', async () => {
    const { PATH } = process.env;
    process.env.PATH = '/nowhere';
    process.env.BLNET_NEXTPNR = '/nowhere';
    try {
      const run = await runCli('route', folderFor('LFE5U-25F'));
      expect(run.code).toBe(6);
      expect(run.stderr).toMatch(/BLN401.*--install/s);
    } finally {
      process.env.PATH = PATH;
      process.env.BLNET_NEXTPNR = NEXTPNR_ENVIRONMENT;
    }
  });
});

describeWithTool(['yosys', 'iverilog'], 'the netlist of a network', () => {
  it('is equal to the reference on xc7; a fault in one cell is seen', async () => {
    const folder = folderFor('xc7z010');
    expect(JSON.parse((await verify(folder)).stdout)).toMatchObject({ ok: true, mismatches: 0 });
    const text = readFileSync(join(folder, 'netlist/netlist.v'), 'utf8');
    // The bits that enter one carry chain, inverted.
    const faulty = text.replace(/(CARRY4 [\s\S]*?\.S\()/, '$1~');
    expect(faulty).not.toBe(text);
    const build = readBuildFolder(folder);
    const netlist = new Map([
      ['netlist.v', faulty],
      ['cells.v', readFileSync(join(folder, 'netlist/cells.v'), 'utf8')],
    ]);
    const frames = framesOf(build, 1, undefined).values;
    const wrong = await verifyBuild({ build, frames, simulator: 'iverilog', netlist });
    expect(wrong.ok).toBe(false);
  }, 600_000);
});
