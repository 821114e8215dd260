/**
 * The back end of every integer kernel: eight accumulators to eight 16-bit values, exact in doubles.
 *
 * y = clamp(floor((acc * m + c) / 2^s) + zp). Scaling by a power of two loses nothing and |acc * m + c| < 2^53, so a
 * double holds the quotient exactly. Adding 2^52 + 2^51 leaves its nearest integer in the low word; a quotient has at
 * most s bits behind the point, so less 1/2 - 2^-(s+1) its nearest integer is its floor. That needs one bit more and
 * an integer of 32 bits, which the known bound of the accumulator decides; else an explicit floor and clamp come first.
 */
import type { Code, FunctionBuilder, Local } from './encode.js';
import { f64x2, i16x8, v128 } from './ops.js';

/** Channels in a vector of 16-bit values. */
export const LANES = 8;
export const VECTOR_BYTES = 16;
/** Multipliers and offsets of eight channels. */
export const CONSTANT_BYTES = 2 * LANES * 8;

/** Multipliers and offsets by channel (one value serves all where only one is given), and the shift. */
export interface Scale {
  readonly multipliers: ArrayLike<number>;
  readonly offsets: ArrayLike<number>;
  readonly shift: number;
}

/** Back end of a layer: where its constants are (`scalingConstants`) and its clamp. */
export interface Scaling {
  readonly address: number;
  readonly zeroPoint: number;
  readonly min: number;
  readonly max: number;
  /** Rounds by the addition alone; see `roundsByAddition`. */
  readonly byAddition: boolean;
}

/** Whether every |acc| <= bound gives a quotient whose floor the addition finds. */
export function roundsByAddition({ multipliers, offsets, shift }: Scale, bound: number): boolean {
  const unit = 2 ** shift;
  return Array.from(offsets, (c, i) => {
    const m = multipliers[Math.min(i, multipliers.length - 1)];
    return bound * m + Math.abs(c);
  }).every((v) => 2 * v + unit + 1 <= Number.MAX_SAFE_INTEGER && v / unit + 1 < 2 ** 31);
}

/** Per vector of channels: eight multipliers, then eight offsets, in units of 2^shift. */
export function scalingConstants(r: Scale, channels: number, byAddition: boolean): Float64Array {
  const vectors = Math.ceil(channels / LANES);
  const constants = new Float64Array(vectors * 2 * LANES);
  const unit = 2 ** r.shift;
  for (let c = 0; c < channels; c++) {
    const at = Math.floor(c / LANES) * 2 * LANES + (c % LANES);
    const i = Math.min(c, r.multipliers.length - 1);
    const offset = r.offsets[i];
    constants[at] = r.multipliers[i] / unit;
    constants[at + LANES] = byAddition ? (2 * offset - unit + 1) / (2 * unit) : offset / unit;
  }
  return constants;
}

const INTEGER_IN_LOW_WORD = 2 ** 52 + 2 ** 51;
const LOW_WORDS = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];
const HIGH_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

/** Code of one layer's back end; its bounds stay in local variables. */
export class Requantizer {
  private readonly magic: Local;
  private readonly zero: Local;
  /** Smallest and largest result before the zero point: of doubles, or of 16-bit lanes where the addition rounds. */
  private readonly min: Local;
  private readonly max: Local;

  constructor(
    f: FunctionBuilder,
    private readonly scaling: Scaling,
    private readonly constants: Code,
  ) {
    const local = () => f.local('v128');
    [this.magic, this.zero, this.min, this.max] = [local(), local(), local(), local()];
    const { min, max, zeroPoint, byAddition } = scaling;
    const bound = byAddition ? i16x8.const : f64x2.const;
    f.emit(
      this.magic.set(f64x2.const(INTEGER_IN_LOW_WORD)),
      this.zero.set(i16x8.const(zeroPoint)),
      this.min.set(bound(min - zeroPoint)),
      this.max.set(bound(max - zeroPoint)),
    );
  }

  /** Two doubles from two accumulators in the low half of `acc`; `pair` counts pairs of channels. */
  private two(acc: Code, pair: number): Code {
    const m = v128.load(this.constants, pair * VECTOR_BYTES);
    const c = v128.load(this.constants, (4 + pair) * VECTOR_BYTES);
    const y = f64x2.add(f64x2.mul(f64x2.convertLow(acc), m), c);
    const rounded = this.scaling.byAddition
      ? y
      : f64x2.min(f64x2.max(f64x2.floor(y), this.min.get), this.max.get);
    return f64x2.add(rounded, this.magic.get);
  }

  private four(acc: Local, pair: number): Code {
    const high = v128.shuffle(acc.get, acc.get, HIGH_HALF);
    return v128.shuffle(this.two(acc.get, pair), this.two(high, pair + 1), LOW_WORDS);
  }

  /** Eight values from the accumulators `low` and `high`. */
  eight(low: Local, high: Local): Code {
    // Saturating keeps what the clamp would cut anyway.
    const y = i16x8.narrow(this.four(low, 0), this.four(high, 2));
    const clamped = this.scaling.byAddition ? i16x8.min(i16x8.max(y, this.min.get), this.max.get) : y;
    return i16x8.add(clamped, this.zero.get);
  }
}
