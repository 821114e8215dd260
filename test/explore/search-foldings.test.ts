/** The folding search against brute force: every choice of one option per layer of small networks. */
import { describe, expect, it } from 'vitest';
import { chooseOptions } from '../../src/explore/choose-options.js';
import { type Budget, type Cost, sumCosts } from '../../src/explore/cost.js';
import { foldingSpace, foldingSpaces } from '../../src/explore/folding-space.js';
import { foldingsForInterval, planFor, searchFoldings } from '../../src/explore/search-foldings.js';
import { sizeFifos } from '../../src/explore/size-fifos.js';
import { Prng } from '../../src/ir/prng.js';
import type { QuantGraph } from '../../src/ir/quant-graph.js';
import { bind, KINDS } from '../../src/kinds/index.js';
import { intervalCycles, simulate } from '../../src/sim/engine.js';
import { TARGETS } from '../../src/targets/index.js';
import { diagnosticOf } from '../support/errors.js';
import { POINTWISE, QuantBuilder, samePads } from '../support/quant-builder.js';

const fits = (c: Cost, b: Budget): boolean => c.dsp <= b.dsp && c.lut <= b.lut && c.bram <= b.bram;

/** Whether any choice fits: all of them, one layer after the other. */
function anyFits(layers: readonly (readonly Cost[])[], budget: Budget, used: Cost = sumCosts([])): boolean {
  if (!fits(used, budget)) return false;
  const [options, ...rest] = layers;
  return options ? options.some((o) => anyFits(rest, budget, sumCosts([used, o]))) : true;
}

/** A residual of two small convolutions. */
function smallNetwork(seed: number): QuantGraph {
  const prng = new Prng(seed);
  const builder = new QuantBuilder(prng, `small${seed}`, {
    channels: prng.int(1, 3),
    height: 4,
    width: prng.int(3, 5),
  });
  const format = { bits: 8, signed: true, zeroPoint: 0 };
  const first = builder.conv(builder.input, prng.int(2, 5), POINTWISE, format);
  const middle = builder.depthwise(first, { kernel: 3, stride: 1, pads: samePads(3) }, format);
  return builder.finish(builder.conv(middle, prng.int(1, 4), POINTWISE, format));
}

describe('one option per layer within a budget', () => {
  it('equals brute force on random costs', () => {
    let [fitting, tight] = [0, 0];
    for (let seed = 1; seed <= 400; seed++) {
      const prng = new Prng(seed);
      const layers = Array.from({ length: prng.int(1, 5) }, () =>
        Array.from({ length: prng.int(1, 7) }, () => ({
          dsp: prng.int(0, 9),
          lut: prng.int(0, 90),
          bram: prng.int(0, 5),
        })),
      );
      const n = layers.length;
      const budget = { dsp: prng.int(0, 6 * n), lut: prng.int(0, 60 * n), bram: prng.int(0, 4 * n) };
      const choice = chooseOptions(layers, budget);
      expect({ seed, fits: choice !== null }).toEqual({ seed, fits: anyFits(layers, budget) });
      if (choice) {
        fitting++;
        expect(fits(sumCosts(choice), budget)).toBe(true);
        choice.forEach((o, i) => {
          expect(layers[i]).toContain(o);
        });
      }
      // What prices alone cannot tell is what dynamic programming is for.
      if ((choice === null) !== (chooseOptions(layers, budget, 'quick') === null)) tight++;
    }
    expect(fitting).toBeGreaterThan(60);
    expect(fitting).toBeLessThan(300);
    expect(tight).toBeGreaterThan(0);
  });
});

describe('the smallest interval', () => {
  it.each([1, 2, 3])('is that of brute force, network %i', (seed) => {
    const graph = smallNetwork(seed);
    const space = foldingSpace(graph);
    const prng = new Prng(seed);
    const all = [...space.values()].map((options) =>
      sumCosts([options.reduce((a, b) => (a.lut < b.lut ? a : b))]),
    );
    const least = sumCosts(all);
    for (let round = 0; round < 6; round++) {
      const budget = {
        dsp: prng.int(0, 8),
        lut: least.lut * (1 + prng.float()),
        bram: prng.int(6, 20),
      };
      const layersAt = (target: number) =>
        [...space.values()].map((options) => options.filter((o) => o.cycles <= target));
      const targets = [...new Set([...space.values()].flat().map((o) => o.cycles))].sort((a, b) => a - b);
      const possible = (target: number): boolean => anyFits(layersAt(target), budget);
      const slowest = targets.at(-1) as number;
      if (!planFor(space, slowest, budget)) {
        expect(possible(slowest)).toBe(false);
        expect(diagnosticOf(() => searchFoldings(foldingSpaces(graph), budget)).code).toBe('BLN206');
        continue;
      }
      const found = searchFoldings(foldingSpaces(graph), budget);
      expect(fits(found, budget)).toBe(true);
      expect(possible(found.cycles)).toBe(true);
      const faster = targets.filter((t) => t < found.cycles).at(-1);
      if (faster !== undefined) expect(possible(faster)).toBe(false);
      expect(found.reason.length).toBeGreaterThan(0);
    }
  });

  it('is met by every layer when it is asked for, and refused with the layer that cannot', () => {
    const graph = smallNetwork(4);
    const space = foldingSpace(graph);
    const fastest = Math.max(...[...space.values()].map((o) => o[0].cycles));
    expect(foldingsForInterval(foldingSpaces(graph), fastest).cycles).toBeLessThanOrEqual(fastest);
    const refused = diagnosticOf(() => foldingsForInterval(foldingSpaces(graph), fastest - 1));
    expect(refused.code).toBe('BLN206');
    expect(graph.nodes.map((n) => n.name)).toContain(refused.where);
  });
});

// Without joins, whose FIFOs have tests of their own.
describe('rate balance', () => {
  it.each([11, 12, 13, 14, 15, 16])(
    'no block is slower than planned, and frames follow each other so, network %i',
    (seed) => {
      const prng = new Prng(seed);
      const format = { bits: 8, signed: true, zeroPoint: 0 };
      const window = { kernel: 3, stride: 1, pads: samePads(3) };
      const builder = new QuantBuilder(prng, `rate${seed}`, { channels: 3, height: 12, width: 12 });
      const stem = builder.conv(builder.input, prng.int(5, 17), window, format);
      const inner = builder.conv(stem, prng.int(7, 23), POINTWISE, format);
      const filtered = builder.depthwise(inner, window, format);
      const back = builder.conv(filtered, builder.tensor(stem).shape.channels, POINTWISE, format);
      const graph = builder.finish(back);
      const budget = { dsp: prng.int(4, 60), lut: prng.int(6000, 20_000), bram: 40 };
      const plan = searchFoldings(foldingSpaces(graph), budget);
      const { hardware } = sizeFifos(KINDS, graph, plan.plan, plan.cycles);
      for (const b of hardware.blocks)
        expect(bind(KINDS, b).cyclesPerFrame()).toBeLessThanOrEqual(plan.cycles);
      expect(intervalCycles(simulate(KINDS, hardware, { frames: 5 }))).toBe(plan.cycles);
      const dsp = hardware.blocks.reduce((sum, b) => sum + bind(KINDS, b).bill(TARGETS.xc7).of('dsp'), 0);
      expect(dsp).toBe(plan.dsp);
    },
  );
});
