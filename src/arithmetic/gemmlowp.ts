/** Functions of fixed-point numbers of 32 bits as gemmlowp has them, which TFLite's integer kernels call; exact in doubles. */
import { dividedByPower, highProduct, ONE, saturated } from './fixed-point.js';

/** exp(-1/4), exp(-1/2), exp(-1) .. exp(-16) as fractions of 2^31. */
const BARREL = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242];
const EXP_MINUS_EIGHTH = 1895147668;
const ONE_THIRD = 715827883;
const [C_48_OVER_17, C_NEG_32_OVER_17] = [1515870810, -1010580540];
/** 1 with two bits before the point. */
const ONE_OF_2 = 2 ** 29;

/** exp of a in -1/4 .. 0, both as fractions of 2^31: a Taylor series around -1/8. */
function expOnInterval(a: number): number {
  const x = a + 2 ** 28;
  const x2 = highProduct(x, x);
  const x3 = highProduct(x2, x);
  const x4 = dividedByPower(highProduct(x2, x2), 2);
  const rest = dividedByPower(highProduct(x4 + x3, ONE_THIRD) + x2, 1);
  return EXP_MINUS_EIGHTH + highProduct(EXP_MINUS_EIGHTH, x + rest);
}

/** exp of a <= 0 that has `bits` before the point (4 or 5), as a fraction of 2^31. */
export function expOnNegative(a: number, bits: number): number {
  if (a === 0) return ONE - 1;
  const quarter = 2 ** (31 - bits - 2);
  const inQuarter = (((a % quarter) + quarter) % quarter) - quarter;
  const remainder = inQuarter - a;
  let result = expOnInterval(saturated(inQuarter * 2 ** bits));
  BARREL.slice(0, bits + 2).forEach((factor, i) => {
    if (Math.floor(remainder / (quarter * 2 ** i)) % 2 === 1) result = highProduct(result, factor);
  });
  return result;
}

/** About 2 / (1 + a) for a in 0 .. 1, a fraction of 2^31, with two bits before the point: Newton's method. */
function twiceReciprocal(a: number): number {
  const halfDenominator = Math.floor((a + ONE) / 2);
  let x = C_48_OVER_17 + highProduct(halfDenominator, C_NEG_32_OVER_17);
  for (let i = 0; i < 3; i++) {
    const error = ONE_OF_2 - highProduct(halfDenominator, x);
    x += saturated(highProduct(x, error) * 4);
  }
  return x;
}

/** 1 / (1 + a) for a in 0 .. 1, as fractions of 2^31. */
export const reciprocalOfOnePlus = (a: number): number => saturated(2 * twiceReciprocal(a));

/** 1 / (1 + exp(-a)) of a with 4 bits before the point. */
export function logistic(a: number): number {
  if (a === 0) return ONE / 2;
  const positive = reciprocalOfOnePlus(expOnNegative(-Math.abs(a), 4));
  return a > 0 ? positive : ONE - 1 - positive;
}

/** tanh of a with 4 bits before the point. */
export function tanh(a: number): number {
  if (a === 0) return 0;
  const t = saturated(4 * (twiceReciprocal(expOnNegative(-Math.abs(a), 5)) - ONE_OF_2));
  return a > 0 ? t : -t;
}
