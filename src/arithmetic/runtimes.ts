/**
 * The integer arithmetic of runtimes, by name: how each turns sums into the integers of the next tensor. Everything is
 * about centred integers, zero points taken off; the caller adds that of the output and clamps.
 */
import type { QuantFormat } from '../ir/quant-graph.js';
import { roundHalfEven } from '../ir/round.js';
import {
  type FixedPoint,
  fixedPoint,
  multiplyOnce,
  multiplyTwice,
  realOf,
  roundAway,
} from './fixed-point.js';
import { type Multiply, SUM_SHIFT, type TableParameters, tfliteTable } from './tflite-tables.js';

/** A function of an integer that never falls. */
export interface Rescale {
  /** About what it multiplies by. */
  readonly factor: number;
  readonly apply: (v: number) => number;
}

/** Centred integers of two tensors to one of the third. */
export interface SumRescale {
  readonly factors: readonly [number, number];
  readonly apply: (a: number, b: number) => number;
}

/** Real values of one step each. */
export interface Scales {
  readonly input: number;
  /** 1 where nothing is multiplied. */
  readonly weight: number;
  readonly output: number;
}

export interface Runtime {
  /** Results of a convolution; `isDense` where the runtime multiplies the scales of its own dense layer. */
  rescale(s: Scales, isDense: boolean): Rescale;
  /** Mean of so many values, of their sum. Null where it is not known. */
  mean: ((count: number, s: Scales) => Rescale) | null;
  /** A pool's average, of the sum of integers with their zero points. */
  average: ((count: number) => Rescale) | null;
  sum: ((a: QuantFormat, b: QuantFormat, y: QuantFormat) => SumRescale) | null;
  /** A function of one value, by name: of the centred integer to the output's, not yet clamped. Null where it is not known. */
  table(name: string, x: QuantFormat, y: QuantFormat, p: TableParameters): ((v: number) => number) | null;
  /** Integer of a bound of an activation, zero point included. */
  bound(real: number, y: QuantFormat): number;
}

const f32 = Math.fround;

const tflite = (multiply: Multiply): Runtime => {
  const by = (f: FixedPoint): Rescale => ({ factor: realOf(f), apply: (v) => multiply(v, f) });
  return {
    rescale: ({ input, weight, output }, isDense) =>
      by(fixedPoint((isDense ? f32(input * weight) : input * weight) / output)),
    mean: (count, { input, output }) => {
      const { multiplier, shift } = fixedPoint(input / output);
      // The count joins the multiplier, which keeps its bits: (m << k) / count, truncated.
      const more = Math.min(Math.floor(Math.log2(count)), 32, 31 + shift);
      const joined = Math.floor((multiplier * 2 ** more) / count);
      return by({ multiplier: joined, shift: shift - more });
    },
    average: (count) => ({ factor: 1 / count, apply: (v) => averageOf(v, count) }),
    sum: (a, b, y) => {
      const twice = 2 * Math.max(a.scale, b.scale);
      const [fa, fb] = [fixedPoint(a.scale / twice), fixedPoint(b.scale / twice)];
      const fy = fixedPoint(twice / (2 ** SUM_SHIFT * y.scale));
      const up = (v: number, f: FixedPoint) => multiply(v * 2 ** SUM_SHIFT, f);
      return {
        factors: [a.scale / y.scale, b.scale / y.scale],
        apply: (p, q) => multiply(up(p, fa) + up(q, fb), fy),
      };
    },
    table: (name, x, y, p) => tfliteTable(name, x, y, p, multiply),
    bound: (real, { scale, zeroPoint }) => zeroPoint + roundAway(f32(f32(real) / f32(scale))),
  };
};

/** (sum + count / 2) / count with C's divisions, away from zero. */
const averageOf = (sum: number, count: number): number => {
  const half = Math.floor(count / 2);
  return sum > 0 ? Math.floor((sum + half) / count) : -Math.floor((half - sum) / count);
};

const onnxruntime: Runtime = {
  rescale: ({ input, weight, output }) => {
    const factor = f32(f32(f32(input) * f32(weight)) / f32(output));
    return { factor, apply: (v) => roundHalfEven(f32(f32(v) * factor)) };
  },
  mean: null,
  average: null,
  sum: null,
  table: () => null,
  bound: (real, { scale, zeroPoint }) => zeroPoint + roundHalfEven(f32(f32(real) / f32(scale))),
};

const RUNTIMES = {
  'tflite-micro': tflite(multiplyTwice),
  'tflite-single': tflite(multiplyOnce),
  onnxruntime,
} as const satisfies Record<string, Runtime>;

export type RuntimeName = keyof typeof RUNTIMES;
/** `blnet` is none of a runtime: halves go up, factors have 17 bits. */
export type ArithmeticName = RuntimeName | 'blnet';

/** Null for blnet's own. */
export const runtimeOf = (name: ArithmeticName): Runtime | null => (name === 'blnet' ? null : RUNTIMES[name]);
