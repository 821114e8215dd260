/** Functions of one value that a table can hold, by name: their values, in double precision. */

export interface Parameters {
  readonly alpha: number;
  readonly beta: number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const hardSigmoid = (x: number, { alpha, beta }: Parameters): number =>
  Math.max(0, Math.min(1, alpha * x + beta));

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
} as const satisfies Readonly<Record<string, (x: number, p: Parameters) => number>>;

export type FunctionName = keyof typeof FUNCTIONS;

/** The function at one value. */
export const valueAt = (name: FunctionName, x: number, p: Parameters): number => FUNCTIONS[name](x, p);
