/** Block RAM, LUT RAM or registers: the model against what Yosys did, and against the Yosys that is here. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { synthesizeMemories } from '../../bench/estimate/memories.js';
import type { Family } from '../../src/ir/resources.js';
import { FAMILIES, TARGETS } from '../../src/targets/index.js';
import { itWithTool } from '../support/tools.js';

type Row = readonly [width: number, depth: number, lutram: number, ramb18: number, ramb36: number];
const POINTS = JSON.parse(readFileSync('bench/estimate/memory-points.json', 'utf8')) as Record<Family, Row[]>;

const modelled = (width: number, depth: number, family: Family): Row => {
  const { lutram, ramb18, ramb36 } = TARGETS[family].memory({ width, depth, isRom: false }).resources;
  return [width, depth, lutram, ramb18, ramb36];
};

it.each(FAMILIES)('every memory that Yosys mapped for %s', (family) => {
  expect(POINTS[family].length).toBeGreaterThanOrEqual(90);
  expect(POINTS[family].map(([width, depth]) => modelled(width, depth, family))).toEqual(POINTS[family]);
});

it('sees that families differ', () => {
  expect(POINTS.xc7.map(([width, depth]) => modelled(width, depth, 'xcup'))).not.toEqual(POINTS.xc7);
});

it('constant memories go to logic or block RAM, and to block RAM where told so', () => {
  const rom = { width: 8, depth: 64, isRom: true };
  expect(TARGETS.xc7.memory(rom).style).toBe('logic');
  expect(TARGETS.xc7.memory({ ...rom, depth: 270 }).resources.ramb18).toBe(1);
  expect(TARGETS.xc7.memory({ ...rom, depth: 270 }, 'logic').style).toBe('logic');
  expect(TARGETS.xc7.memory(rom, 'block').resources.ramb18).toBe(1);
});

itWithTool('yosys', 'the Yosys of this machine maps them alike', async () => {
  const shapes = [
    [8, 12],
    [12, 3000],
    [24, 90],
    [36, 400],
    [72, 513],
    [1, 65],
  ] as const;
  const found = await synthesizeMemories(shapes, 'ecp5');
  expect(found.map((r, i) => [...shapes[i], r.lutram, r.ramb18, r.ramb36])).toEqual(
    shapes.map(([width, depth]) => modelled(width, depth, 'ecp5')),
  );
});
