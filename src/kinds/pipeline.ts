/**
 * The timing skeleton of the engines: a pipeline with one clock enable, closed by a two-entry output FIFO. It moves in
 * every cycle in which the FIFO holds fewer than two beats, and stands still otherwise.
 */
import { delay, type Stage, serialize } from '../ir/block-timing.js';

/** Back half of an engine in cycles. */
export interface MacTiming {
  /** From the issue of a result's last operands to its finished accumulators, 1..31. */
  readonly macStages: number;
  /** Output beats of a result. */
  readonly beats: number;
  /** An output beat every so many cycles. */
  readonly beatCycles: number;
  /** Output beats of a pixel (or of all groups of one): the last result gives only what is missing. */
  readonly round: number;
  /** From the choice of a beat's accumulators to its entry into the output FIFO, 1..31. */
  readonly requantStages: number;
}

/**
 * Multiply-accumulate stages, a hold register that hands out a result's beats, the requantizer. Results must not come
 * faster than every `beats * beatCycles` cycles.
 */
export const macStages = (t: MacTiming): readonly Stage[] => [
  delay(t.macStages),
  serialize(t.beats, t.beatCycles, t.round),
  delay(t.requantStages),
];
