/** The integers behind a convolution's or dense layer's constants, where DequantizeLinear stands before them. */
import type { StoredWeights } from '../../ir/graph.js';
import type { ConstTensor } from './const-tensor.js';
import type { OperatorContext } from './operator-context.js';

/** One scale per output: as many as given, or one for all. */
function scalesPerOutput(
  c: OperatorContext,
  t: ConstTensor,
  outputs: number,
  axis: number,
): readonly number[] {
  const { scales, axis: given } = t.stored as NonNullable<ConstTensor['stored']>;
  if (scales.length === 1) return new Array<number>(outputs).fill(scales[0]);
  if (given === axis && scales.length === outputs) return scales;
  throw c.error('BLN202', {
    found: `weights with ${scales.length} scales along axis ${given}`,
    need: `one scale, or one per output channel (axis ${axis})`,
    hint: 'quantize weights per output channel',
  });
}

/**
 * @param outputAxis axis of `weights` that runs over output channels
 * @param index position in `weights` of element i of the layout [outputs][inputs][kernel][kernel]
 * @returns undefined where the weights are plain reals. Errors: BLN202 and BLN205 for integers that the hardware lacks.
 */
export function storedWeights(
  c: OperatorContext,
  weights: ConstTensor,
  bias: ConstTensor | undefined,
  outputs: number,
  outputAxis = 0,
  index: (i: number) => number = (i) => i,
): StoredWeights | undefined {
  const { stored } = weights;
  if (!stored) return undefined;
  const integers = Float64Array.from(stored.values, (_, i) => stored.values[index(i)]);
  if (integers.some((q) => q < -128 || q > 127)) {
    throw c.error('BLN205', {
      found: 'weights beyond -128..127 after their zero point is taken off',
      need: 'symmetric int8 weights: zero point 0',
      hint: 'quantize weights with reduce_range=False and symmetric=True',
    });
  }
  const b = bias?.stored?.bits === 32 ? bias : undefined;
  return {
    weights: Int8Array.from(integers),
    scales: scalesPerOutput(c, weights, outputs, outputAxis),
    bias: b?.stored
      ? { values: Int32Array.from(b.stored.values), scales: scalesPerOutput(c, b, outputs, 0) }
      : null,
  };
}
