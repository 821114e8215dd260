/** Passes on float graphs: batch norm folding keeps values, clamps find their layer, calibration finds ranges. */
import { describe, expect, it } from 'vitest';
import { type Graph, NO_PADS, type Shape } from '../../src/ir/graph.js';
import { Prng } from '../../src/ir/prng.js';
import { GraphBuilder } from '../../src/layers/graph-builder.js';
import { absorbActivation } from '../../src/passes/absorb-activation.js';
import { calibrate } from '../../src/passes/calibrate.js';
import { foldBatchNorm } from '../../src/passes/fold-batch-norm.js';
import { FloatExecutor } from '../../src/sim/float-executor.js';
import { diagnosticOf } from '../support/errors.js';
import { randomGraph, randomImage, relativeError } from '../support/random-graph.js';

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

describe('fold-batch-norm', () => {
  it.each(SEEDS)('keeps what random graph %i computes', (seed) => {
    const graph = randomGraph(seed, 14);
    const folded = foldBatchNorm(graph);
    expect(folded.nodes.some((n) => n.op === 'batchNorm')).toBe(false);
    const image = randomImage(new Prng(seed), graph.shapes.get(graph.input) as Shape);
    // Weights are rounded to floats once more, so a few units in the last place may move.
    expect(
      relativeError(new FloatExecutor(folded).run(image), new FloatExecutor(graph).run(image)),
    ).toBeLessThan(1e-5);
  });

  const shape: Shape = { channels: 2, height: 3, width: 3 };
  const norm = { op: 'batchNorm', scale: Float32Array.of(2, 3), shift: Float32Array.of(1, -1) } as const;
  const conv = {
    op: 'conv',
    outChannels: 2,
    kernel: 1,
    stride: 1,
    pads: NO_PADS,
    weights: Float32Array.of(1, 2, 3, 4),
    bias: Float32Array.of(10, 20),
  } as const;

  it('scales weights and bias, and keeps the name of the convolution', () => {
    const b = new GraphBuilder('g', 'x', shape);
    const graph = b.finish(b.add('norm', norm, [b.add('conv', conv, ['x'])]));
    expect(foldBatchNorm(graph).nodes).toEqual([
      {
        ...conv,
        name: 'conv',
        inputs: ['x'],
        output: 'norm',
        weights: Float32Array.of(2, 4, 9, 12),
        bias: Float32Array.of(21, 59),
      },
    ]);
  });

  it('leaves a convolution alone whose result is also read elsewhere', () => {
    const b = new GraphBuilder('g', 'x', shape);
    const y = b.add('conv', conv, ['x']);
    const graph = b.finish(b.add('sum', { op: 'add' }, [y, b.add('norm', norm, [y])]));
    const ops = foldBatchNorm(graph).nodes.map((n) => [n.name, n.op]);
    expect(ops).toEqual([
      ['conv', 'conv'],
      ['norm', 'depthwise'],
      ['sum', 'add'],
    ]);
  });
});

describe('absorb-activation', () => {
  const clamp = { op: 'clamp', min: 0, max: 6 } as const;
  const build = (make: (b: GraphBuilder) => string): Graph => {
    const b = new GraphBuilder('g', 'x', { channels: 1, height: 4, width: 4 });
    return b.finish(make(b));
  };

  it('gives the clamp to the layer before it; two clamps intersect', () => {
    const graph = build((b) =>
      b.add('b', { op: 'clamp', min: 1, max: 9 }, [
        b.add('a', clamp, [b.add('sum', { op: 'add' }, ['x', 'x'])]),
      ]),
    );
    const layers = absorbActivation(graph);
    expect(layers.map((l) => [l.node.name, l.output, l.clamp])).toEqual([['sum', 'b', { min: 1, max: 6 }]]);
  });

  it('makes a layer of its own where the value before the clamp is read too', () => {
    const graph = build((b) => {
      const s = b.add('sum', { op: 'add' }, ['x', 'x']);
      return b.add('join', { op: 'add' }, [s, b.add('act', clamp, [s])]);
    });
    expect(absorbActivation(graph).map((l) => [l.node.name, l.node.op])).toEqual([
      ['sum', 'add'],
      ['act', 'conv'],
      ['join', 'add'],
    ]);
  });

  it('makes a layer of its own behind an operation without a requantizer', () => {
    const graph = build((b) =>
      b.add('act', clamp, [b.add('up', { op: 'upsample', rows: 2, columns: 2, fill: 'repeat' }, ['x'])]),
    );
    expect(absorbActivation(graph).map((l) => l.node.op)).toEqual(['upsample', 'conv']);
  });
});

describe('calibrate', () => {
  const graph = (() => {
    const b = new GraphBuilder('g', 'x', { channels: 1, height: 100, width: 100 });
    return b.finish(b.add('act', { op: 'clamp', min: 0, max: 6 }, ['x']));
  })();
  const ramp = Float32Array.from({ length: 10_000 }, (_, i) => (i - 5000) / 1000);
  const source = new FloatExecutor(graph);

  it('min-max covers every value', () => {
    const r = calibrate(graph, [ramp, ramp.map((v) => v / 2)], 'min-max', source);
    expect(r.images).toBe(2);
    expect(r.tensors.x).toEqual([-5, Math.fround(4.999)]);
    expect(r.tensors.act).toEqual([0, Math.fround(4.999)]);
  });

  it('a percentile cuts both tails, whatever the order of the images', () => {
    const images = [ramp, ramp.map((v) => v * 10)];
    const r = calibrate(graph, images, { percentile: 90 }, source);
    const [lo, hi] = r.tensors.x as [number, number];
    // 5 % of the 20,000 values lie above: 1,000 of the wider ramp, which has 100 to the unit. A bin is 1/64.
    expect(hi).toBeGreaterThan(39.95);
    expect(hi).toBeLessThan(40.05);
    expect(lo).toBeCloseTo(-hi, 1);
    expect(calibrate(graph, images.toReversed(), { percentile: 90 }, source)).toEqual(r);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is the same where the number of images is known, seed %i', (seed) => {
    const prng = new Prng(seed);
    const method = seed % 4 === 0 ? 'min-max' : { percentile: prng.pick([75, 99, 99.9, 99.99]) };
    // Some images are wider than those before, some values lie far out, many are equal.
    const images = Array.from({ length: 12 }, () => {
      const width = 2 ** prng.int(-3, 4);
      return ramp.map(() => {
        const v = width * (prng.float() + prng.float() + prng.float() - 1.5);
        return prng.int(0, 999) === 0 ? 8 * v : prng.int(0, 3) === 0 ? 0 : v;
      });
    });
    const counted = calibrate(graph, images, method, source);
    expect(calibrate(graph, images, method, source, images.length)).toEqual(counted);
    expect(calibrate(graph, images, method, source, 5 * images.length)).toEqual(counted);
  });

  it('refuses a value that is not a number behind a clamp, in a late image', () => {
    const images = [ramp, ramp, ramp.map((v, i) => (i === 7 ? Number.NaN : v))];
    const clamped = new FloatExecutor(graph);
    // Seen through the clamp alone.
    const behind = {
      run: (image: Float32Array, visit: (t: string, v: Float32Array) => void) =>
        clamped.run(image, (t, v) => t === 'act' && visit(t, v)),
    };
    const { code, where } = diagnosticOf(() => calibrate(graph, images, { percentile: 99 }, behind, 3));
    expect([code, where]).toEqual(['BLN104', 'tensor act']);
  });

  it('refuses no images, and values that are not finite', () => {
    expect(diagnosticOf(() => calibrate(graph, [], 'min-max', source)).code).toBe('BLN104');
    const broken = ramp.map((v, i) => (i === 7 ? Number.NaN : v));
    expect(diagnosticOf(() => calibrate(graph, [broken], 'min-max', source)).code).toBe('BLN104');
  });
});
