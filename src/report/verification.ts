/** Simulator against RTL: what `blnet verify` says. Pure: both results come from the caller. */
import { type Hardware, outputsOf, roundOf } from '../ir/hardware.js';
import { intervalCycles, latencyCycles, type SimResult } from '../sim/engine.js';

/** An output beat whose value differs, counted from the beginning of its output. */
export interface WrongBeat {
  readonly output: string;
  readonly beat: number;
}

/** What the RTL's testbench noted; `io/simulators/rtl-simulation.ts` reads it. */
export interface RtlFacts {
  readonly frames: number;
  readonly mismatches: number;
  /** The first of them. */
  readonly mismatchedBeats: readonly WrongBeat[];
  readonly received: number;
  readonly extra: number;
  readonly wrongMarks: number;
  readonly frameError: boolean;
  readonly deadlock: boolean;
  /** Cycles in which a handshake was unknown; only a simulator of four states knows such. */
  readonly unknownCycles: number;
  readonly cycles: number;
  readonly inputFirst: readonly number[];
  /** By output. */
  readonly outputCycles: readonly (readonly number[])[];
  readonly streams: ReadonlyArray<{ readonly beats: number; readonly traceHash: number }>;
}

export interface CyclePair {
  /** First frame, from its first input beat to its last output beat. */
  readonly latency: number;
  /** From frame to frame at the end, of several copies the mean of a round; null for too few frames. */
  readonly interval: number | null;
  /** Until the last output beat. */
  readonly total: number;
}

export interface Verification {
  readonly ok: boolean;
  readonly frames: number;
  /** Output beats whose value differs from the integer reference. */
  readonly mismatches: number;
  readonly cycles: { readonly simulator: CyclePair; readonly rtl: CyclePair };
  readonly streams: number;
  /** Streams on which a handshake falls in another cycle than the simulator says. */
  readonly differingTraces: readonly string[];
  readonly problems: readonly string[];
}

function simulatorCycles(r: SimResult, round: number): CyclePair {
  const interval = r.frames > round ? intervalCycles(r, round) : null;
  return { latency: latencyCycles(r), interval, total: r.cycles };
}

/** `beats`: of a frame, by output. */
function rtlCycles(r: RtlFacts, beats: readonly number[], round: number): CyclePair {
  const end = (frame: number): number =>
    Math.max(...beats.map((b, i) => r.outputCycles[i]?.[(frame + 1) * b - 1] ?? Number.NaN));
  const last = r.frames - 1;
  return {
    latency: end(0) - (r.inputFirst[0] ?? Number.NaN) + 1,
    interval: r.frames > round ? (end(last) - end(last - round)) / round : null,
    total: r.cycles,
  };
}

/** `: the first is beat 3 of output logits in frame 2` (from 0). */
function firstWrong(hw: Hardware, { mismatchedBeats: [first] }: RtlFacts): string {
  const end = first && outputsOf(hw).find((e) => e.tensor === first.output);
  if (!end) return '';
  const { beatsPerFrame } = hw.streams[end.stream];
  const frame = Math.floor(first.beat / beatsPerFrame);
  return `: the first is beat ${first.beat % beatsPerFrame} of output ${first.output} in frame ${frame}`;
}

/** `sim` must have been run with `hash: true`, on the same frames and stalls. */
export function compareRuns(hw: Hardware, sim: SimResult, rtl: RtlFacts): Verification {
  const beats = outputsOf(hw).map((end) => hw.streams[end.stream].beatsPerFrame);
  const round = roundOf(hw);
  const cycles = { simulator: simulatorCycles(sim, round), rtl: rtlCycles(rtl, beats, round) };
  const differingTraces = hw.streams
    .filter((_, i) => {
      const [a, b] = [sim.streams[i], rtl.streams[i]];
      return !a || !b || a.beats !== b.beats || a.traceHash !== b.traceHash;
    })
    .map((s) => s.name);
  const problems: string[] = [];
  if (rtl.deadlock) problems.push(`the RTL stopped moving in cycle ${rtl.cycles}`);
  if (sim.deadlock) problems.push(`the simulator stopped moving in cycle ${sim.deadlock.cycle}`);
  if (rtl.mismatches > 0)
    problems.push(
      `${rtl.mismatches} of ${rtl.received} output beats differ from the integer reference${firstWrong(hw, rtl)}`,
    );
  const expected = sim.frames * beats.reduce((a, b) => a + b, 0);
  if (rtl.received !== expected) problems.push(`${rtl.received} of ${expected} output beats came`);
  if (rtl.unknownCycles > 0) problems.push(`handshakes are unknown in ${rtl.unknownCycles} cycles`);
  if (rtl.extra > 0) problems.push(`${rtl.extra} beats came behind the last frame`);
  if (rtl.wrongMarks > 0) problems.push(`tlast is wrong on ${rtl.wrongMarks} beats`);
  if (rtl.frameError) problems.push('the RTL saw a frame of the wrong length');
  if (differingTraces.length > 0)
    problems.push(`${differingTraces.length} streams move in other cycles than simulated`);
  for (const key of ['latency', 'interval', 'total'] as const) {
    const [a, b] = [cycles.simulator[key], cycles.rtl[key]];
    if (a !== b) problems.push(`${key}: simulator ${a} cycles, RTL ${b}`);
  }
  return {
    ok: problems.length === 0,
    frames: rtl.frames,
    mismatches: rtl.mismatches,
    cycles,
    streams: hw.streams.length,
    differingTraces,
    problems,
  };
}
