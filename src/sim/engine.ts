/**
 * Cycle engine, plain: steps every block of a hardware graph by what its kind declares (`block-model.ts`) and notes when
 * each stream's handshakes happen. The specification of `fast-engine.ts`, which commands use. Timing never depends on data, so no values pass through here. The promise: every handshake falls in the same
 * cycle as in the RTL, with and without stalls.
 */

import type { KindTable } from '../ir/block-kind.js';
import { isQueue } from '../ir/block-timing.js';
import { largestOf } from '../ir/extremes.js';
import { type Hardware, inputsOf, outputsOf } from '../ir/hardware.js';
import { bind } from '../kinds/index.js';
import { BlockModel } from './block-model.js';
import { lastOfFrames, Sink, Source } from './ends.js';
import { NO_STALLS, type StallPattern } from './stimulus.js';

export interface SimOptions {
  readonly frames: number;
  readonly stalls?: StallPattern;
  /** Spreads the sources' beats evenly over this many cycles per frame; as fast as possible when left out. */
  readonly paceCycles?: number;
  /** Called for every handshake, streams in index order within a cycle. */
  readonly onFire?: (stream: number, cycle: number) => void;
  /** Keep `stalledCycles` and `traceHash` of every stream. */
  readonly hash?: boolean;
  /** Called every 2^16 cycles. */
  readonly onProgress?: (cycle: number, framesDone: number) => void;
}

export interface StreamStats {
  /** Handshakes. */
  readonly beats: number;
  /** Cycles with tvalid but no tready; 0 when not asked for. */
  readonly stalledCycles: number;
  /** FNV-like hash of the cycles of all handshakes; 0 when not asked for. */
  readonly traceHash: number;
}

export interface SimResult {
  readonly frames: number;
  /** Cycles until the last output beat, that one included. */
  readonly cycles: number;
  /** Cycle of each frame's first handshake at the first input, and of its last at all outputs. */
  readonly inputFirst: readonly number[];
  readonly outputLast: readonly number[];
  /** Cycle of every handshake, by output. */
  readonly outputCycles: readonly Int32Array[];
  readonly streams: readonly StreamStats[];
  /** Places that each FIFO has needed: the beats in it when another came, plus that one; 0 for the other blocks. */
  readonly peakLevels: readonly number[];
  /** Set when nothing moved any more although output was missing. */
  readonly deadlock: Deadlock | null;
}

export interface Deadlock {
  readonly cycle: number;
  /** Streams that offer a beat nobody takes. */
  readonly waiting: readonly string[];
  /** Of all outputs together. */
  readonly outputBeats: number;
  readonly expectedBeats: number;
}

/** One step of the running hash of handshake cycles; the testbenches compute the same. */
const traceHashStep = (hash: number, cycle: number): number => (Math.imul(hash, 31) + cycle + 1) | 0;

/** First frame from its first input beat to its last output beat, both included. */
export const latencyCycles = (r: SimResult): number => r.outputLast[0] - r.inputFirst[0] + 1;

/**
 * Cycles from frame to frame at the end: the mean of a round, whose frames may come unevenly; needs a frame more than that.
 * @param round frames of a round, see `roundOf`
 */
export const intervalCycles = (r: SimResult, round = 1): number =>
  (r.outputLast[r.frames - 1] - r.outputLast[r.frames - 1 - round]) / round;

/** Runs `frames` frames back to back through the hardware. */
export function simulate(kinds: KindTable, hw: Hardware, options: SimOptions): SimResult {
  const { frames, stalls = NO_STALLS, paceCycles = 0, onFire, hash = false, onProgress } = options;
  const n = hw.streams.length;
  const bound = hw.blocks.map((b) => bind(kinds, b));
  const timings = bound.map((b) => b.timing());
  const models = hw.blocks.map((b, i) => new BlockModel(timings[i], b.inputs, b.outputs));
  const count = models.length;
  // Longer than any block may compute without a handshake anywhere.
  const patience =
    10_000 +
    largestOf(
      bound.map((b) => b.cyclesPerFrame()),
      0,
    );

  const valid = new Uint8Array(n);
  const fire = new Uint8Array(n);
  const beats = new Int32Array(n);
  const stalled = new Int32Array(n);
  const hashes = new Int32Array(n);
  const sources = inputsOf(hw).map((end, i) => new Source(hw, end, i, stalls, frames, paceCycles));
  const sinks = outputsOf(hw).map((end, i) => new Sink(hw, end, i, stalls, frames));
  const inputFirst: number[] = [];
  let quiet = 0;
  let cycle = 0;
  let deadlock: Deadlock | null = null;

  for (; sinks.some((s) => s.isOpen); cycle++) {
    for (const s of sources) valid[s.stream] = s.offers(cycle);
    for (const s of sinks) s.draw();
    for (let i = 0; i < count; i++) models[i].plan(valid, fire);
    for (const s of sinks) fire[s.stream] = valid[s.stream] && s.isReady ? 1 : 0;

    let moved = 0;
    for (let s = 0; s < n; s++) {
      if (fire[s]) {
        moved = 1;
        beats[s]++;
        if (hash) hashes[s] = traceHashStep(hashes[s], cycle);
        if (onFire) onFire(s, cycle);
      } else if (hash && valid[s]) stalled[s]++;
    }
    for (const s of sources) {
      if (fire[s.stream] === 0) continue;
      if (s === sources[0] && s.isFirst) inputFirst.push(cycle);
      s.take();
    }
    for (const s of sinks) if (fire[s.stream] === 1) s.take(cycle);
    for (let i = 0; i < count; i++) models[i].commit(valid, fire);

    quiet = moved ? 0 : quiet + 1;
    if (quiet > patience) {
      const waiting = hw.streams.filter((_, s) => valid[s]).map((s) => s.name);
      const outputBeats = sinks.reduce((sum, s) => sum + s.received, 0);
      const expectedBeats = sinks.reduce((sum, s) => sum + s.cycles.length, 0);
      deadlock = { cycle: cycle - patience, waiting, outputBeats, expectedBeats };
      break;
    }
    if (onProgress && (cycle & 0xffff) === 0xffff) onProgress(cycle, Math.min(...sinks.map((s) => s.frames)));
  }

  return {
    frames,
    cycles: cycle,
    inputFirst,
    outputLast: lastOfFrames(
      hw,
      sinks.map((s) => s.cycles.subarray(0, s.received)),
    ),
    outputCycles: sinks.map((s) => s.cycles),
    streams: hw.streams.map((_, s) => ({
      beats: beats[s],
      stalledCycles: stalled[s],
      traceHash: hashes[s] >>> 0,
    })),
    peakLevels: models.map((m, i) => (isQueue(timings[i]) ? m.peakLevel : 0)),
    deadlock,
  };
}
