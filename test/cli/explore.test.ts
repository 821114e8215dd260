/** `blnet explore`: its points are what `compile` plans, its plot is written whole, and limits are refused by name. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExploredModel as Exploration } from '../../src/cli/commands/explore.js';
import { EXIT } from '../../src/diagnostics.js';
import { runCli } from '../support/run-cli.js';
import { writeSmallModel } from '../support/small-build.js';

let folder: string;
let model: string;
let svg: string;
let found: Exploration;

const NOISE = ['--calibration', 'noise', '--calibration-images', '4'];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'blnet-explore-'));
  model = writeSmallModel(folder);
  svg = join(folder, 'plots', 'front.svg');
  const run = await runCli('explore', model, '--part', 'xc7z010', '--svg', svg, ...NOISE, '--json');
  expect(run).toMatchObject({ code: 0, stderr: '' });
  found = JSON.parse(run.stdout);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const costs = (p: Exploration['points'][number] | undefined) => ({
  cycles: p?.cycles,
  dsp: p?.dsp,
  lut: p?.lut,
  bram: p?.bram,
});

describe('explore', () => {
  it('agrees with compile, at full speed and at a frame rate', async () => {
    const compiled = async (...options: string[]) => {
      const out = join(folder, 'build');
      const run = await runCli(
        'compile',
        model,
        '-o',
        out,
        '--part',
        'xc7z010',
        ...NOISE,
        ...options,
        '--json',
      );
      expect(run.code).toBe(0);
      return JSON.parse(run.stdout).planned;
    };
    const cheapest = found.points.filter((p) => p.aims.includes('all'));
    const [first] = cheapest;
    const fastest = await compiled();
    expect(fastest).toMatchObject({ ...costs(first), bound: first?.bound, reason: found.reason });
    const middle = cheapest[cheapest.length >> 1];
    for (const point of [middle, cheapest.at(-1)]) {
      // A hair less, so that rounding never asks for a cycle less.
      const slower = await compiled('--fps', `${0.9999 * (point?.framesPerSecond as number)}`);
      expect(slower).toMatchObject(costs(point));
    }
  });

  it('writes a plot with every point', () => {
    const text = readFileSync(svg, 'utf8');
    expect(text.match(/<circle/g)).toHaveLength(3 * found.points.length);
    expect(text).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  });

  it('says what binds, and what its figures are', async () => {
    const run = await runCli('explore', model, '--part', 'xc7z010');
    expect(run.stdout.replaceAll(/\s+/g, ' ')).toContain('Figures are those of `blnet compile --fps N`');
    expect(run.stdout).toMatch(/^frames\/s +cycles +DSP +LUT +BRAM +MAC\/DSP +limit +bounded by$/m);
    const { bound } = found.points[0];
    expect(run.stdout).toContain(bound);
  });

  it('keeps to limits on LUTs and block RAM', async () => {
    const least = Math.min(...found.points.map((p) => p.lut));
    const limit = Math.ceil(1.2 * least);
    const run = await runCli(
      'explore',
      model,
      '--part',
      'xc7z010',
      '--max-lut',
      `${limit}`,
      '--max-bram',
      '3',
      '--json',
    );
    const { points, limits }: Exploration = JSON.parse(run.stdout);
    expect(limits).toMatchObject({ lut: limit, bram: 3 });
    expect(points.length).toBeGreaterThan(0);
    for (const p of points) {
      expect(p.lut).toBeLessThanOrEqual(limit);
      expect(p.bram).toBeLessThanOrEqual(3);
    }
    expect(points[0]?.cycles).toBeGreaterThan(found.points[0]?.cycles);
  });

  it.each(['explore', 'compile'])('%s names the limit that cannot be met', async (command) => {
    const out = join(folder, 'refused');
    const where = command === 'compile' ? ['-o', out] : ['--svg', out];
    const run = await runCli(command, model, ...where, ...NOISE, '--max-lut', '100');
    expect([run.code, run.stdout]).toEqual([EXIT.unsupported, '']);
    expect(run.stderr).toMatch(/BLN206 no legal folding: the smallest design takes at least [\d.]+ LUTs/);
    expect(run.stderr).toContain('100 LUTs (--max-lut)');
    expect(existsSync(out)).toBe(false);
  });
});
