/**
 * 500 random requantizers (multiplier, bias, shift and corrections of their own) in RTL and in HLS against the reference:
 * a 1x1 layer of 100 of them for each way to multiply, on random pixels.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { foldingOptions } from '../../src/explore/foldings.js';
import type { Folding } from '../../src/ir/folding.js';
import { NO_PADS } from '../../src/ir/graph.js';
import { Prng } from '../../src/ir/prng.js';
import type { QuantConv } from '../../src/layers/conv/index.js';
import { lower } from '../../src/passes/lower.js';
import { IntegerExecutor } from '../../src/sim/integer-executor.js';
import { differences, PATTERNS } from '../support/compare-rtl.js';
import { HlsBuild } from '../support/hls-build.js';
import { QuantBuilder, randomFrame } from '../support/quant-builder.js';
import { RtlBuild } from '../support/rtl-build.js';
import { caseOf, type RtlCase } from '../support/rtl-case.js';
import { describeWithTool } from '../support/tools.js';
import { varyRequant } from '../support/vary-requant.js';

const BUILD_TIMEOUT_MS = 480_000;
const CHANNELS = 100;
const FORMAT = { bits: 8, signed: true, zeroPoint: 5 };
/** Of the product: in a DSP, in LUTs, in two and in five cycles; the last again in a DSP, without corrections. */
const SCALE_CYCLES = [0, 1, 2, 5, 0];
const FRAMES = 3;

interface Layer {
  readonly case: RtlCase;
  /** Results that are within the clamp. */
  readonly inner: number;
}

function layerOf(scaleCycles: number, seed: number): Layer {
  const prng = new Prng(seed);
  const shape = { channels: Math.max(...SCALE_CYCLES), height: 8, width: 8 };
  const builder = new QuantBuilder(prng, `requant${seed}`, shape, { bits: 8, signed: true, zeroPoint: 0 });
  const window = { kernel: 1, stride: 1, pads: NO_PADS };
  const plain = builder.finish(builder.conv(builder.input, CHANNELS, window, FORMAT));
  const node = plain.nodes[0] as (typeof plain.nodes)[0] & QuantConv;
  const varied = varyRequant(node.requant, node.accBits, prng, seed);
  const requant = seed === 5 ? { ...varied, corrections: null } : varied;
  const graph = { ...plain, nodes: [{ ...node, requant }] };
  const options = foldingOptions(graph, graph.nodes[0]).map((o) => o.folding);
  const base = options.find((f) => f.op === 'conv' && f.pe === 1 && f.simd === 1) as Folding;
  const folding = { ...base, scaleCycles } as Folding;
  const hardware = lower(graph, new Map([[node.name, folding]]), () => 0);
  const frames = Array.from({ length: FRAMES }, () => randomFrame(prng, graph));
  const executor = new IntegerExecutor(graph);
  const inner = frames.map((f) => executor.run(f).filter((y) => y > requant.min && y < requant.max).length);
  return { case: caseOf(graph, hardware, frames), inner: inner.reduce((a, b) => a + b, 0) };
}

const layers = SCALE_CYCLES.map((cycles, i) => layerOf(cycles, i + 1));

it('have results that no clamp made', () => {
  for (const { inner } of layers) expect(inner).toBeGreaterThan(0.2 * FRAMES * 64 * CHANNELS);
});

describeWithTool('verilator', '500 requantizers in Verilator', () => {
  let build: RtlBuild;
  beforeAll(() => {
    build = new RtlBuild(layers.map((l) => l.case));
    build.buildVerilator(0);
  }, BUILD_TIMEOUT_MS);
  afterAll(() => build.remove());

  it.each(layers.map((l, i) => [i, l] as const))('layer %i', (_, layer) => {
    for (const name of ['steady', 'both'] as const) {
      const stalls = PATTERNS[name];
      expect(differences(layer.case, stalls, build.run('verilator', layer.case, stalls)), name).toEqual([]);
    }
  });
});

describeWithTool('g++', '500 requantizers in HLS', () => {
  let build: HlsBuild;
  beforeAll(() => {
    build = new HlsBuild(layers.map((l, i) => ({ name: `layer${i}`, case: l.case })));
    build.build();
  }, BUILD_TIMEOUT_MS);
  afterAll(() => build.remove());

  it.each(layers.map((l, i) => [i, l] as const))('layer %i', (i, layer) => {
    const beats = layer.case.expectedText.trim().split('\n').length;
    expect(build.run(`layer${i}`, 'endless')).toMatchObject({
      status: 0,
      output: expect.stringContaining(`0 of ${beats} output beats differ`),
    });
  });
});
