/** What stands at the ends of a simulated design: sources that offer frames, sinks that take them, each with its pauses. */
import { type End, type Hardware, outputsOf } from '../ir/hardware.js';
import { PauseGenerator, pauseOf, type StallPattern } from './stimulus.js';

/** One input: offers its next beat when it is due and the generator does not pause; then holds it. */
export class Source {
  readonly stream: number;
  private readonly beats: number;
  private readonly pause: PauseGenerator;
  private sent = 0;
  private holding = 0;

  constructor(
    hw: Hardware,
    end: End,
    index: number,
    stalls: StallPattern,
    private readonly frames: number,
    private readonly paceCycles = 0,
  ) {
    this.stream = end.stream;
    this.beats = hw.streams[end.stream].beatsPerFrame;
    const { seed, threshold } = pauseOf(stalls, 'in', index);
    this.pause = new PauseGenerator(seed, threshold);
  }

  /** Draws this cycle's number; 1 when a beat is offered. */
  offers(cycle: number): 0 | 1 {
    const pauses = this.pause.next();
    const isDue = this.sent * this.paceCycles <= cycle * this.beats;
    if (this.sent < this.frames * this.beats && !pauses && isDue) this.holding = 1;
    return this.holding as 0 | 1;
  }

  /** Whether the beat on offer begins a frame. */
  get isFirst(): boolean {
    return this.sent % this.beats === 0;
  }

  /** After the handshake. */
  take(): void {
    this.sent++;
    this.holding = 0;
  }
}

/** One output: ready unless the generator pauses. */
export class Sink {
  readonly stream: number;
  /** Cycle of every handshake. */
  readonly cycles: Int32Array;
  received = 0;
  isReady = false;
  private readonly beats: number;
  private readonly pause: PauseGenerator;

  constructor(hw: Hardware, end: End, index: number, stalls: StallPattern, frames: number) {
    this.stream = end.stream;
    this.beats = hw.streams[end.stream].beatsPerFrame;
    this.cycles = new Int32Array(frames * this.beats);
    const { seed, threshold } = pauseOf(stalls, 'out', index);
    this.pause = new PauseGenerator(seed, threshold);
  }

  /** Whether beats are still to come. */
  get isOpen(): boolean {
    return this.received < this.cycles.length;
  }

  /** Frames that are whole. */
  get frames(): number {
    return Math.floor(this.received / this.beats);
  }

  /** Draws this cycle's number. */
  draw(): void {
    this.isReady = !this.pause.next();
  }

  /** A beat behind the last expected one is taken and not kept. */
  take(cycle: number): void {
    if (this.isOpen) this.cycles[this.received++] = cycle;
  }
}

/** Cycle in which each frame was whole at every output; `cycles` of each output's handshakes so far. */
export function lastOfFrames(hw: Hardware, cycles: readonly Int32Array[]): number[] {
  const beats = outputsOf(hw).map((e) => hw.streams[e.stream].beatsPerFrame);
  const frames = Math.min(...cycles.map((c, i) => Math.floor(c.length / beats[i])));
  return Array.from({ length: frames }, (_, f) =>
    Math.max(...cycles.map((c, i) => c[(f + 1) * beats[i] - 1])),
  );
}
