/** The host's SOFTMAX against TFLite Micro: every integer of random vectors, scales and betas, saturation included. */
import { describe, expect, it } from 'vitest';
import { softmaxOf, softmaxTable } from '../../src/arithmetic/softmax.js';
import { Prng } from '../../src/ir/prng.js';
import { tfliteModel } from '../support/tflite-model.js';
import { runTflite } from '../support/tflite-runtime.js';
import { describeWithTool } from '../support/tools.js';

const VECTORS = 200;

/** A model of one SOFTMAX, int8 to int8, and random vectors for it. */
function softmaxCase(p: Prng) {
  // The kernel aborts where more than some 500 classes are nearly equal.
  const classes = p.pick([1, 2, 3, 10, 100, 400]);
  const beta = p.pick([1, 1, Math.fround(0.3 + 2 * p.float())]);
  const scale = Math.fround(p.pick([0.001, 0.02, 0.1, 0.35, 1.5]) * (0.7 + 0.6 * p.float()));
  const format = { type: 'int8', shape: [1, classes] } as const;
  const model = tfliteModel({
    tensors: [
      { name: 'x', ...format, scales: [scale], zeroPoints: [p.int(-90, 90)] },
      { name: 'y', ...format, scales: [1 / 256], zeroPoints: [-128] },
    ],
    operators: [{ op: 'SOFTMAX', inputs: ['x'], output: 'y', options: { beta } }],
    input: 'x',
    output: 'y',
  });
  const spread = p.pick([1, 8, 128]);
  const input = Int8Array.from({ length: VECTORS * classes }, () => p.int(-spread, spread - 1));
  return {
    classes,
    input,
    table: softmaxTable(beta, scale),
    job: { model, input, images: VECTORS, tensors: [1] },
  };
}

describeWithTool('tflite-micro', 'SOFTMAX of integers', () => {
  it('equals TFLite Micro in every integer', () => {
    const p = new Prng(31);
    const cases = Array.from({ length: 40 }, () => softmaxCase(p));
    const golden = runTflite(cases.map((c) => c.job));
    const seen = new Set<number>();
    for (const [i, { classes, input, table }] of cases.entries()) {
      for (let v = 0; v < VECTORS; v++) {
        const found = softmaxOf(input.subarray(v * classes, (v + 1) * classes), table);
        const wanted = golden[i].subarray(v * classes, (v + 1) * classes);
        expect(
          Array.from(found, (q) => q - 128),
          `case ${i}, vector ${v}`,
        ).toEqual(Array.from(wanted));
        for (const q of found) seen.add(q);
      }
    }
    expect(seen.size).toBeGreaterThan(200);
  });
});

describe('SOFTMAX', () => {
  it('has probabilities that sum to one, nearly', () => {
    const found = softmaxOf([3, 1, -2, 0], softmaxTable(1, 0.5));
    expect(Math.abs(found.reduce((a, b) => a + b) - 256)).toBeLessThan(3);
    expect([...found].sort((a, b) => b - a)[0]).toBe(found[0]);
  });
});
