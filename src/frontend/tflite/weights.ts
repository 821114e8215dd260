/** Weights of a TFLite layer in the graph's layout, with the integers behind them. */
import type { StoredWeights } from '../../ir/graph.js';
import type { TfliteConstant } from './constants.js';
import type { OperatorContext } from './operator-context.js';

export interface LayerWeights {
  readonly weights: Float32Array;
  readonly bias: Float32Array | null;
  readonly stored: StoredWeights | undefined;
}

/** One scale per output: as many as given along `axis`, or one for all. */
function scalesOf(c: OperatorContext, k: TfliteConstant, outputs: number, axis: number): readonly number[] {
  const { scales, axis: given } = k.stored as NonNullable<TfliteConstant['stored']>;
  if (scales.length === 1) return new Array<number>(outputs).fill(scales[0]);
  if (given === axis && scales.length === outputs) return scales;
  throw c.error('BLN202', {
    found: `${k.name}: ${scales.length} scales along axis ${given}`,
    need: `one scale, or one per output channel (axis ${axis})`,
  });
}

/**
 * Weights (input 1) and bias (input 2) of a layer.
 * @param axis axis of the weights that runs over output channels
 * @param index position in the file of element i of the graph's layout
 */
export function layerWeights(
  c: OperatorContext,
  outputs: number,
  axis: number,
  index: (i: number) => number,
): LayerWeights {
  const w = c.constant(1);
  const b = c.optionalConstant(2);
  if (b && b.values.length !== outputs) {
    throw c.error('BLN103', { found: `${b.values.length} biases for ${outputs} outputs` });
  }
  const weights = Float32Array.from(w.values, (_, i) => w.values[index(i)]);
  const bias = b ? b.values : null;
  if (!w.stored) return { weights, bias, stored: undefined };
  const integers = Float64Array.from(w.stored.values, (_, i) => w.stored?.values[index(i)] as number);
  if (integers.some((q) => q < -128 || q > 127)) {
    throw c.error('BLN205', {
      found: 'weights beyond -128..127 after their zero point is taken off',
      need: 'symmetric int8 weights: zero point 0',
      hint: 'convert with full-integer quantization to int8',
    });
  }
  const isWide = b?.stored?.values.some((v) => Math.abs(v) >= 2 ** 31);
  const stored: StoredWeights = {
    weights: Int8Array.from(integers),
    scales: scalesOf(c, w, outputs, axis),
    bias:
      b?.stored && isWide === false
        ? { values: Int32Array.from(b.stored.values), scales: scalesOf(c, b, outputs, 0) }
        : null,
  };
  return { weights, bias, stored };
}
