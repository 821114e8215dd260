/**
 * The cycle engine at speed: the results of `engine.ts`, cycle for cycle, from compiled stepping code and from
 * recognising the steady state. When the state at the end of an input frame has been there before, everything since
 * then repeats; whole repetitions are added instead of stepped.
 */

import type { KindTable } from '../ir/block-kind.js';
import { largestOf } from '../ir/extremes.js';
import { type Hardware, outputsOf } from '../ir/hardware.js';
import { bind } from '../kinds/index.js';
import { checkLimit } from '../limits.js';
import { compileCycles } from './cycles/compile-cycles.js';
import { Machine, type Moment } from './cycles/machine.js';
import { lastOfFrames } from './ends.js';
import { type Deadlock, type SimOptions, type SimResult, simulate } from './engine.js';
import { sameState } from './steady-state.js';
import { isSteady, NO_STALLS } from './stimulus.js';
import { HAS_SIMD } from './wasm/host.js';

/** Cycles between two looks at the clock of progress; also lets the optimizer's code take over. */
const CHUNK = 1 << 12;
const PROGRESS = 1 << 16;
/** Frames over which a steady state may repeat. */
const LONGEST_PERIOD = 4;

export interface FastOptions extends SimOptions {
  /** False: step every cycle, whether or not it repeats an earlier one. */
  readonly mayRepeat?: boolean;
}

export interface FastResult extends SimResult {
  /** Cycle at which the state first repeated, or null. */
  readonly steadyFrom: number | null;
  /** Cycles per frame from then on, or null. */
  readonly steadyCycles: number | null;
}

/** Beats of a frame at all outputs together. */
const beatsOf = (hw: Hardware): number =>
  outputsOf(hw).reduce((sum, e) => sum + hw.streams[e.stream].beatsPerFrame, 0);

/**
 * Runs `frames` frames back to back; equal to `simulate` in everything that it returns and reports. Errors: BLN207 for
 * a run that is too long.
 */
export function simulateFast(kinds: KindTable, hw: Hardware, options: FastOptions): FastResult {
  const slowest = largestOf(
    hw.blocks.map((b) => bind(kinds, b).cyclesPerFrame()),
    0,
  );
  checkLimit('frames', options.frames);
  checkLimit('runValues', options.frames * beatsOf(hw));
  checkLimit('runCycles', options.frames * slowest);
  // A pace of part cycles, or no WebAssembly, is left to the plain engine.
  if (!HAS_SIMD || !Number.isInteger(options.paceCycles ?? 0)) {
    return { ...simulate(kinds, hw, options), steadyFrom: null, steadyCycles: null };
  }
  const { frames, stalls = NO_STALLS, paceCycles = 0, onFire, hash = false, onProgress } = options;
  const program = compileCycles(kinds, hw, { hash, log: onFire !== undefined });
  const machine = new Machine(program, hw, { frames, stalls, paceCycles, ...(onFire ? { onFire } : {}) });
  const patience =
    10_000 +
    largestOf(
      hw.blocks.map((b) => bind(kinds, b).cyclesPerFrame()),
      0,
    );
  // Random pauses never repeat, and a log wants every handshake.
  const mayRepeat = options.mayRepeat !== false && !onFire && isSteady(stalls);
  const history: Moment[] = [];
  let steadyFrom: number | null = null;
  let steadyCycles: number | null = null;
  let deadlock: Deadlock | null = null;
  let reported = 0;

  for (;;) {
    const silence = machine.lastMove + patience + 2;
    const stop = machine.run(Math.min(silence, machine.cycle + CHUNK));
    if (stop === 'finished') break;
    if (machine.cycle >= silence && machine.lastMove + patience + 2 === silence) {
      deadlock = {
        cycle: machine.lastMove + 1,
        waiting: machine.waiting.map((s) => hw.streams[s].name),
        outputBeats: machine.received.reduce((sum, r) => sum + r, 0),
        expectedBeats: frames * beatsOf(hw),
      };
      break;
    }
    if (stop === 'frame' && mayRepeat && steadyFrom === null) {
      const now = machine.moment();
      const before = history.find((m) => sameState(m, now));
      if (before) {
        steadyFrom = before.cycle;
        steadyCycles = (now.cycle - before.cycle) / (now.frame - before.frame);
        machine.repeat(before, now, Math.floor(machine.framesLeft / (now.frame - before.frame)));
      }
      history.push(now);
      if (history.length > LONGEST_PERIOD) history.shift();
    }
    if (onProgress && machine.cycle - reported >= PROGRESS) {
      reported = machine.cycle;
      onProgress(machine.cycle, lastOfFrames(hw, machine.soFar()).length);
    }
  }

  const records = machine.records();
  return {
    frames,
    cycles: deadlock ? machine.cycle - 1 : machine.cycle,
    inputFirst: machine.inputFirst,
    outputLast: lastOfFrames(hw, machine.soFar()),
    outputCycles: machine.outputCycles,
    streams: hw.streams.map((_, s) => ({
      beats: records.beats[s],
      stalledCycles: hash ? records.offered[s] - records.beats[s] : 0,
      traceHash: records.hashes[s] >>> 0,
    })),
    peakLevels: machine.peaks(),
    deadlock,
    steadyFrom,
    steadyCycles,
  };
}
