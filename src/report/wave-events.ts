/**
 * Moments worth a look in a run, each with the cycles around it and the streams that tell its story: the first pixel,
 * the first output, a stall, the block that bounds the interval as it passes from one frame to the next.
 */

import type { KindTable } from '../ir/block-kind.js';
import { largestOf } from '../ir/extremes.js';
import { type Block, type Hardware, inputsOf, outputsOf } from '../ir/hardware.js';
import { simulateFast } from '../sim/fast-engine.js';
import type { StallPattern } from '../sim/stimulus.js';
import { firstStall, type Span } from '../sim/trace-window.js';
import { simulationReport } from './simulation.js';

export const EVENTS = ['first-input', 'first-output', 'stall', 'bound'] as const;
export type EventName = (typeof EVENTS)[number];

export interface WaveEvent {
  /** Also the name of its file. */
  readonly name: string;
  readonly title: string;
  /** What happens here. */
  readonly story: string;
  readonly cycle: number;
  readonly span: Span;
  /** Indices into `Hardware.streams`, upstream first. */
  readonly streams: readonly number[];
}

export interface EventRequest {
  readonly frames: number;
  readonly stalls: StallPattern;
  readonly wanted: readonly EventName[];
  /** Cycles of each window. */
  readonly width: number;
}

/** Share of a window that lies before its event. */
const BEFORE = 0.25;

export function spanAround(cycle: number, width: number): Span {
  const from = Math.max(0, cycle - Math.round(width * BEFORE));
  return { from, to: from + width };
}

/** Streams up to and behind one: what its producer reads first, itself, what its consumer writes first. */
export function neighbours(hw: Hardware, stream: number, up: number, down: number): number[] {
  const list = [stream];
  for (let i = 0; i < up; i++) {
    const first = producerOf(hw, list[0])?.inputs[0];
    if (first !== undefined) list.unshift(first);
  }
  for (let i = 0; i < down; i++) {
    const next = hw.blocks.find((b) => b.inputs.includes(list.at(-1) as number))?.outputs[0];
    if (next !== undefined) list.push(next);
  }
  return list;
}

const producerOf = (hw: Hardware, stream: number): Block | undefined =>
  hw.blocks.find((b) => b.outputs.includes(stream));

/** In the order of `wanted`; a stall that never happens is left out. */
export function chooseEvents(kinds: KindTable, hw: Hardware, clockMhz: number, r: EventRequest): WaveEvent[] {
  // The first of each, where there are several.
  const [input, output] = [inputsOf(hw)[0], outputsOf(hw)[0]];
  const name = (s: number): string => hw.streams[s].name;
  const beatsPerFrame = (s: number): number => hw.streams[s].beatsPerFrame;
  // Cycle of the first beat of every frame on every stream.
  const count = new Int32Array(hw.streams.length);
  const starts = hw.streams.map((): number[] => []);
  const onFire = (s: number, cycle: number) => {
    if (count[s] % beatsPerFrame(s) === 0) starts[s].push(cycle);
    count[s]++;
  };
  const sim = simulateFast(kinds, hw, { frames: r.frames, stalls: r.stalls, onFire, hash: true });
  const startOf = (s: number, frame: number): number => starts[s]?.[frame] ?? starts[s]?.at(-1) ?? 0;

  const make: Readonly<Record<EventName, () => WaveEvent | undefined>> = {
    'first-input': () => {
      const cycle = startOf(input.stream, 0);
      return {
        name: 'first-input',
        title: 'First pixel',
        story: `The first beat enters ${name(input.stream)} in cycle ${cycle}.`,
        cycle,
        span: spanAround(cycle, r.width),
        streams: neighbours(hw, input.stream, 0, 3),
      };
    },
    'first-output': () => {
      const cycle = startOf(output.stream, 0);
      return {
        name: 'first-output',
        title: 'First output',
        story: `The first result leaves ${name(output.stream)} in cycle ${cycle}.`,
        cycle,
        span: spanAround(cycle, r.width),
        streams: neighbours(hw, output.stream, 2, 0),
      };
    },
    stall: () => {
      // The input waits wherever the source is faster than the network, and a FIFO is there to wait.
      const byDesign = (s: number): boolean =>
        producerOf(hw, s)?.params.kind === 'fifo' || hw.ends.some((e) => e.stream === s);
      const inner = hw.streams.map((_, s) => (byDesign(s) ? -1 : (sim.streams[s]?.stalledCycles ?? 0)));
      const stream = inner.indexOf(largestOf(inner));
      const options = { frames: r.frames, stalls: r.stalls, cycles: sim.cycles };
      const after = startOf(output.stream, 0);
      const late = firstStall(kinds, hw, options, stream, after);
      const cycle = late >= 0 ? late : firstStall(kinds, hw, options, stream, 0);
      if (cycle < 0) return undefined;
      const waits = sim.streams[stream]?.stalledCycles ?? 0;
      return {
        name: 'stall',
        title: 'A stall',
        story: `${name(stream)} waits for its consumer in ${waits} of ${sim.cycles} cycles, more than any other stream that no FIFO feeds; here from cycle ${cycle} on.`,
        cycle,
        span: spanAround(cycle, r.width),
        streams: neighbours(hw, stream, 1, 1),
      };
    },
    bound: () => {
      const { bound } = simulationReport(kinds, hw, sim, clockMhz);
      const block = hw.blocks.find((b) => b.name === bound) as Block;
      const input = block.inputs[0];
      const cycle = startOf(input, 1);
      return {
        name: 'bound',
        title: 'What bounds the interval',
        story: `${bound} has the most work per frame; in cycle ${cycle} it takes the first beat of ${r.frames > 1 ? 'the second' : 'its only'} frame.`,
        cycle,
        span: spanAround(cycle, r.width),
        streams: neighbours(hw, input, 1, 1),
      };
    },
  };
  return r.wanted.map((w) => make[w]()).filter((e): e is WaveEvent => e !== undefined);
}
