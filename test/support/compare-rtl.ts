/**
 * The comparison behind every RTL test: values against the reference, cycles of every stream against the simulator,
 * and a clean end. Returns differences in words, so that a failing test says what is wrong.
 */
import type { Stream } from '../../src/ir/hardware.js';
import { KINDS } from '../../src/kinds/index.js';
import { type SimResult, simulate } from '../../src/sim/engine.js';
import { NO_STALLS, type StallPattern } from '../../src/sim/stimulus.js';
import type { RtlResult } from './rtl-build.js';
import type { RtlCase } from './rtl-case.js';

/** Steady, mostly the source pauses, mostly the sink pauses, both at random. */
export const PATTERNS: Readonly<Record<'steady' | 'idle' | 'backpressure' | 'both', StallPattern>> = {
  steady: NO_STALLS,
  idle: { seed: 11, input: 160, output: 16 },
  backpressure: { seed: 12, input: 8, output: 160 },
  both: { seed: 13, input: 96, output: 112 },
};

export type PatternName = keyof typeof PATTERNS;

export const simulateCase = (c: RtlCase, stalls: StallPattern): SimResult =>
  simulate(KINDS, c.hardware, { frames: c.frames, stalls, hash: true });

/** Values, marks and beat counts; empty when the RTL did what it must, whenever it did it. */
export function valueDifferences(c: RtlCase, rtl: RtlResult): string[] {
  const found: string[] = [];
  const { streams } = c.hardware;
  if (rtl.deadlock) found.push(`deadlock after cycle ${rtl.cycles}`);
  if (rtl.mismatches > 0)
    found.push(`${rtl.mismatches} output beats differ, first ${rtl.mismatched.slice(0, 4).join(', ')}`);
  if (rtl.extra > 0) found.push(`${rtl.extra} output beats too many`);
  if (rtl.marks > 0) found.push(`${rtl.marks} wrong tlast`);
  if (rtl.frameError !== 0) found.push(`frame_error is ${rtl.frameError}`);
  streams.forEach((s, i) => {
    const beats = c.frames * s.beatsPerFrame;
    if (rtl.streams[i]?.beats !== beats) {
      found.push(`stream ${s.name} moved ${rtl.streams[i]?.beats} beats of ${beats}`);
    }
  });
  return found;
}

/** Handshake cycles of every stream, RTL against simulator. */
export function cycleDifferences(c: RtlCase, sim: SimResult, rtl: RtlResult): string[] {
  const found: string[] = [];
  sim.streams.forEach((s, i) => {
    const { name } = c.hardware.streams[i] as Stream;
    if (rtl.streams[i]?.traceHash !== s.traceHash) found.push(`trace of stream ${name} differs`);
  });
  if (rtl.cycles !== sim.cycles) found.push(`${rtl.cycles} cycles, simulator says ${sim.cycles}`);
  const starts = rtl.inputFirst.findIndex((cycle, i) => cycle !== sim.inputFirst[i]);
  if (starts >= 0 || rtl.inputFirst.length !== c.frames) found.push(`frame starts: ${rtl.inputFirst}`);
  const beat = rtl.outputCycles.findIndex((cycle, i) => cycle !== sim.outputCycles[i]);
  if (beat >= 0) {
    found.push(`output beat ${beat} in cycle ${rtl.outputCycles[beat]}, not ${sim.outputCycles[beat]}`);
  }
  return found;
}

/** Everything that differs, in one list. */
export function differences(c: RtlCase, stalls: StallPattern, rtl: RtlResult): string[] {
  const sim = simulateCase(c, stalls);
  const deadlock = sim.deadlock ? [`simulator: deadlock after cycle ${sim.deadlock.cycle}`] : [];
  return [...deadlock, ...valueDifferences(c, rtl), ...cycleDifferences(c, sim, rtl)];
}
