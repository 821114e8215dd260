/**
 * The back end of every integer kernel: eight accumulators to eight 16-bit values, exact in doubles.
 *
 * y = clamp(floor((acc * m + c) / 2^s) + zp), c holding bias and rounding constant, and below the accumulator at which
 * the product changes its sign a difference d more. Scaling by a power of two loses nothing and |acc * m + c| < 2^53, so
 * a double holds the quotient exactly. Adding 2^52 + 2^51 leaves its nearest integer in the low word; a quotient has at
 * most s bits behind the point, so less 1/2 - 2^-(s+1) its nearest integer is its floor. That needs one bit more and
 * an integer of 32 bits, which the known bound of the accumulator decides; else an explicit floor and clamp come first.
 */
import type { Requant } from '../../ir/quant-graph.js';
import { type Code, type FunctionBuilder, type Local, sequence } from './encode.js';
import { f64x2, i16x8, v128 } from './ops.js';

/** Channels in a vector of 16-bit values. */
export const LANES = 8;
export const VECTOR_BYTES = 16;

/** By channel; one value serves all where only one is given. */
export type Scale = Pick<Requant, 'multipliers' | 'biases' | 'shifts' | 'corrections'>;

/** How a layer rounds, and its clamp. */
export interface Rounding {
  readonly zeroPoint: number;
  readonly min: number;
  readonly max: number;
  /** Rounds by the addition alone; see `roundsByAddition`. */
  readonly byAddition: boolean;
}

/** Back end of a layer: where its constants are (`scalingConstants`). */
export interface Scaling extends Rounding {
  readonly address: number;
  /** Whether constants for the sign of the product are there. */
  readonly bySign: boolean;
  /** Of the constants of eight channels. */
  readonly bytes: number;
}

/** What a channel's accumulator meets. */
interface ChannelScale {
  readonly multiplier: number;
  readonly unit: number;
  /** c, and d, in steps of 2^-s. */
  readonly offset: number;
  readonly difference: number;
  /** Accumulators below it have a negative product. */
  readonly threshold: number;
}

function scaleOf({ multipliers, biases, shifts, corrections }: Scale, channel: number): ChannelScale {
  const i = Math.min(channel, multipliers.length - 1);
  const [multiplier, bias, unit] = [multipliers[i], biases[i], 2 ** shifts[i]];
  const step = 2 ** (corrections?.unit ?? 0);
  const [above, below] = corrections ? [corrections.above[i], corrections.below[i]] : [0, 0];
  return {
    multiplier,
    unit,
    offset: bias * multiplier + unit / 2 + above * step,
    difference: (below - above) * step,
    threshold: multiplier === 0 ? Number.NEGATIVE_INFINITY : -bias,
  };
}

/** Whether the addition finds the floor of v / unit for every |v| <= most. */
const additionFinds = (most: number, unit: number): boolean =>
  2 * most + unit + 1 <= Number.MAX_SAFE_INTEGER && most / unit + 1 < 2 ** 31;

/** c / 2^s, less what makes the nearest integer the floor. */
const offsetConstant = (offset: number, unit: number, byAddition: boolean): number =>
  byAddition ? (2 * offset - unit + 1) / (2 * unit) : offset / unit;

/** Whether every |acc| <= bound gives a quotient whose floor the addition finds. */
export function roundsByAddition(r: Scale, bound: number): boolean {
  for (let c = 0; c < r.multipliers.length; c++) {
    const { multiplier, unit, offset, difference } = scaleOf(r, c);
    if (!additionFinds(bound * multiplier + Math.abs(offset) + Math.abs(difference), unit)) return false;
  }
  return true;
}

/** Where the constants of a channel are, in eights of a vector of channels. */
const [MULTIPLIERS, OFFSETS, THRESHOLDS, DIFFERENCES] = [0, 1, 2, 3];

/** Per vector of channels: eight of each kind, in units of 2^shift. */
export function scalingConstants(r: Scale, channels: number, byAddition: boolean): Float64Array {
  const vectors = Math.ceil(channels / LANES);
  const kinds = r.corrections ? 4 : 2;
  const constants = new Float64Array(vectors * kinds * LANES);
  for (let c = 0; c < channels; c++) {
    const at = Math.floor(c / LANES) * kinds * LANES + (c % LANES);
    const { multiplier, unit, offset, difference, threshold } = scaleOf(r, c);
    constants[at + MULTIPLIERS * LANES] = multiplier / unit;
    constants[at + OFFSETS * LANES] = offsetConstant(offset, unit, byAddition);
    if (!r.corrections) continue;
    constants[at + THRESHOLDS * LANES] = threshold;
    constants[at + DIFFERENCES * LANES] = difference / unit;
  }
  return constants;
}

/** Bytes of the constants of eight channels. */
export const constantBytes = (r: Scale): number => (r.corrections ? 4 : 2) * LANES * 8;

const INTEGER_IN_LOW_WORD = 2 ** 52 + 2 ** 51;
const LOW_WORDS = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];
const HIGH_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

/** Rounds doubles to eight 16-bit values; its bounds stay in local variables. */
class Rounder {
  private readonly magic: Local;
  private readonly zero: Local;
  /** Smallest and largest result before the zero point: of doubles, or of 16-bit lanes where the addition rounds. */
  private readonly min: Local;
  private readonly max: Local;

  constructor(
    f: FunctionBuilder,
    private readonly rounding: Rounding,
  ) {
    const local = () => f.local('v128');
    [this.magic, this.zero, this.min, this.max] = [local(), local(), local(), local()];
    const { min, max, zeroPoint, byAddition } = rounding;
    const bound = byAddition ? i16x8.const : f64x2.const;
    f.emit(
      this.magic.set(f64x2.const(INTEGER_IN_LOW_WORD)),
      this.zero.set(i16x8.const(zeroPoint)),
      this.min.set(bound(min - zeroPoint)),
      this.max.set(bound(max - zeroPoint)),
    );
  }

  private two(y: Code): Code {
    const rounded = this.rounding.byAddition
      ? y
      : f64x2.min(f64x2.max(f64x2.floor(y), this.min.get), this.max.get);
    return f64x2.add(rounded, this.magic.get);
  }

  /** @param pairOf two quotients each, for four pairs of channels */
  eight(pairOf: (pair: number) => Code): Code {
    const four = (pair: number): Code =>
      v128.shuffle(this.two(pairOf(pair)), this.two(pairOf(pair + 1)), LOW_WORDS);
    // Saturating keeps what the clamp would cut anyway.
    const y = i16x8.narrow(four(0), four(2));
    const clamped = this.rounding.byAddition ? i16x8.min(i16x8.max(y, this.min.get), this.max.get) : y;
    return i16x8.add(clamped, this.zero.get);
  }
}

/** Two doubles from the low or the high half of four integers. */
const doubles = (acc: Local, isHigh: boolean): Code =>
  f64x2.convertLow(isHigh ? v128.shuffle(acc.get, acc.get, HIGH_HALF) : acc.get);

/** Code of one layer's back end. */
export class Requantizer {
  private readonly rounder: Rounder;
  private readonly acc: Local;

  constructor(
    f: FunctionBuilder,
    private readonly scaling: Scaling,
    private readonly constants: Code,
  ) {
    this.rounder = new Rounder(f, scaling);
    this.acc = f.local('v128');
  }

  private constant(kind: number, pair: number): Code {
    return v128.load(this.constants, (4 * kind + pair) * VECTOR_BYTES);
  }

  /** Quotients of two accumulators. */
  private two(acc: Code, pair: number): Code {
    const [m, c] = [this.constant(MULTIPLIERS, pair), this.constant(OFFSETS, pair)];
    if (!this.scaling.bySign) return f64x2.add(f64x2.mul(acc, m), c);
    const isNegative = f64x2.lt(this.acc.get, this.constant(THRESHOLDS, pair));
    const difference = v128.and(isNegative, this.constant(DIFFERENCES, pair));
    return sequence(this.acc.set(acc), f64x2.add(f64x2.add(f64x2.mul(this.acc.get, m), c), difference));
  }

  /** Eight values from the accumulators `low` and `high`. */
  eight(low: Local, high: Local): Code {
    return this.rounder.eight((pair) => this.two(doubles(pair < 2 ? low : high, pair % 2 === 1), pair));
  }
}

/** y = clamp(floor((a * multipliers[0] + b * multipliers[1] + offset) / 2^shift) + zp), the same for all channels. */
export interface SumScale extends Omit<Rounding, 'byAddition'> {
  readonly multipliers: readonly [number, number];
  readonly offset: number;
  readonly shift: number;
}

/** Back end of a sum of two operands. */
export class SumRequantizer {
  private readonly rounder: Rounder;
  private readonly constants: readonly [Local, Local, Local];

  /** @param bound largest |operand| */
  constructor(f: FunctionBuilder, s: SumScale, bound: number) {
    const unit = 2 ** s.shift;
    const [ma, mb] = s.multipliers;
    const byAddition = additionFinds(bound * (ma + mb) + Math.abs(s.offset), unit);
    this.rounder = new Rounder(f, { ...s, byAddition });
    this.constants = [f.local('v128'), f.local('v128'), f.local('v128')];
    const values = [ma / unit, mb / unit, offsetConstant(s.offset, unit, byAddition)];
    f.emit(...this.constants.map((local, i) => local.set(f64x2.const(values[i]))));
  }

  /** Eight values from operands of 32 bits, the low and the high four of each. */
  eight(a: readonly [Local, Local], b: readonly [Local, Local]): Code {
    const [ma, mb, c] = this.constants;
    return this.rounder.eight((pair) => {
      const half = pair < 2 ? 0 : 1;
      const [x, y] = [doubles(a[half], pair % 2 === 1), doubles(b[half], pair % 2 === 1)];
      return f64x2.add(f64x2.add(f64x2.mul(x, ma.get), f64x2.mul(y, mb.get)), c.get);
    });
  }
}
