/** The Pareto front: nothing on it beats anything else on it, and its points are what the search itself finds. */
import { describe, expect, it } from 'vitest';
import { budgetOf, NO_LIMITS } from '../../src/explore/budget.js';
import { costOf, RESOURCES, sumCosts } from '../../src/explore/cost.js';
import { PLAIN } from '../../src/explore/flip-flops.js';
import { leastUse } from '../../src/explore/least-use.js';
import {
  dominates,
  intervalSeries,
  type ParetoPoint,
  paretoFront,
  withoutDominated,
} from '../../src/explore/pareto.js';
import { Planner } from '../../src/explore/plan-design.js';
import { Prng } from '../../src/ir/prng.js';
import { paretoSvg } from '../../src/report/pareto-svg.js';
import { DEVICES } from '../../src/targets/devices.js';
import { POINTWISE, QuantBuilder, samePads } from '../support/quant-builder.js';

const DEVICE = DEVICES.find((d) => d.name === 'xc7z010') as (typeof DEVICES)[number];
const FORMAT = { bits: 8, signed: true, zeroPoint: 0 };

it('a point stays if nothing is at least as good everywhere and better somewhere', () => {
  const common = { bound: 'x', aims: ['all'], fullest: 'lut', fullestShare: 0.5 } as const;
  const point = (interval: number, dsp: number, lut: number, bram: number): ParetoPoint => ({
    cycles: 1,
    interval,
    dsp,
    lut,
    bram,
    ...common,
  });
  const fast = point(100, 9, 500, 2);
  const frugal = point(200, 0, 400, 3);
  const slower = point(101, 9, 500, 2);
  const dearer = point(200, 0, 401, 3);
  const other = point(100, 8, 600, 2);
  expect(withoutDominated([slower, fast, dearer, frugal, other])).toEqual([fast, frugal, other]);
  // Equals do not beat each other.
  expect(withoutDominated([fast, { ...fast }])).toHaveLength(2);
});

describe.each([1, 2])('the front of network %i', (seed) => {
  const builder = new QuantBuilder(new Prng(seed), `front${seed}`, { channels: 3, height: 12, width: 12 });
  const window = { kernel: 3, stride: 1, pads: samePads(3) };
  const stem = builder.conv(builder.input, 8, window, FORMAT);
  const wide = builder.conv(stem, 24, POINTWISE, FORMAT);
  const narrow = builder.conv(builder.depthwise(wide, window, FORMAT), 8, POINTWISE, FORMAT);
  const graph = builder.finish(builder.add(stem, narrow, FORMAT));
  const planner = new Planner(graph, { ...NO_LIMITS, device: DEVICE, requantizeIn: 'any' });
  const space = planner.spaces(PLAIN);
  const front = paretoFront(planner);
  const { points, limits } = front;

  it('holds no point that another one dominates, and each within the limits', () => {
    expect(points.length).toBeGreaterThan(10);
    for (const p of points) {
      expect(points.filter((other) => dominates(other, p))).toEqual([]);
      for (const r of RESOURCES) expect(p[r]).toBeLessThanOrEqual(limits[r]);
    }
  });

  it('begins with the fastest design', () => {
    const { folding } = planner.plan(null);
    expect(points[0]?.cycles).toBe(folding.cycles);
    expect(front.reason).toBe(folding.reason);
  });

  it('has at each interval the design that is planned for it, and the least of each resource', () => {
    let [exact, asked] = [0, 0];
    for (const [i, interval] of intervalSeries(space, points[0]?.cycles).entries()) {
      const within = points.filter((p) => p.cycles <= interval);
      const { estimate, folding } = planner.plan(i === 0 ? null : interval);
      expect(folding.cycles).toBeLessThanOrEqual(interval);
      const whole = planner.inBlocks(costOf(estimate.total));
      // What is planned is on the front, or beaten by it.
      const asGood = within.some((p) => RESOURCES.every((r) => p[r] <= whole[r]));
      expect({ interval, asGood }).toEqual({ interval, asGood: true });
      const layers = [...space.values()].map((options) => options.filter((o) => o.cycles <= interval));
      for (const r of RESOURCES) {
        // Layers alone, which is what the search is exact about; more only where joins exceed what is set aside for them.
        const least = sumCosts(leastUse(layers, budgetOf(DEVICE, graph, NO_LIMITS), r) ?? [])[r];
        const found = planner.plan(interval, r).folding[r];
        expect({ interval, r, less: found < least }).toEqual({ interval, r, less: false });
        if (found === least) exact++;
        asked++;
      }
    }
    expect(exact / asked).toBeGreaterThan(0.8);
  });

  it('is drawn with a dot for every point and the limits', () => {
    const svg = paretoSvg(front, 'a < b', 150);
    expect(svg.match(/<circle/g)).toHaveLength(3 * points.length);
    expect(svg.match(/class="limit"/g)).toHaveLength(3);
    expect(svg).toContain('a &lt; b');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});
