/** The requantizer at the end of a computing block: its parameters and its ROM. */

/** Integer back end of every computing block; see `Requant` for what it computes. */
export interface RequantParams {
  readonly accBits: number;
  readonly multiplierBits: number;
  /** The smallest of all channels. */
  readonly shift: number;
  /** Bits of what a channel's shift has beyond the smallest; 0 where all are alike. */
  readonly spreadBits: number;
  /** Signed bits of a correction, 0 where there are none; they count in units of 2^correctionUnit. */
  readonly correctionBits: number;
  readonly correctionUnit: number;
  readonly zeroPoint: number;
  readonly min: number;
  readonly max: number;
  readonly outBits: number;
  /** Signed width of every bias. */
  readonly biasBits: number;
  /** Signed width of accumulator plus bias. */
  readonly biasedBits: number;
}

/** Contents of a requantizer's ROM in the order of its output beats, `lanesOut` entries each. */
export interface RequantRom {
  readonly multipliers: Int32Array;
  readonly biases: Float64Array;
  /** Shifts less the smallest. */
  readonly spreads: Int32Array;
  /** Corrections of products that are 0 or more, and of those below 0. */
  readonly above: Int32Array;
  readonly below: Int32Array;
}
