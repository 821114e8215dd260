/** Functions of one value that a table can hold, by name: their values, in double precision. */
import type { TableParameters } from '../../arithmetic/tflite-tables.js';

export type Parameters = TableParameters;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const hardSigmoid = (x: number, { alpha, beta }: Parameters): number =>
  Math.max(0, Math.min(1, alpha * x + beta));

/** Abramowitz and Stegun 7.1.26 is good for 1.5e-7 only; the series and the continued fraction give double precision. */
function erf(x: number): number {
  const square = x * x;
  if (Math.abs(x) < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 60; n++) {
      term *= -square / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (Math.abs(x) + fraction);
  const rest = Math.exp(-square) / Math.sqrt(Math.PI) / (Math.abs(x) + fraction);
  return Math.sign(x) * (1 - rest);
}

const softplus = (x: number): number => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));

/** As ONNX defines the operators of these names; `silu` is x * sigmoid(x). */
export const FUNCTIONS = {
  sigmoid,
  tanh: Math.tanh,
  silu: (x: number) => x * sigmoid(x),
  /** max(0, min(1, alpha * x + beta)) */
  hardSigmoid,
  /** x * hardSigmoid(x); alpha is 1/6 and beta 1/2 where nothing else is said */
  hardSwish: (x: number, p: Parameters) => x * hardSigmoid(x, p),
  /** alpha * x below zero */
  leakyRelu: (x: number, { alpha }: Parameters) => (x < 0 ? alpha * x : x),
  /** alpha * (exp(x) - 1) below zero */
  elu: (x: number, { alpha }: Parameters) => (x < 0 ? alpha * (Math.exp(x) - 1) : x),
  /** alpha * (exp(x / alpha) - 1) below zero */
  celu: (x: number, { alpha }: Parameters) => (x < 0 ? alpha * (Math.exp(x / alpha) - 1) : x),
  /** beta * x, and beta * alpha * (exp(x) - 1) below zero */
  selu: (x: number, { alpha, beta }: Parameters) => beta * (x < 0 ? alpha * (Math.exp(x) - 1) : x),
  /** x above alpha, and zero elsewhere */
  thresholdedRelu: (x: number, { alpha }: Parameters) => (x > alpha ? x : 0),
  gelu: (x: number) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  geluTanh: (x: number) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  erf,
  softplus,
  softsign: (x: number) => x / (1 + Math.abs(x)),
  mish: (x: number) => x * Math.tanh(softplus(x)),
  abs: Math.abs,
  /** x + beta */
  shifted: (x: number, { beta }: Parameters) => x + beta,
  /** alpha from 0 on, and -alpha below */
  bipolar: (x: number, { alpha }: Parameters) => (x >= 0 ? alpha : -alpha),
} as const satisfies Readonly<Record<string, (x: number, p: Parameters) => number>>;

export type FunctionName = keyof typeof FUNCTIONS;

/** The function at one value. */
export const valueAt = (name: FunctionName, x: number, p: Parameters): number => FUNCTIONS[name](x, p);
