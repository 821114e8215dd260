/**
 * ConvInteger and MatMulInteger: sums of products of integers, without scales. In reals they are the layer of the same
 * weights over an input whose steps are 1.
 */
import type { ConstTensor } from './const-tensor.js';
import type { Feature } from './feature.js';
import type { Handler, OperatorContext } from './operator-context.js';
import { dense } from './operators-shape.js';
import { convOf } from './operators-window.js';
import { storedWeights } from './stored-weights.js';

const zeroOf = (c: OperatorContext, i: number): number => {
  const zero = c.values.length > i ? c.optionalConstant(i) : undefined;
  return zero ? c.scalar(zero, 'the zero point') : 0;
};

/** The input as reals, and how large a step of its integers is in them. */
function operand(c: OperatorContext): { readonly x: Feature; readonly step: number } {
  const { integers, raw, ...x } = c.feature(0);
  const zero = zeroOf(c, 2);
  if (raw) {
    c.statePixels(zero + (raw.signed ? 128 : 0), 1);
    return { x, step: 1 };
  }
  if (!integers || integers.zeroPoint !== zero)
    throw c.error('BLN203', {
      found: integers ? `zero point ${zero} of an input with ${integers.zeroPoint}` : 'an input of reals',
      need: 'the output of a QuantizeLinear with its zero point',
      hint: 'quantize statically: scales that are computed for each image have no hardware',
    });
  return { x, step: integers.scale };
}

/** Weights less their zero point, as reals over an input of such steps, with the integers beside them. */
function weightsOf(c: OperatorContext, step: number, axis: number): ConstTensor {
  const w = c.constant(1);
  const zero = c.values.length > 3 ? c.optionalConstant(3)?.values : undefined;
  if (w.type !== 'int' || (zero && new Set(zero).size > 1))
    throw c.error('BLN202', {
      found: 'weights of reals, or a zero point for each row',
      need: '8-bit integers',
    });
  const integers = Float64Array.from(w.values, (q) => q - (zero?.[0] ?? 0));
  const stored = { values: integers, bits: 8, scales: [1 / step], axis };
  return { dims: w.dims, type: 'float', values: Float32Array.from(integers, (q) => q / step), stored };
}

const convInteger: Handler = (c) => {
  const { x, step } = operand(c);
  return convOf(c, x, weightsOf(c, step, 0), undefined);
};

const matMulInteger: Handler = (c) => {
  const { x, step } = operand(c);
  const w = weightsOf(c, step, 1);
  const [inputs, outputs] = w.dims as [number, number];
  if (x.dims.length !== 2 || w.dims.length !== 2 || x.dims[1] !== inputs)
    throw c.error('BLN103', { found: `[${x.dims.join(', ')}] by weights of [${w.dims.join(', ')}]` });
  const at = (k: number) => (k % inputs) * outputs + Math.floor(k / inputs);
  const weights = Float32Array.from(w.values, (_, k) => w.values[at(k)]);
  return dense(c, x, weights, null, storedWeights(c, w, undefined, outputs, 1, at));
};

export const INTEGER_OPERATORS = {
  ConvInteger: convInteger,
  MatMulInteger: matMulInteger,
} as const satisfies Record<string, Handler>;
