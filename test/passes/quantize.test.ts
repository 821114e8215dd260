/** Float graph to integers: formats, weights, requantization, and how far the integers are from the reals. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requantize } from '../../src/arithmetic/requantize.js';
import type { Graph, GraphNode, Shape } from '../../src/ir/graph.js';
import { Prng } from '../../src/ir/prng.js';
import { type QuantGraph, rangeOf, tensorOf } from '../../src/ir/quant-graph.js';
import { dequantizeValues, quantizeValues } from '../../src/ir/quantize-values.js';
import { GraphBuilder } from '../../src/layers/graph-builder.js';
import { deserializeQuantGraph, serializeQuantGraph } from '../../src/layers/serialize-quant-graph.js';
import { chooseRequant } from '../../src/layers/shared/choose-requant.js';
import type { QuantFilters } from '../../src/layers/shared/filters.js';
import { absorbActivation } from '../../src/passes/absorb-activation.js';
import { calibrate } from '../../src/passes/calibrate.js';
import { foldBatchNorm } from '../../src/passes/fold-batch-norm.js';
import { inputFormat } from '../../src/passes/input-format.js';
import { formatFor, quantize } from '../../src/passes/quantize.js';
import { FloatExecutor } from '../../src/sim/float-executor.js';
import { IntegerExecutor } from '../../src/sim/integer-executor.js';
import { diagnosticOf } from '../support/errors.js';
import { randomGraph, randomImage } from '../support/random-graph.js';

function quantized(seed: number) {
  const graph: Graph = foldBatchNorm(randomGraph(seed, 8));
  const prng = new Prng(seed);
  const shape = graph.shapes.get(graph.input) as Shape;
  const images = Array.from({ length: 8 }, () => randomImage(prng, shape));
  const { tensors } = calibrate(graph, images, 'min-max', new FloatExecutor(graph));
  const format = formatFor(...(tensors[graph.input] as [number, number]), 8);
  return { graph, images, shape, q: quantize(graph, { ranges: tensors, inputFormat: format }) };
}

/** A one-node graph. */
function runNode(node: GraphNode, inputs: readonly Float32Array[], shapes: readonly Shape[]): Float32Array {
  const b = new GraphBuilder('one', 'x', shapes[0]);
  const names = inputs.map((_, i) =>
    i === 0 ? 'x' : b.add('other', { op: 'clamp', min: -Infinity, max: Infinity }, ['x']),
  );
  if (inputs.length === 1) return new FloatExecutor(b.finish(b.add('y', node, names))).run(inputs[0]);
  // The only operation with two inputs.
  return inputs[0].map((v, i) => v + inputs[1][i]);
}

/**
 * The float layer on the integers' own inputs, and how far the integers may be off: half a step of the result (twice
 * where a multiplier of 17 bits is rounded too) and half a weight step for every input.
 */
function floatLayer(node: GraphNode, inputs: readonly Float32Array[], q: QuantGraph, output: string) {
  const shapes = node.inputs.map((name) => tensorOf(q, name).shape);
  const golden = runNode(node, inputs, shapes);
  const step = tensorOf(q, output).scale;
  const rounding = golden.map((g) => 0.51 * step + Math.abs(g) * 2 ** -14);
  if (!('weights' in node)) return [golden, rounding] as const;
  const conv = q.nodes.find((n) => n.output === output) as unknown as QuantFilters;
  const { channels } = tensorOf(q, output).shape;
  const inputScale = tensorOf(q, node.inputs[0]).scale;
  const size = node.weights.length / channels;
  const halfSteps = node.weights.map((_, i) => {
    const o = Math.floor(i / size);
    const m = conv.requant.multipliers[o];
    return (0.51 * m * step) / (inputScale * 2 ** conv.requant.shifts[o]);
  });
  const magnitudes = inputs[0].map(Math.abs);
  const spread = runNode({ ...node, weights: halfSteps, bias: null }, [magnitudes], shapes);
  const area = golden.length / channels;
  const tolerance = rounding.map(
    (r, i) => r + spread[i] + inputScale * halfSteps[Math.floor(i / area) * size],
  );
  return [golden, tolerance] as const;
}

const SEEDS = Array.from({ length: 16 }, (_, i) => i + 1);

describe('quantize', () => {
  it.each(SEEDS)('random graph %i: each layer is within its rounding of the float layer', (seed) => {
    const { graph, images, shape, q } = quantized(seed);
    const integer = new IntegerExecutor(q);
    integer.run(quantizeValues(images[0], shape, tensorOf(q, q.input)));
    const reals = (name: string) => {
      const t = tensorOf(q, name);
      return dequantizeValues(integer.valuesOf(name), t.shape, t);
    };
    for (const { node, output, clamp } of absorbActivation(graph)) {
      const y = tensorOf(q, output);
      const [golden, tolerance] = floatLayer(node, node.inputs.map(reals), q, output);
      const [lo, hi] = rangeOf(y).map((v) => y.scale * (v - y.zeroPoint)) as [number, number];
      reals(output).forEach((ours, i) => {
        const wanted = Math.min(hi, Math.max(lo, Math.min(clamp.max, Math.max(clamp.min, golden[i]))));
        expect(Math.abs(ours - wanted), `${node.name} ${i}`).toBeLessThanOrEqual(tolerance[i]);
      });
    }
  });

  it.each(SEEDS)('random graph %i: weights within ±127, every value within its format', (seed) => {
    const { images, shape, q } = quantized(seed);
    const integer = new IntegerExecutor(q);
    integer.run(quantizeValues(images[0], shape, tensorOf(q, q.input)));
    for (const n of q.nodes) {
      if ('weights' in n) for (const w of n.weights) expect(Math.abs(w)).toBeLessThanOrEqual(127);
      const [lo, hi] = rangeOf(tensorOf(q, n.output));
      for (const v of integer.valuesOf(n.output)) expect(v >= lo && v <= hi).toBe(true);
    }
  });

  it.each(SEEDS)('random graph %i: the accumulator width holds its extremes', (seed) => {
    const { q } = quantized(seed);
    for (const n of q.nodes) {
      if (!('weights' in n)) continue;
      const [lo, hi] = rangeOf(tensorOf(q, n.inputs[0]));
      const size = n.weights.length / n.requant.multipliers.length;
      for (let o = 0; o < n.requant.multipliers.length; o++) {
        const row = Array.from(n.weights.subarray(o * size, (o + 1) * size));
        const most = row.reduce((sum, w) => sum + Math.max(w * lo, w * hi), 0);
        const least = row.reduce((sum, w) => sum + Math.min(w * lo, w * hi), 0);
        expect(most).toBeLessThan(2 ** (n.accBits - 1));
        expect(least).toBeGreaterThanOrEqual(-(2 ** (n.accBits - 1)));
      }
    }
  });

  it.each(SEEDS)('random graph %i survives its file', (seed) => {
    const { q } = quantized(seed);
    const text = serializeQuantGraph(q);
    expect(deserializeQuantGraph(text, 'x')).toEqual(q);
    expect(serializeQuantGraph(deserializeQuantGraph(text, 'x'))).toBe(text);
  });

  it('refuses a window that can lie in the padding alone', () => {
    const b = new GraphBuilder('g', 'x', { channels: 1, height: 4, width: 4 });
    const pads = { top: 0, left: 0, bottom: 1, right: 0 };
    const conv = {
      op: 'conv',
      outChannels: 1,
      kernel: 1,
      stride: 1,
      pads,
      weights: Float32Array.of(1),
      bias: null,
    } as const;
    const graph = b.finish(b.add('late', conv, ['x']));
    const options = { ranges: { x: [0, 1], late: [0, 1] } as const, inputFormat: formatFor(0, 1, 8) };
    expect(diagnosticOf(() => quantize(graph, options))).toMatchObject({ code: 'BLN202', where: 'late' });
  });

  it('names the layer whose range is missing', () => {
    const graph = foldBatchNorm(randomGraph(3));
    const options = { ranges: {}, inputFormat: formatFor(-1, 1, 8) };
    expect(diagnosticOf(() => quantize(graph, options))).toMatchObject({ code: 'BLN104' });
  });
});

describe('formats', () => {
  it('cover the range and zero, with zero exact', () => {
    const range = fc.tuple(
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
    );
    fc.assert(
      fc.property(range, fc.integer({ min: 2, max: 8 }), ([lo, width], bits) => {
        const f = formatFor(lo, lo + width, bits);
        const [qmin, qmax] = rangeOf(f);
        expect(f.zeroPoint).toBeGreaterThanOrEqual(qmin);
        expect(f.zeroPoint).toBeLessThanOrEqual(qmax);
        // The zero point is rounded, so an end may lie half a step outside.
        expect(f.scale * (qmin - f.zeroPoint)).toBeLessThanOrEqual(Math.min(0, lo) + 0.5001 * f.scale);
        expect(f.scale * (qmax - f.zeroPoint)).toBeGreaterThanOrEqual(
          Math.max(0, lo + width) - 0.5001 * f.scale,
        );
      }),
    );
  });

  it('pixels enter as they are where mean and std allow it', () => {
    expect(inputFormat({ mean: [128], std: [64] }, [0, 0], 8)).toEqual({
      format: { bits: 8, signed: false, scale: 1 / 64, zeroPoint: 128 },
      takesPixels: true,
    });
    expect(inputFormat({ mean: [123.7, 116.3, 103.5], std: [58, 57, 57] }, [-2.1, 2.6], 8).takesPixels).toBe(
      false,
    );
  });
});

describe('chooseRequant', () => {
  it('is within one half and a rounding of the real result', () => {
    const cases = fc.tuple(
      fc.double({ min: 1e-6, max: 8, noNaN: true }),
      fc.integer({ min: -30_000, max: 30_000 }),
    );
    fc.assert(
      fc.property(cases, fc.integer({ min: -400_000, max: 400_000 }), ([factor, constant], acc) => {
        const wide = { bits: 8, signed: true, scale: 1, zeroPoint: 3 };
        const r = {
          ...chooseRequant([factor], [constant], wide, { min: -Infinity, max: Infinity }, 'l'),
          min: -1e9,
          max: 1e9,
        };
        const real = (acc + constant) * factor + 3;
        // 17 bits of multiplier: a relative error of 2^-17 on top of the rounding.
        expect(Math.abs(requantize(acc, r, 0) - real)).toBeLessThanOrEqual(
          0.5 + 1e-9 + Math.abs(real) * 2 ** -16,
        );
      }),
    );
  });

  it('refuses a factor of zero and names the layer', () => {
    const f = { bits: 8, signed: true, scale: 1, zeroPoint: 0 };
    const d = diagnosticOf(() => chooseRequant([0], [0], f, { min: 0, max: 6 }, 'conv7'));
    expect(d).toMatchObject({ code: 'BLN205', where: 'conv7' });
  });
});
