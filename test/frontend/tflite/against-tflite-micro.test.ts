/**
 * Random operators of TFLite against TFLite Micro: float models to float accuracy, integers exactly where every layer is
 * proved equal, else within what the proof says.
 */
import { expect, it } from 'vitest';
import type { LayerProof } from '../../../src/arithmetic/proof.js';
import { importTflite } from '../../../src/frontend/tflite/import-tflite.js';
import { Prng } from '../../../src/ir/prng.js';
import { tensorOf } from '../../../src/ir/quant-graph.js';
import { foldBatchNorm } from '../../../src/passes/fold-batch-norm.js';
import { quantize } from '../../../src/passes/quantize.js';
import { FloatExecutor } from '../../../src/sim/float-executor.js';
import { IntegerExecutor } from '../../../src/sim/integer-executor.js';
import { type Map4, TestNetwork, type WindowOptions } from '../../support/tflite-network.js';
import { runTflite, type TfliteJob } from '../../support/tflite-runtime.js';
import { describeWithTool } from '../../support/tools.js';

const IMAGES = 3;

const windowOptions = (p: Prng): WindowOptions => {
  const isDilated = p.int(0, 4) === 0;
  return {
    kernel: [p.int(1, 4), p.int(1, 4)],
    stride: isDilated ? 1 : p.int(1, 3),
    dilation: isDilated ? [p.int(1, 3), p.int(1, 3)] : [1, 1],
    padding: p.int(0, 1),
    fused: p.pick([0, 0, 1, 2, 3]),
  };
};

/** Fits the map whatever its size: SAME where VALID would leave nothing. */
const fitting = (o: WindowOptions, x: Map4): WindowOptions => {
  const isInside = [0, 1].every((i) => (o.kernel[i] - 1) * o.dilation[i] < x.shape[i + 1]);
  return isInside ? o : { ...o, padding: 0 };
};

type Grow = (n: TestNetwork, p: Prng) => Map4;
const LAYERS: Readonly<Record<string, Grow>> = {
  conv: (n, p) => n.conv(n.input, p.int(1, 6), fitting(windowOptions(p), n.input)),
  depthwise: (n, p) => n.depthwise(n.input, 1, fitting(windowOptions(p), n.input)),
  'depthwise with a multiplier': (n, p) =>
    n.depthwise(n.input, p.int(2, 3), fitting(windowOptions(p), n.input)),
  'padded convolution': (n, p) => {
    const padded = n.pad(n.input, [p.int(0, 2), p.int(0, 2), p.int(0, 2), p.int(0, 2)]);
    const kernel = p.int(3, 4);
    return n.conv(padded, p.int(1, 4), {
      ...windowOptions(p),
      kernel: [kernel, kernel],
      dilation: [1, 1],
      padding: 1,
    });
  },
  'dense over the map': (n, p) => n.dense(n.input, p.int(1, 7), p.int(0, 1)),
  sum: (n, p) =>
    n.add(n.input, n.conv(n.input, n.input.shape[3], { ...windowOptions(p), stride: 1, padding: 0 })),
  'mean over the map': (n) => n.mean(n.input),
  'pooling the whole map': (n) => {
    const [, h, w] = n.input.shape;
    return n.pool('AVERAGE_POOL_2D', n.input, { kernel: [h, w], stride: 1, padding: 1, fused: 0 });
  },
  'mean of windows': (n, p) =>
    n.pool('AVERAGE_POOL_2D', n.input, {
      kernel: [p.int(1, 3), p.int(1, 3)],
      stride: p.int(1, 2),
      padding: 1,
      fused: p.pick([0, 1]),
    }),
  'largest of windows': (n, p) => {
    const k = p.int(1, 3);
    return n.pool('MAX_POOL_2D', n.input, {
      kernel: [k, k],
      stride: p.int(1, 2),
      padding: p.int(0, 1),
      fused: 0,
    });
  },
  'largest of the map': (n) => {
    const [, h, w] = n.input.shape;
    return n.pool('MAX_POOL_2D', n.input, { kernel: [h, w], stride: 1, padding: 1, fused: 0 });
  },
  'joined channels': (n, p) =>
    n.concat(
      [n.input, n.pool('MAX_POOL_2D', n.input, { kernel: [3, 3], stride: 1, padding: 0, fused: 0 })],
      p.pick([3, -1]),
    ),
  resize: (n, p) => n.resize(n.input, p.pick([2, 4])),
  'logistic function': (n) => n.table('LOGISTIC', n.input),
  'hyperbolic tangent': (n) => n.table('TANH', n.input),
  'hard swish': (n) => n.table('HARD_SWISH', n.input),
  'leaky ReLU': (n, p) => n.table('LEAKY_RELU', n.input, p.pick([0.1, 0.25])),
  ELU: (n) => n.table('ELU', n.input),
  'sum with a constant': (n, p) => n.withConstant('ADD', n.input, true, p.pick([0, 1])),
  'difference with a constant': (n, p) => n.withConstant('SUB', n.input, true, p.pick([0, 1])),
  'product with constants': (n, p) => n.withConstant('MUL', n.input, p.int(0, 1) === 0, p.pick([0, 1])),
};
const INTEGER_LAYERS: Readonly<Record<string, Grow>> = {
  ...LAYERS,
  'change of format': (n) => n.pointwise('QUANTIZE', n.input),
  'ReLU between formats': (n) => n.pointwise('RELU', n.input),
};
/** More networks of integers than of reals. */
const [CASES_EACH, INTEGER_CASES_EACH] = [8, 16];
/** Steps by which tables that are blnet's own may differ. */
const TABLE_STEPS = 1;

interface Case {
  readonly title: string;
  readonly bytes: Uint8Array;
  readonly job: TfliteJob;
}

function casesOf(layers: Readonly<Record<string, Grow>>, isQuantized: boolean): Case[] {
  return Object.entries(layers).flatMap(([title, grow], kind) =>
    Array.from({ length: isQuantized ? INTEGER_CASES_EACH : CASES_EACH }, (_, seed) => {
      const p = new Prng(1000 * kind + seed);
      const n = new TestNetwork(p, [p.int(4, 7), p.int(4, 7), p.int(1, 4)], isQuantized);
      const output = grow(n, p);
      const bytes = n.bytes(output);
      const size = n.input.shape.reduce((a, b) => a * b, 1) * IMAGES;
      const input = isQuantized
        ? Int8Array.from({ length: size }, () => p.int(-128, 127))
        : Float32Array.from({ length: size }, () => p.normal());
      return {
        title: `${title} ${seed}`,
        bytes,
        job: { model: bytes, input, images: IMAGES, tensors: [n.indexOf(output)] },
      };
    }),
  );
}

/** Raster order with channels innermost to channel-major, as the float graph has it. */
function toPlanes(values: ArrayLike<number>, channels: number): Float32Array {
  const pixels = values.length / channels;
  return Float32Array.from(
    { length: values.length },
    (_, i) => values[(i % pixels) * channels + Math.floor(i / pixels)],
  );
}

describeWithTool('tflite-micro', 'operators against TFLite Micro', () => {
  it('integers are equal, or differ by what the proof says', () => {
    const cases = casesOf(INTEGER_LAYERS, true);
    expect(cases.length).toBeGreaterThanOrEqual(300);
    const golden = runTflite(cases.map((c) => c.job));
    let [telling, equal] = [0, 0];
    cases.forEach(({ title, bytes, job }, i) => {
      const proofs: LayerProof[] = [];
      const quantized = quantize(foldBatchNorm(importTflite(bytes)), {
        ranges: {},
        inputFormat: { bits: 8, signed: false, scale: 1, zeroPoint: 0 },
        arithmetic: 'tflite-micro',
        onProof: (p) => proofs.push(p),
      });
      const run = new IntegerExecutor(quantized);
      const size = job.input.length / IMAGES;
      const actual = Array.from({ length: IMAGES }, (_, n) =>
        Array.from(run.run(Array.from(job.input.subarray(n * size, (n + 1) * size), (v) => v + 128))),
      ).flat();
      const expected = golden[i];
      expect(actual.length, title).toBe(expected.length);
      // Where the input's own integers leave, they are pixels: 128 more.
      const shift = tensorOf(quantized, quantized.outputs[0]).signed ? 0 : 128;
      const largest = Math.max(...actual.map((v, k) => Math.abs(v - shift - expected[k])));
      const allowed = proofs.flatMap((p) => (p.unproved ? [TABLE_STEPS] : p.differing.map((d) => d.steps)));
      expect({ title, largest, proofs }).toEqual({
        title,
        largest: allowed.length === 0 ? 0 : expect.toSatisfy((v: number) => v <= Math.max(...allowed)),
        proofs,
      });
      if (allowed.length === 0) equal++;
      if (new Set(expected).size > 2) telling++;
    });
    expect(telling).toBeGreaterThan(0.9 * cases.length);
    expect(equal).toBeGreaterThan(0.95 * cases.length);
  });

  it('reals agree', () => {
    const cases = casesOf(LAYERS, false);
    const golden = runTflite(cases.map((c) => c.job));
    cases.forEach(({ title, bytes, job }, i) => {
      const graph = importTflite(bytes);
      const run = new FloatExecutor(graph);
      const shape = (t: string) => graph.shapes.get(t) as { channels: number };
      const size = job.input.length / IMAGES;
      const expected = golden[i];
      const outputs = expected.length / IMAGES;
      for (let n = 0; n < IMAGES; n++) {
        const image = toPlanes(job.input.subarray(n * size, (n + 1) * size), shape(graph.input).channels);
        const actual = run.run(image);
        const wanted = toPlanes(
          expected.subarray(n * outputs, (n + 1) * outputs),
          shape(graph.outputs[0]).channels,
        );
        expect(actual.length, title).toBe(wanted.length);
        const largest = Math.max(...actual.map((v, k) => Math.abs(v - wanted[k])));
        expect(largest, title).toBeLessThan(2e-5);
      }
    });
  });
});

it('is a suite of random cases, also where TFLite Micro is absent', () => {
  expect(() => casesOf(INTEGER_LAYERS, true).map((c) => importTflite(c.bytes))).not.toThrow();
});
