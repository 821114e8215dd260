/** What is minimised, against brute force: the largest share of the part, then LUTs, then DSPs and blocks. */
import { describe, expect, it } from 'vitest';
import { type Budget, type Cost, fitsIn, RESOURCES, sumCosts } from '../../src/explore/cost.js';
import { foldingSpace } from '../../src/explore/folding-space.js';
import { leastFull } from '../../src/explore/least-full.js';
import { Prng } from '../../src/ir/prng.js';
import { POINTWISE, QuantBuilder, samePads } from '../support/quant-builder.js';

/** Every choice of one option per layer. */
function* choices(
  layers: readonly (readonly Cost[])[],
  chosen: readonly Cost[] = [],
): Generator<readonly Cost[]> {
  const options = layers[chosen.length];
  if (!options) yield chosen;
  else for (const o of options) yield* choices(layers, [...chosen, o]);
}

type Order = readonly [share: number, lut: number, power: number];

function orderOf(choice: readonly Cost[], { whole }: Budget): Order {
  const { dsp, lut, bram } = sumCosts(choice);
  const used = { dsp, lut, bram };
  const shares = RESOURCES.map((r) => {
    const all = used[r] + (whole?.joins[r] ?? 0);
    return all === 0 ? 0 : all / (whole?.part[r] ?? 0);
  });
  return [Math.max(...shares), lut, dsp + bram];
}

const isLess = (a: Order, b: Order): boolean => {
  const first = a.findIndex((x, i) => x !== b[i]);
  return first >= 0 && (a[first] ?? 0) < (b[first] ?? 0);
};

function bruteForce(layers: readonly (readonly Cost[])[], budget: Budget): Order | null {
  let best: Order | null = null;
  for (const choice of choices(layers)) {
    const order = fitsIn(choice, budget) ? orderOf(choice, budget) : null;
    if (order && (!best || isLess(order, best))) best = order;
  }
  return best;
}

describe('the least full choice', () => {
  it('is that of brute force on random costs, limits and parts', () => {
    const fullest = { dsp: 0, lut: 0, bram: 0 };
    let [found, tight] = [0, 0];
    for (let seed = 1; seed <= 400; seed++) {
      const prng = new Prng(seed);
      const layers = Array.from({ length: prng.int(1, 5) }, () =>
        Array.from({ length: prng.int(1, 6) }, () => ({
          dsp: prng.int(0, 9),
          lut: prng.int(0, 90),
          bram: prng.int(0, 5),
        })),
      );
      const n = layers.length;
      const joins = { dsp: 0, lut: prng.int(0, 40), bram: prng.int(0, 3), ff: 0 };
      const part = { dsp: 9 * n, lut: 90 * n + 40, bram: 6 * n + 3, ff: 0 };
      const limit = (most: number): number => Math.ceil(most * (0.25 + 0.75 * prng.float()));
      const budget = {
        dsp: limit(part.dsp),
        lut: limit(part.lut),
        bram: limit(part.bram),
        whole: { part, joins },
      };
      const choice = leastFull(layers, budget);
      const expected = bruteForce(layers, budget);
      expect({ seed, order: choice && orderOf(choice, budget) }).toEqual({ seed, order: expected });
      if (!choice || !expected) continue;
      expect(fitsIn(choice, budget)).toBe(true);
      found++;
      const used = sumCosts(choice);
      const r = RESOURCES.find((k) => (used[k] + joins[k]) / part[k] === expected[0]);
      if (r) fullest[r]++;
      // The limits decide where all of the part would have served better.
      const free = bruteForce(layers, { ...part, whole: { part, joins } });
      if (free && isLess(free, expected)) tight++;
    }
    expect(found).toBeGreaterThan(150);
    expect(tight).toBeGreaterThan(20);
    for (const r of RESOURCES) expect(fullest[r]).toBeGreaterThan(20);
  });

  it.each([1, 2, 3, 4])(
    'is that of brute force on the foldings of small network %i, at every rate',
    (seed) => {
      const prng = new Prng(seed);
      const builder = new QuantBuilder(prng, `least${seed}`, { channels: 2, height: 4, width: 4 });
      const format = { bits: 8, signed: true, zeroPoint: 0 };
      const first = builder.conv(builder.input, prng.int(2, 4), POINTWISE, format);
      const middle = builder.depthwise(first, { kernel: 3, stride: 1, pads: samePads(3) }, format);
      const space = foldingSpace(builder.finish(builder.conv(middle, prng.int(1, 3), POINTWISE, format)));
      const rates = [...new Set([...space.values()].flat().map((o) => o.cycles))].sort((a, b) => a - b);
      const part = { dsp: 40, lut: 6000, bram: 24, ff: 0 };
      const whole = { part, joins: { dsp: 0, lut: 100, bram: 1, ff: 0 } };
      let reached = 0;
      for (const cycles of rates.filter((_, i) => i % 3 === 0)) {
        const layers = [...space.values()].map((options) => options.filter((o) => o.cycles <= cycles));
        if (layers.reduce((n, options) => n * options.length, 1) > 2e5) continue;
        const budget = { dsp: prng.int(0, 40), lut: 6000, bram: 24, whole };
        const choice = leastFull(layers, budget);
        const order = choice && orderOf(choice, budget);
        expect({ seed, cycles, order }).toEqual({ seed, cycles, order: bruteForce(layers, budget) });
        if (choice) reached++;
      }
      expect(reached).toBeGreaterThan(0);
    },
  );

  it('takes DSPs before LUTs fill up, and LUTs before DSPs do', () => {
    const option = (dsp: number, lut: number): Cost => ({ dsp, lut, bram: 0 });
    // By the sum of shares, a product in LUTs (0.34 %) was always cheaper than one in a DSP (0.45 %).
    const layers = Array.from({ length: 20 }, () => [option(0, 180), option(1, 0)]);
    const part = { dsp: 220, lut: 53_200, bram: 280, ff: 0 };
    const joins = { dsp: 0, lut: 0, bram: 0, ff: 0 };
    const used = (budget: Cost) => sumCosts(leastFull(layers, { ...budget, whole: { part, joins } }) ?? []);
    expect(used(part)).toMatchObject({ dsp: 8, lut: 2160 });
    expect(used({ ...part, dsp: 4 })).toMatchObject({ dsp: 4, lut: 2880 });
  });
});
