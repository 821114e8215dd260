/**
 * Search, estimate and manifest tell the same of a design, whatever the family: the search prices the blocks that a
 * layer becomes with the bills that the estimate sums up. And what does not fit its part is refused.
 */
import { describe, expect, it } from 'vitest';
import { quantizeRandom } from '../../bench/estimate/designs.js';
import { compile } from '../../src/compile.js';
import { DEFAULT_CONFIG } from '../../src/config.js';
import { estimateHardware } from '../../src/estimate/estimate.js';
import { NO_LIMITS } from '../../src/explore/budget.js';
import { planDesign } from '../../src/explore/plan-design.js';
import { loadAssets } from '../../src/io/assets.js';
import { type Shape, sizeOf } from '../../src/ir/graph.js';
import { Prng } from '../../src/ir/prng.js';
import type { QuantGraph } from '../../src/ir/quant-graph.js';
import { addResources, halfBlocks, type Resources } from '../../src/ir/resources.js';
import { KINDS } from '../../src/kinds/index.js';
import { GraphBuilder } from '../../src/layers/graph-builder.js';
import { DEVICES, type Device } from '../../src/targets/devices.js';
import { FAMILIES, targetOf } from '../../src/targets/index.js';
import { diagnosticOf } from '../support/errors.js';
import { randomConv, randomGraph } from '../support/random-graph.js';

/** Blocks between layers: no folding decides them. */
const BETWEEN = new Set(['fork', 'fifo', 'widthUp', 'widthDown']);
const NETWORKS = 20;

const smallest = (family: Device['family']): Device =>
  DEVICES.filter((d) => d.family === family).sort((a, b) => a.lut - b.lut)[0];

const assets = loadAssets();

function compiled(seed: number, device: Device) {
  const prng = new Prng(seed);
  const graph = randomGraph(seed, 6);
  const shape = graph.shapes.get(graph.input) as Shape;
  const images = [Uint8Array.from({ length: sizeOf(shape) }, () => prng.int(0, 255))];
  // For a rate with the least that it takes, or as fast as some LUTs and a few DSPs allow.
  const few = targetOf(device).lutInputs === 6 ? 3000 : 6000;
  const wanted = prng.pick([
    { fps: 5000 },
    { maxLut: few, maxDsp: 12 },
    { maxLut: 1.5 * few, maxDsp: 20, maxBram: 12 },
  ]);
  const weightBits = prng.pick([8, 8, 5]);
  const config = { ...DEFAULT_CONFIG, part: device.name, weightBits, ...wanted };
  try {
    return compile({ graph, model: 'random', images, config, assets });
  } catch (error) {
    // So few LUTs are not enough for some.
    expect(error).toMatchObject({ diagnostic: { code: 'BLN206' } });
    return compile({ graph, model: 'random', images, config: { ...config, maxLut: null }, assets });
  }
}

describe.each(FAMILIES)('%s', (family) => {
  const device = smallest(family);
  const target = targetOf(device);

  it(`${NETWORKS} random networks: the same DSPs and block RAM, the same LUTs and flip-flops`, () => {
    let withBlocks = 0;
    let withDsps = 0;
    for (let i = 0; i < NETWORKS; i++) {
      const seed = 7000 + 100 * FAMILIES.indexOf(family) + i;
      const { folding, sized, manifest } = compiled(seed, device);
      const estimate = estimateHardware(KINDS, sized.hardware, device);
      const own = estimate.blocks.filter((b) => !BETWEEN.has(b.kind)).map((b): Resources => b.resources);
      const layers = addResources(...own);
      expect([seed, folding.dsp, folding.bram]).toEqual([seed, layers.dsp, halfBlocks(layers)]);
      const { dsp, lut, ff, bram } = manifest.planned;
      const { total } = estimate;
      expect([seed, dsp, lut, ff, bram]).toEqual([
        seed,
        total.dsp,
        total.lut,
        total.ff,
        target.blocks(total),
      ]);
      withBlocks += layers.ramb18 + layers.ramb36 > 0 ? 1 : 0;
      withDsps += layers.dsp > 0 ? 1 : 0;
    }
    // Else there would be nothing to agree about.
    expect(withDsps).toBeGreaterThan(5);
    expect(withBlocks).toBeGreaterThan(2);
  });
});

/** Two branches, one of which runs rows ahead: a FIFO in block RAM, which no folding can do without. */
function residual(): QuantGraph {
  const prng = new Prng(4);
  const builder = new GraphBuilder('residual', 'image', { channels: 6, height: 40, width: 40 });
  const filtered = builder.add('filter', randomConv(prng, builder.shapeOf('image'), true, 3, 1), ['image']);
  return quantizeRandom(builder.finish(builder.add('sum', { op: 'add' }, ['image', filtered]), {}), 1);
}

describe('a design that does not fit its part', () => {
  const device = smallest('xc7');
  const request = { ...NO_LIMITS, device, interval: null, requantizeIn: 'any' } as const;

  it('fits where nothing forbids the block', () => {
    expect(planDesign(residual(), request).estimate.total.ramb18).toBeGreaterThan(0);
  });

  it('is refused with the resource, by how much, and what to try', () => {
    expect(diagnosticOf(() => planDesign(residual(), { ...request, maxBram: 0 }))).toEqual({
      code: 'BLN208',
      title: 'does not fit',
      where: 'xc7z010',
      found: 'the design takes 0.5 block RAMs by the estimate, 0.5 block RAMs too many',
      need: 'at most 0 block RAMs',
      hint: "ask for fewer frames per second with --fps, raise limits that are below the part's, or choose a larger part with --part",
    });
  });

  it('flip-flops count: a part with few of them has a slower plan, one with hardly any none', () => {
    const prng = new Prng(4);
    const builder = new GraphBuilder('registers', 'image', { channels: 16, height: 20, width: 20 });
    const filter = randomConv(prng, builder.shapeOf('image'), true, 3, 1);
    const y = builder.add('filter', filter, ['image']);
    builder.add('mix', randomConv(prng, builder.shapeOf(y), false, 1, 1), [y], 'mixed');
    const graph = quantizeRandom(builder.finish('mixed', {}), 1);
    const planned = (ff: number) => planDesign(graph, { ...request, device: { ...device, ff } });
    const designs = [device.ff, 5000, 2500, 1500].map((ff) => ({ ff, ...planned(ff) }));
    for (const { ff, estimate } of designs) expect(estimate.total.ff).toBeLessThanOrEqual(ff);
    const cycles = designs.map((d) => d.folding.cycles);
    expect(cycles).toEqual([...cycles].sort((a, b) => a - b));
    expect(new Set(cycles).size).toBeGreaterThan(2);
    expect(diagnosticOf(() => planned(500))).toMatchObject({
      code: 'BLN206',
      found: expect.stringContaining('flip-flops'),
    });
  });
});
