/**
 * The comparison behind every RTL test: values against the reference, cycles of every stream against the simulator,
 * and a clean end. Returns differences in words, so that a failing test says what is wrong.
 */
import { KINDS } from '../../src/kinds/index.js';
import { compareRuns } from '../../src/report/verification.js';
import type { SimResult } from '../../src/sim/engine.js';
import { simulateFast } from '../../src/sim/fast-engine.js';
import { NO_STALLS, type StallPattern } from '../../src/sim/stimulus.js';
import type { RtlRun } from './rtl-build.js';
import type { RtlCase } from './rtl-case.js';

/** Steady, mostly the source pauses, mostly the sink pauses, both at random. */
export const PATTERNS: Readonly<Record<'steady' | 'idle' | 'backpressure' | 'both', StallPattern>> = {
  steady: NO_STALLS,
  idle: { seed: 11, input: 160, output: 16 },
  backpressure: { seed: 12, input: 8, output: 160 },
  both: { seed: 13, input: 96, output: 112 },
};

export type PatternName = keyof typeof PATTERNS;

/** On the engine that users run. */
export const simulateCase = (c: RtlCase, stalls: StallPattern, kinds = KINDS): SimResult =>
  simulateFast(kinds, c.hardware, { frames: c.frames, stalls, hash: true });

/** Beats that a stream should have moved and did not: something is left inside. */
function leftovers(c: RtlCase, rtl: RtlRun): string[] {
  return c.hardware.streams.flatMap((s, i) => {
    const { beats: seen, lateBeats } = rtl.streams[i] ?? { beats: 0, lateBeats: 0 };
    const moved = seen + lateBeats;
    const beats = c.frames * s.beatsPerFrame;
    return moved === beats ? [] : [`stream ${s.name} moved ${moved} of ${beats} beats`];
  });
}

/** Everything that differs, in one list; empty when values, cycles of every handshake and the end are right. */
export function differences(c: RtlCase, stalls: StallPattern, rtl: RtlRun, kinds = KINDS): string[] {
  const { problems, differingTraces } = compareRuns(c.hardware, simulateCase(c, stalls, kinds), rtl);
  return [...problems, ...differingTraces.map((name) => `trace of ${name}`), ...leftovers(c, rtl)];
}
