/** Limits on LUTs and block RAM: the search keeps to them exactly, and says which one cannot be met and by how much. */
import { describe, expect, it } from 'vitest';
import { budgetOf, type Limits, NO_LIMITS } from '../../src/explore/budget.js';
import { type Cost, RESOURCES, type Resource, sumCosts } from '../../src/explore/cost.js';
import { explainLimits } from '../../src/explore/explain-limits.js';
import { foldingSpace, foldingSpaces } from '../../src/explore/folding-space.js';
import { leastUse } from '../../src/explore/least-use.js';
import { Planner } from '../../src/explore/plan-design.js';
import { foldingsForInterval, searchFoldings } from '../../src/explore/search-foldings.js';
import { Prng } from '../../src/ir/prng.js';
import type { QuantGraph } from '../../src/ir/quant-graph.js';
import { DEVICES } from '../../src/targets/devices.js';
import { diagnosticOf } from '../support/errors.js';
import { POINTWISE, QuantBuilder, samePads } from '../support/quant-builder.js';

const FORMAT = { bits: 8, signed: true, zeroPoint: 0 };
const DEVICE = DEVICES.find((d) => d.name === 'xc7z020') as (typeof DEVICES)[number];

function smallNetwork(seed: number): QuantGraph {
  const prng = new Prng(seed);
  const builder = new QuantBuilder(prng, `limits${seed}`, { channels: 2, height: 5, width: 6 });
  const first = builder.conv(builder.input, prng.int(3, 6), POINTWISE, FORMAT);
  const filtered = builder.depthwise(first, { kernel: 3, stride: 1, pads: samePads(3) }, FORMAT);
  return builder.finish(builder.conv(filtered, prng.int(2, 5), POINTWISE, FORMAT));
}

/** Every choice of one option per layer. */
function* choices(layers: readonly (readonly Cost[])[]): Generator<Cost> {
  const [options, ...rest] = layers;
  if (!options) yield sumCosts([]);
  else for (const o of options) for (const c of choices(rest)) yield sumCosts([o, c]);
}
const fits = (c: Cost, b: Cost): boolean => RESOURCES.every((r) => c[r] <= b[r]);

describe.each([1, 2, 3])('small network %i', (seed) => {
  const graph = smallNetwork(seed);
  const layers = [...foldingSpace(graph).values()];
  const cyclesOf = new Map<Cost, number>(layers.flat().map((o) => [o, o.cycles]));

  /** The smallest interval of all choices that fit. */
  function bruteForce(budget: Cost): number {
    let best = Number.POSITIVE_INFINITY;
    const walk = (rest: typeof layers, used: Cost, cycles: number): void => {
      if (cycles >= best || !fits(used, budget)) return;
      const [options, ...more] = rest;
      if (!options) best = cycles;
      else
        for (const o of options) walk(more, sumCosts([used, o]), Math.max(cycles, cyclesOf.get(o) as number));
    };
    walk(layers, sumCosts([]), 0);
    return best;
  }

  /** Intervals under each budget, equal to brute force; infinite where nothing fits. */
  const intervals = (budgets: readonly Cost[]): number[] =>
    budgets.map((budget) => {
      const expected = bruteForce(budget);
      if (!Number.isFinite(expected)) {
        expect(diagnosticOf(() => searchFoldings(foldingSpaces(graph), budget)).code).toBe('BLN206');
        return expected;
      }
      const found = searchFoldings(foldingSpaces(graph), budget);
      expect(found.cycles).toBe(expected);
      expect(fits(found, budget)).toBe(true);
      return expected;
    });
  const free = { dsp: 40, lut: 1e6, bram: 1000 };
  const fastest = searchFoldings(foldingSpaces(graph), free);

  it('is as fast as brute force under a limit on LUTs', () => {
    const least = layers.reduce((sum, options) => sum + Math.min(...options.map((o) => o.lut)), 0);
    const amounts = [0.02, 0.1, 0.3, 0.6, 1].map((part) => least + part * (fastest.lut - least));
    const found = intervals(amounts.map((lut) => ({ ...free, lut })));
    expect(found.at(-1)).toBe(fastest.cycles);
    // The limit is what slows it down.
    expect(new Set(found).size).toBeGreaterThan(2);
  });

  it('is as fast as brute force under a limit on block RAM, where LUTs are short', () => {
    const blocks = [0, 1, 2, 3, 4, 6, 9, 14];
    const lut = leastUse(layers, free, 'lut') ?? [];
    const { lut: least } = sumCosts(lut);
    const found = intervals(
      [1.05, 1.1, 1.2, 1.4].flatMap((part) => blocks.map((bram) => ({ ...free, lut: part * least, bram }))),
    );
    expect(new Set(found).size).toBeGreaterThan(2);
  });
});

describe('the least of one resource', () => {
  it('is that of brute force on random costs', () => {
    let bound = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const prng = new Prng(seed);
      const layers = Array.from({ length: prng.int(1, 4) }, () =>
        Array.from({ length: prng.int(1, 6) }, () => ({
          dsp: prng.int(0, 9),
          lut: prng.int(0, 90),
          bram: prng.int(0, 5),
        })),
      );
      const n = layers.length;
      const budget = { dsp: prng.int(0, 6 * n), lut: prng.int(0, 60 * n), bram: prng.int(0, 4 * n) };
      const r = prng.pick<Resource>(RESOURCES);
      const open = { ...budget, [r]: Number.POSITIVE_INFINITY };
      const amounts = [...choices(layers)].filter((c) => fits(c, open)).map((c) => c[r]);
      const found = leastUse(layers, budget, r);
      expect({ seed, least: found ? sumCosts(found)[r] : null }).toEqual({
        seed,
        least: amounts.length > 0 ? Math.min(...amounts) : null,
      });
      const alone = layers.reduce((sum, options) => sum + Math.min(...options.map((o) => o[r])), 0);
      if (found && sumCosts(found)[r] > alone) bound++;
    }
    // The other two often leave no choice but to take more.
    expect(bound).toBeGreaterThan(10);
  });
});

describe('limits that cannot be met', () => {
  const graph = smallNetwork(1);

  it('name the limit and the smallest design, joins included', () => {
    const budget = budgetOf(DEVICE, graph, { ...NO_LIMITS, maxLut: 300 });
    const d = diagnosticOf(() => searchFoldings(foldingSpaces(graph), budget));
    expect(d.code).toBe('BLN206');
    const least = Number(/at least ([\d.]+) LUTs/.exec(d.found)?.[1]);
    expect(d.need).toBe('300 LUTs (--max-lut)');
    expect(d.hint).toContain('--max-lut');
    const enough = searchFoldings(
      foldingSpaces(graph),
      budgetOf(DEVICE, graph, { ...NO_LIMITS, maxLut: Math.ceil(least) }),
    );
    expect(enough.lut).toBeLessThanOrEqual(least);
    const less = budgetOf(DEVICE, graph, { ...NO_LIMITS, maxLut: Math.floor(least) - 1 });
    expect(diagnosticOf(() => searchFoldings(foldingSpaces(graph), less)).code).toBe('BLN206');
  });

  it('name each limit that would do alone where only together they are too tight', () => {
    const layers = [
      [
        { dsp: 4, lut: 10, bram: 0 },
        { dsp: 0, lut: 90, bram: 0 },
      ],
    ];
    const detail = explainLimits(layers, { dsp: 3, lut: 50, bram: 0 }, 'the smallest design');
    expect(detail.found).toBe(
      'the smallest design takes 4 DSPs or 90 LUTs where the other limits stay as they are',
    );
    expect(detail.need).toBe('3 DSPs, 50 LUTs and 0 block RAMs');
  });

  it('say so for a rate that needs more than is allowed', () => {
    const fastest = searchFoldings(foldingSpaces(graph), { dsp: 200, lut: 1e6, bram: 1000 });
    const budget = budgetOf(DEVICE, graph, { maxDsp: 1, maxLut: 2500, maxBram: 0, fillPercent: null });
    const d = diagnosticOf(() => foldingsForInterval(foldingSpaces(graph), fastest.cycles, budget));
    expect(d.found).toContain(`a frame every ${fastest.cycles} cycles takes`);
    expect(d.hint).toContain('lower --fps');
  });
});

describe('budgets', () => {
  const graph = smallNetwork(2);

  it('are all DSPs, 83 % of LUTs and 85 % of block RAM unless limits say otherwise', () => {
    const whole = (limits: Limits) =>
      new Planner(graph, { ...limits, device: DEVICE, requantizeIn: 'any' }).limits;
    expect(whole(NO_LIMITS)).toEqual({ dsp: 220, lut: 44_156, bram: 119 });
    expect(whole({ ...NO_LIMITS, fillPercent: 90 })).toEqual({ dsp: 220, lut: 47_880, bram: 126 });
    expect(whole({ ...NO_LIMITS, maxDsp: 0 })).toEqual({ dsp: 0, lut: 44_156, bram: 119 });
    const ecp5 = DEVICES.find((d) => d.name === 'LFE5U-85F') as (typeof DEVICES)[number];
    const planner = new Planner(graph, { ...NO_LIMITS, device: ecp5, requantizeIn: 'any' });
    expect(planner.limits).toEqual({ dsp: 156, lut: 50_184, bram: 176 });
    expect(whole({ maxDsp: 10, maxLut: 50_000, maxBram: 7, fillPercent: 50 })).toEqual({
      dsp: 10,
      lut: 50_000,
      bram: 7,
    });
    expect(whole({ fillPercent: 50, maxDsp: 9999, maxLut: 999_999, maxBram: 9999 })).toEqual({
      dsp: 220,
      lut: 53_200,
      bram: 140,
    });
  });
});
