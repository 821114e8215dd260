/**
 * A compiled hardware graph that runs: drives the program of `compile-cycles.ts`, keeps what it records, and tells
 * where it stands at the end of every input frame. Repetition of a steady state is added here (`repeat`).
 */
import { type Hardware, inputsOf } from '../../ir/hardware.js';
import { pauseOf, type StallPattern } from '../stimulus.js';
import { instantiate } from '../wasm/host.js';
import type { CycleProgram } from './compile-cycles.js';
import { repeatHash } from './repeat-hash.js';

export interface MachineOptions {
  readonly frames: number;
  readonly stalls: StallPattern;
  /** Whole cycles per frame over which the source spreads its beats; 0: as fast as it can. */
  readonly paceCycles: number;
  /** Depths other than those of the hardware, by index of the FIFO's block. */
  readonly depths?: ReadonlyMap<number, number>;
  readonly onFire?: (stream: number, cycle: number) => void;
}

/** The machine at one moment. */
export interface Moment {
  /** Input frames sent completely. */
  readonly frame: number;
  readonly cycle: number;
  /** Beats received, by output. */
  readonly outputs: readonly number[];
  /** All that decides the future, cycles counted from now. */
  readonly state: Int32Array;
  readonly records: Records;
}

/** Sums since the start, by stream or by block. */
export interface Records {
  readonly beats: Int32Array;
  readonly offered: Int32Array;
  readonly hashes: Int32Array;
  readonly busy: Int32Array;
  readonly blocked: Int32Array;
  readonly refused: Int32Array;
}

/** Why `run` has returned. */
export type Stop = 'frame' | 'finished' | 'quiet' | 'time';

export class Machine {
  private readonly frameFirsts: number[] = [];
  /** Cycles of handshakes, by output. */
  readonly outputCycles: readonly Int32Array[];
  /** Beats so far, by output. */
  readonly received: number[];
  private readonly words: Int32Array;
  private readonly start: () => void;
  /** Beats per frame, by input. */
  private readonly inBeats: readonly number[];
  private readonly pace: number;

  constructor(
    private readonly program: CycleProgram,
    hw: Hardware,
    private readonly options: MachineOptions,
  ) {
    const { frames, stalls, paceCycles } = options;
    const memory = program.plan.build();
    this.words = new Int32Array(memory.buffer);
    this.start = instantiate(program.module, memory).run;
    this.inBeats = inputsOf(hw).map((e) => hw.streams[e.stream].beatsPerFrame);
    this.pace = paceCycles;
    const { control } = program;
    control.sources.forEach((source, k) => {
      const beats = this.inBeats[k];
      const { seed, threshold } = pauseOf(stalls, 'in', k);
      this.put(source.toSend, frames * beats);
      this.put(source.leftOfFrame, beats);
      this.put(source.paceCycle, Math.floor(paceCycles / beats));
      this.put(source.paceRemainder, paceCycles % beats);
      this.put(source.random, seed | 0);
      this.put(source.pause, threshold);
    });
    this.outputCycles = control.sinks.map((sink, k) => {
      const expected = frames * hw.streams[sink.stream].beatsPerFrame;
      const { seed, threshold } = pauseOf(stalls, 'out', k);
      this.put(sink.toReceive, expected);
      this.put(sink.random, seed | 0);
      this.put(sink.pause, threshold);
      return new Int32Array(expected);
    });
    this.received = control.sinks.map(() => 0);
    for (const [block, depth] of options.depths ?? []) this.put(this.program.spaces[block], depth - 1);
  }

  get cycle(): number {
    return this.get(this.program.control.cycle);
  }

  /** Frames sent completely at the first input. */
  get frame(): number {
    return this.framesSent(0);
  }

  private framesSent(input: number): number {
    const { toSend } = this.program.control.sources[input];
    return this.options.frames - Math.ceil(this.get(toSend) / this.inBeats[input]);
  }

  /** Frames of which no input has begun the first beat. */
  get framesLeft(): number {
    const { sources } = this.program.control;
    return Math.min(...sources.map((s, k) => Math.floor(this.get(s.toSend) / this.inBeats[k])));
  }

  /** Cycle of the last handshake anywhere; -1 before the first. */
  get lastMove(): number {
    return this.get(this.program.control.lastMove);
  }

  get finished(): boolean {
    return this.outputCycles.every((cycles, k) => this.received[k] === cycles.length);
  }

  /** Streams that offer a beat. */
  get waiting(): number[] {
    return this.program.streams.filter((s) => this.get(s.count) > 0).map((s) => s.index);
  }

  /** Cycle of every input frame's first handshake, that of an unfinished frame included. */
  get inputFirst(): number[] {
    const { sources, frameFirst } = this.program.control;
    const open = this.get(sources[0].leftOfFrame) < this.inBeats[0];
    return open ? [...this.frameFirsts, this.get(frameFirst)] : [...this.frameFirsts];
  }

  /** Cycles of the handshakes so far, by output. */
  soFar(): Int32Array[] {
    return this.outputCycles.map((cycles, k) => cycles.subarray(0, this.received[k]));
  }

  /** Steps to the end of an input frame, to the last output, or to cycle `until`. */
  run(until: number): Stop {
    const { control } = this.program;
    const frame = this.frame;
    this.put(control.until, until);
    for (;;) {
      this.put(control.stop, 0);
      this.start();
      this.readOutputs();
      if (this.program.recording.log) this.readLog();
      const isFrame = this.frame > frame;
      // Both may fall in one cycle.
      if (isFrame) this.frameFirsts.push(this.get(control.frameFirst));
      if (this.finished) return 'finished';
      if (isFrame) return 'frame';
      if (this.cycle >= until) return 'time';
    }
  }

  /** The present moment; only the end of an input frame can be compared with another one. */
  moment(): Moment {
    const { program } = this;
    const { control } = program;
    const words = program.stateBytes / 4;
    const state = new Int32Array(words + 4 * control.sources.length);
    state.set(this.words.subarray(0, words));
    // Where the other inputs stand beside the first one, and when each sends its next beat.
    control.sources.forEach((source, k) => {
      const at = words + 4 * k;
      state[at] = this.get(source.leftOfFrame);
      state[at + 1] = this.framesSent(k) - this.frame;
      if (this.pace > 0) {
        state[at + 2] = this.get(source.dueCycle) - this.cycle;
        state[at + 3] = this.get(source.dueRemainder);
      }
    });
    const outputs = [...this.received];
    return { frame: this.frame, cycle: this.cycle, outputs, state, records: this.records() };
  }

  records(): Records {
    const { streams, blocks } = this.program;
    const list = (addresses: readonly number[]): Int32Array => Int32Array.from(addresses, (a) => this.get(a));
    return {
      beats: list(streams.map((s) => s.beats)),
      offered: list(streams.map((s) => s.offered)),
      hashes: list(streams.map((s) => s.hash)),
      busy: list(blocks.map((b) => b.busy)),
      blocked: list(blocks.map((b) => b.blocked)),
      refused: list(blocks.map((b) => b.refused)),
    };
  }

  /** Places that every FIFO has needed, by block; 0 for other blocks. */
  peaks(): number[] {
    return this.program.blocks.map((b) => this.get(b.peak));
  }

  /** Adds `times` repetitions of what happened between two moments of equal state, the second being now. */
  repeat(from: Moment, now: Moment, times: number): void {
    const { control, streams, blocks } = this.program;
    const cycles = now.cycle - from.cycle;
    const frames = now.frame - from.frame;
    const firsts = this.frameFirsts.slice(from.frame, now.frame);
    for (let k = 1; k <= times; k++) {
      for (const first of firsts) this.frameFirsts.push(first + k * cycles);
      this.outputCycles.forEach((list, o) => {
        for (let i = from.outputs[o]; i < now.outputs[o] && this.received[o] < list.length; i++)
          list[this.received[o]++] = list[i] + k * cycles;
      });
    }
    const grow = (address: number, by: number): void => this.put(address, this.get(address) + times * by);
    grow(control.cycle, cycles);
    grow(control.lastMove, cycles);
    control.sources.forEach((source, k) => {
      if (this.pace > 0) grow(source.dueCycle, cycles);
      grow(source.toSend, -frames * this.inBeats[k]);
    });
    control.sinks.forEach((sink, k) => {
      grow(sink.toReceive, from.outputs[k] - now.outputs[k]);
    });
    const [a, b] = [from.records, now.records];
    streams.forEach((s, i) => {
      const beats = b.beats[i] - a.beats[i];
      grow(s.beats, beats);
      grow(s.offered, b.offered[i] - a.offered[i]);
      if (this.program.recording.hash) {
        this.put(s.hash, repeatHash(a.hashes[i], b.hashes[i], beats, cycles, times));
      }
    });
    blocks.forEach((block, i) => {
      grow(block.busy, b.busy[i] - a.busy[i]);
      grow(block.blocked, b.blocked[i] - a.blocked[i]);
      grow(block.refused, b.refused[i] - a.refused[i]);
    });
  }

  private get(address: number): number {
    return this.words[address >> 2];
  }

  private put(address: number, value: number): void {
    this.words[address >> 2] = value;
  }

  private readOutputs(): void {
    this.program.control.sinks.forEach(({ outputs, outputBuffer }, k) => {
      // Beats behind the last expected one are taken and not kept.
      const room = this.outputCycles[k].length - this.received[k];
      const count = Math.min(this.get(outputs), room);
      this.outputCycles[k].set(
        this.words.subarray(outputBuffer / 4, outputBuffer / 4 + count),
        this.received[k],
      );
      this.received[k] += count;
      this.put(outputs, 0);
    });
  }

  /** Reports handshakes, streams in index order within a cycle. */
  private readLog(): void {
    const { logged, logBuffer } = this.program.control;
    const count = this.get(logged);
    const onFire = this.options.onFire ?? (() => undefined);
    const entries = this.words.subarray(logBuffer / 4, logBuffer / 4 + 2 * count);
    const seen: number[] = [];
    for (let i = 0; i < count; i++) {
      seen.push(entries[2 * i]);
      const cycle = entries[2 * i + 1];
      if (i + 1 < count && entries[2 * i + 3] === cycle) continue;
      for (const stream of seen.sort((x, y) => x - y)) onFire(stream, cycle);
      seen.length = 0;
    }
    this.put(logged, 0);
  }
}
