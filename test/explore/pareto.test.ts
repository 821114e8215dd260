/** The Pareto front: nothing on it beats anything else on it, and its points are what the search itself finds. */
import { describe, expect, it } from 'vitest';
import { budgetOf, NO_LIMITS, wholeDesign } from '../../src/explore/budget.js';
import { RESOURCES } from '../../src/explore/cost.js';
import {
  dominates,
  intervalSeries,
  type ParetoPoint,
  paretoFront,
  withoutDominated,
} from '../../src/explore/pareto.js';
import { foldingSpace, planFor, searchFoldings } from '../../src/explore/search-foldings.js';
import { Prng } from '../../src/ir/prng.js';
import { paretoSvg } from '../../src/report/pareto-svg.js';
import { DEVICES } from '../../src/targets/devices.js';
import { POINTWISE, QuantBuilder, samePads } from '../support/quant-builder.js';

const DEVICE = DEVICES.find((d) => d.name === 'xc7z010') as (typeof DEVICES)[number];
const FORMAT = { bits: 8, signed: true, zeroPoint: 0 };

it('a point stays if nothing is at least as good everywhere and better somewhere', () => {
  const common = { bound: 'x', aims: ['all'], fullest: 'lut', fullestShare: 0.5 } as const;
  const point = (cycles: number, dsp: number, lut: number, bram: number): ParetoPoint => ({
    cycles,
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
  const space = foldingSpace(graph);
  const budget = budgetOf(DEVICE, graph, NO_LIMITS);
  const front = paretoFront(space, budget);
  const { points, limits } = front;

  it('holds no point that another one dominates, and each within the limits', () => {
    expect(points.length).toBeGreaterThan(10);
    for (const p of points) {
      expect(points.filter((other) => dominates(other, p))).toEqual([]);
      for (const r of RESOURCES) expect(p[r]).toBeLessThanOrEqual(limits[r]);
    }
  });

  it('begins with the fastest design', () => {
    const fastest = searchFoldings(graph, budget);
    expect(points[0]?.cycles).toBe(fastest.cycles);
    expect(front.reason).toBe(fastest.reason);
  });

  it('has at each interval the least that the search finds', () => {
    for (const interval of intervalSeries(space, points[0]?.cycles)) {
      const within = points.filter((p) => p.cycles <= interval);
      const searched = planFor(space, interval, budget);
      if (!searched) throw new Error('the search finds nothing where the front has points');
      const whole = wholeDesign(searched, budget);
      // What the search itself takes is on the front, or beaten by it.
      const asGood = within.some((p) => RESOURCES.every((r) => p[r] <= whole[r]));
      expect({ interval, asGood }).toEqual({ interval, asGood: true });
      // Nothing fits with one DSP, LUT or half a block less than the least.
      for (const r of RESOURCES) {
        const least = Math.min(...within.map((p) => p[r]));
        const step = r === 'bram' ? 1 : 2;
        const amount = (r === 'bram' ? 2 * least : least) - budget.joins[r] - step;
        const tighter = { dsp: budget.dsp, lut: budget.lut, bram: budget.bram, [r]: amount };
        expect({ interval, r, plan: amount < 0 ? null : planFor(space, interval, tighter) }).toEqual({
          interval,
          r,
          plan: null,
        });
      }
    }
  });

  it('is drawn with a dot for every point and the limits', () => {
    const svg = paretoSvg(front, 'a < b', 150);
    expect(svg.match(/<circle/g)).toHaveLength(3 * points.length);
    expect(svg.match(/class="limit"/g)).toHaveLength(3);
    expect(svg).toContain('a &lt; b');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});
