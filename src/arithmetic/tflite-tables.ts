/**
 * Functions of one 8-bit integer as TFLite Micro's kernels compute them: each is a table of 256. Arguments are centred, zero points
 * taken off; results have the output's zero point and are not clamped.
 */
import type { QuantFormat } from '../ir/quant-graph.js';
import { dividedByPower, type FixedPoint, fixedPoint, roundAway } from './fixed-point.js';
import { logistic, tanh } from './gemmlowp.js';

/** What a table needs to know of its operator. */
export interface TableParameters {
  readonly alpha: number;
  readonly beta: number;
  /** Of a sum with a constant: the integer that is stored, its zero point taken off, and its scale. */
  readonly addend?: { readonly value: number; readonly scale: number; readonly isTaken: boolean };
}

export type Multiply = (v: number, f: FixedPoint) => number;
type Entry = (v: number) => number;
type TableOf = (x: QuantFormat, y: QuantFormat, p: TableParameters, multiply: Multiply) => Entry | null;

const f32 = Math.fround;

const INPUT_BITS = 4;

/** LOGISTIC and TANH: a fixed output format, saturated beyond a radius. */
const sigmoidal =
  (f: (v: number) => number, bits: number, zeroPoint: number): TableOf =>
  (x, y, _, multiply) => {
    if (y.scale !== 2 ** -bits || y.zeroPoint - (y.signed ? 0 : 128) !== zeroPoint) return null;
    const factor = fixedPoint(x.scale * 2 ** (31 - INPUT_BITS));
    const radius = Math.floor(((2 ** INPUT_BITS - 1) * 2 ** (31 - INPUT_BITS)) / 2 ** factor.shift);
    const far = 1000;
    return (v) => {
      if (Math.abs(v) >= radius) return v < 0 ? -far : far;
      return y.zeroPoint + dividedByPower(f(multiply(v, factor)), 31 - bits);
    };
  };

/** Truncating division, as C's. */
const product16 = (a: number, b: number, isRounded: boolean): number => {
  const product = a * b;
  const nudge = !isRounded ? 0 : product >= 0 ? 2 ** 14 : 1 - 2 ** 14;
  return Math.trunc((product + nudge) / 2 ** 15);
};
const saturated16 = (v: number): number => Math.min(32_767, Math.max(-32_768, v));
const factor16 = ({ multiplier }: FixedPoint): number =>
  Math.min(32_767, Math.floor((multiplier + 2 ** 15) / 2 ** 16));

const hardSwish: TableOf = (x, y, _) => {
  const fine = f32(f32(1 / 128) * f32(x.scale));
  const toOutput = fixedPoint(f32(fine / f32(y.scale)));
  const toReluish = fixedPoint(f32(fine / f32(3 / 32_768)));
  if (toOutput.shift > 0) return null;
  const [outFactor, reluFactor] = [factor16(toOutput), factor16(toReluish)];
  const up = toReluish.shift;
  return (v) => {
    const input = v * 128;
    const preshift = product16(input, outFactor, true);
    let reluish = up > 0 ? saturated16(input * 2 ** (up - 1)) : input;
    reluish = product16(reluish, reluFactor, true);
    if (up > 0) reluish = saturated16(2 * reluish);
    if (up < 0) reluish = dividedByPower(reluish, -up);
    reluish = Math.floor((reluish + 2 ** 15) / 2);
    return y.zeroPoint + dividedByPower(product16(reluish, preshift, false), -toOutput.shift);
  };
};

const leakyRelu: TableOf = (x, y, { alpha }, multiply) => {
  const [sx, sy] = [f32(x.scale), f32(y.scale)];
  const identity = fixedPoint(f32(sx / sy));
  const slope = f32(f32(sx * f32(alpha)) / sy);
  // A negative slope has a multiplier below zero.
  const below = fixedPoint(Math.abs(slope));
  if (slope < 0) return null;
  return (v) => y.zeroPoint + multiply(v, v >= 0 ? identity : below);
};

/** Of single precision, as its table is made. */
const elu: TableOf = (x, y) => {
  const inverse = f32(1 / f32(y.scale));
  return (v) => {
    const real = f32(f32(x.scale) * v);
    return y.zeroPoint + roundAway(f32((real < 0 ? f32(Math.expm1(real)) : real) * inverse));
  };
};

/** Bits by which TFLite scales operands of a sum up first. */
export const SUM_SHIFT = 20;

/** A sum or difference with a constant, by the kernel of two maps. */
const shifted: TableOf = (x, y, { addend }, multiply) => {
  if (!addend) return null;
  const twice = 2 * Math.max(x.scale, addend.scale);
  const fy = fixedPoint(twice / (2 ** SUM_SHIFT * y.scale));
  const up = (v: number, scale: number) => multiply(v * 2 ** SUM_SHIFT, fixedPoint(scale / twice));
  const constant = up(addend.value, addend.scale);
  return (v) => y.zeroPoint + multiply(up(v, x.scale) + (addend.isTaken ? -constant : constant), fy);
};

const TABLES: Readonly<Record<string, TableOf>> = {
  sigmoid: sigmoidal(logistic, 8, -128),
  tanh: sigmoidal(tanh, 7, 0),
  hardSwish,
  leakyRelu,
  elu,
  shifted,
};

/** Null for a function, or formats, that the kernels do not have. */
export const tfliteTable = (
  name: string,
  x: QuantFormat,
  y: QuantFormat,
  p: TableParameters,
  multiply: Multiply,
): Entry | null => (Object.hasOwn(TABLES, name) ? TABLES[name](x, y, p, multiply) : null);
