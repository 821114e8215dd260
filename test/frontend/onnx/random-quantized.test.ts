/** Random quantized graphs against ONNX Runtime with its own arithmetic: equal, or differing by what the proof said before. */
import { describe, expect, it } from 'vitest';
import { compareCase, quantizedCases } from '../../support/quantized-onnx.js';

/** A share of what `make soak` compares. */
const CASES = 64;

describe('QDQ and QLinear graphs with --arithmetic onnxruntime', () => {
  it('have its integers, or differ by no more than the proof says', async () => {
    let [equal, distinct] = [0, 0];
    for (const [i, c] of quantizedCases(CASES).entries()) {
      const { largest, allowed, distinct: values, proofs } = await compareCase(c, i);
      expect(largest, `${c.title}: ${JSON.stringify(proofs)}`).toBeLessThanOrEqual(allowed);
      if (largest === 0) equal++;
      if (values > 8) distinct++;
    }
    expect(equal).toBeGreaterThan(0.6 * CASES);
    expect(distinct).toBeGreaterThan(0.9 * CASES);
  }, 120_000);
});
