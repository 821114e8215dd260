/**
 * The timing skeleton shared by every block: a pipeline with one clock enable, closed by a two-entry output FIFO.
 * The pipeline moves in every cycle in which the FIFO holds fewer than two beats, and stands still otherwise.
 */
import { delay, type Stage, serialize } from '../ir/block-timing.js';

/** `blnet_fifo2`: what is pushed in one cycle is offered in the next. */
export class OutputFifo {
  count = 0;

  constructor(private readonly stream: number) {}

  /** Clock enable of the pipeline before it. */
  get open(): boolean {
    return this.count < 2;
  }

  /** Clock edge. `push` must be 0 when the FIFO was full before the edge. */
  commit(push: number, valid: Uint8Array, fire: Uint8Array): void {
    this.count += push - (fire[this.stream] as number);
    valid[this.stream] = this.count > 0 ? 1 : 0;
  }
}

/** `latency` pipeline stages in front of an output FIFO; at most 31. */
export class Pipeline {
  private readonly fifo: OutputFifo;
  private bits = 0;
  private readonly tap: number;
  private readonly mask: number;

  constructor(stream: number, latency: number) {
    this.fifo = new OutputFifo(stream);
    this.tap = latency - 1;
    this.mask = 2 ** latency - 1;
  }

  get open(): boolean {
    return this.fifo.count < 2;
  }

  /** Clock edge; `issue` (0 or 1) enters only while open. */
  commit(issue: number, valid: Uint8Array, fire: Uint8Array): void {
    let push = 0;
    if (this.fifo.count < 2) {
      push = (this.bits >>> this.tap) & 1;
      this.bits = ((this.bits << 1) | issue) & this.mask;
    }
    this.fifo.commit(push, valid, fire);
  }
}

/** Back half of an engine in cycles; see `MacPipeline`. */
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

/** The back half of the engines as data; `MacPipeline` is its program. */
export const macStages = (t: MacTiming): readonly Stage[] => [
  delay(t.macStages),
  serialize(t.beats, t.beatCycles, t.round),
  delay(t.requantStages),
];

/**
 * Back half of the engines: multiply-accumulate stages, a hold register that hands out a result's beats, the
 * requantizer, the output FIFO. Results must not come faster than every `beats * beatCycles` cycles.
 */
export class MacPipeline {
  private front = 0;
  private held = 0;
  private wait = 0;
  private sent = 0;
  private readonly tap: number;
  private readonly mask: number;
  private readonly back: Pipeline;

  constructor(
    stream: number,
    private readonly t: MacTiming,
  ) {
    this.tap = t.macStages - 1;
    this.mask = 2 ** t.macStages - 1;
    this.back = new Pipeline(stream, t.requantStages);
  }

  get open(): boolean {
    return this.back.open;
  }

  /** Clock edge; `last` is 1 when the final operands of a result are issued. */
  commit(last: number, valid: Uint8Array, fire: Uint8Array): void {
    let emit = 0;
    if (this.back.open) {
      const { beats, beatCycles, round } = this.t;
      if (this.held > 0 && this.wait === 0) {
        emit = 1;
        this.held--;
        this.wait = beatCycles - 1;
        if (++this.sent === round) {
          this.sent = 0;
          this.held = 0;
        }
      } else if (this.wait > 0) this.wait--;
      if ((this.front >>> this.tap) & 1) this.held = beats;
      this.front = ((this.front << 1) | last) & this.mask;
    }
    this.back.commit(emit, valid, fire);
  }
}
