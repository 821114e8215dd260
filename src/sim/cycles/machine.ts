/**
 * A compiled hardware graph that runs: drives the program of `compile-cycles.ts`, keeps what it records, and tells
 * where it stands at the end of every input frame. Repetition of a steady state is added here (`repeat`).
 */
import type { Hardware } from '../../ir/hardware.js';
import { generatorSeeds, type StallPattern } from '../stimulus.js';
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
  readonly outputs: number;
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
  readonly outputCycles: Int32Array;
  /** Outputs so far. */
  received = 0;
  private readonly words: Int32Array;
  private readonly start: () => void;
  private readonly inBeats: number;
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
    this.inBeats = hw.streams[hw.input].beatsPerFrame;
    this.pace = paceCycles;
    const outBeats = hw.streams[hw.output].beatsPerFrame;
    this.outputCycles = new Int32Array(frames * outBeats);
    const seeds = generatorSeeds(stalls.seed);
    const { control } = program;
    this.put(control.toSend, frames * this.inBeats);
    this.put(control.leftOfFrame, this.inBeats);
    this.put(control.toReceive, frames * outBeats);
    this.put(control.paceCycle, Math.floor(paceCycles / this.inBeats));
    this.put(control.paceRemainder, paceCycles % this.inBeats);
    this.put(control.sourceRandom, seeds.input | 0);
    this.put(control.sinkRandom, seeds.output | 0);
    this.put(control.sourcePause, stalls.input);
    this.put(control.sinkPause, stalls.output);
    for (const [block, depth] of options.depths ?? []) this.put(this.program.spaces[block], depth - 1);
  }

  get cycle(): number {
    return this.get(this.program.control.cycle);
  }

  /** Input frames sent completely. */
  get frame(): number {
    return this.options.frames - Math.ceil(this.get(this.program.control.toSend) / this.inBeats);
  }

  /** Cycle of the last handshake anywhere; -1 before the first. */
  get lastMove(): number {
    return this.get(this.program.control.lastMove);
  }

  get finished(): boolean {
    return this.received === this.outputCycles.length;
  }

  /** Streams that offer a beat. */
  get waiting(): number[] {
    return this.program.streams.filter((s) => this.get(s.count) > 0).map((s) => s.index);
  }

  /** Cycle of every input frame's first handshake, that of an unfinished frame included. */
  get inputFirst(): number[] {
    const { leftOfFrame, frameFirst } = this.program.control;
    const open = this.get(leftOfFrame) < this.inBeats;
    return open ? [...this.frameFirsts, this.get(frameFirst)] : [...this.frameFirsts];
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
      if (this.finished) return 'finished';
      if (this.frame > frame) {
        this.frameFirsts.push(this.get(control.frameFirst));
        return 'frame';
      }
      if (this.cycle >= until) return 'time';
    }
  }

  /** The present moment; only the end of an input frame can be compared with another one. */
  moment(): Moment {
    const { program } = this;
    const { control } = program;
    const state = new Int32Array(program.stateBytes / 4 + 2);
    state.set(this.words.subarray(0, program.stateBytes / 4));
    if (this.pace > 0) {
      state[state.length - 2] = this.get(control.dueCycle) - this.cycle;
      state[state.length - 1] = this.get(control.dueRemainder);
    }
    return { frame: this.frame, cycle: this.cycle, outputs: this.received, state, records: this.records() };
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
    const outputs = now.outputs - from.outputs;
    const firsts = this.frameFirsts.slice(from.frame, now.frame);
    for (let k = 1; k <= times; k++) {
      for (const first of firsts) this.frameFirsts.push(first + k * cycles);
      for (let i = 0; i < outputs; i++) {
        this.outputCycles[this.received++] = this.outputCycles[from.outputs + i] + k * cycles;
      }
    }
    const grow = (address: number, by: number): void => this.put(address, this.get(address) + times * by);
    grow(control.cycle, cycles);
    grow(control.lastMove, cycles);
    if (this.pace > 0) grow(control.dueCycle, cycles);
    grow(control.toSend, -frames * this.inBeats);
    grow(control.toReceive, -outputs);
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
    const { outputs, outputBuffer } = this.program.control;
    const count = this.get(outputs);
    this.outputCycles.set(this.words.subarray(outputBuffer / 4, outputBuffer / 4 + count), this.received);
    this.received += count;
    this.put(outputs, 0);
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
