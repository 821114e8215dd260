/**
 * The timing skeleton shared by every block: a pipeline with one clock enable, closed by a two-entry output FIFO.
 * The pipeline moves in every cycle in which the FIFO holds fewer than two beats, and stands still otherwise.
 */
import { delay, type Stage, serialize } from '../ir/block-timing.js';

/** Stages between the issue of an engine's last operands and its finished accumulators. */
export const MAC_STAGES = 5;
/** Stages of the requantizer: operands, product, sum with offset, clamp. */
export const REQUANT_STAGES = 4;

/** The back half of the engines as data; `MacPipeline` is its program. */
export const macStages = (beats: number): readonly Stage[] => [
  delay(MAC_STAGES),
  serialize(beats),
  delay(REQUANT_STAGES),
];

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

/**
 * Back half of the engines: MAC stages, a hold register that hands out `beats` output beats one a cycle,
 * the requantizer, the output FIFO. Results must not come faster than every `beats` cycles.
 */
export class MacPipeline {
  private front = 0;
  private held = 0;
  private readonly back: Pipeline;

  constructor(
    stream: number,
    private readonly beats: number,
  ) {
    this.back = new Pipeline(stream, REQUANT_STAGES);
  }

  get open(): boolean {
    return this.back.open;
  }

  /** Clock edge; `last` is 1 when the final operands of a result are issued. */
  commit(last: number, valid: Uint8Array, fire: Uint8Array): void {
    let emit = 0;
    if (this.back.open) {
      emit = this.held > 0 ? 1 : 0;
      this.held = (this.front >>> (MAC_STAGES - 1)) & 1 ? this.beats : this.held - emit;
      this.front = ((this.front << 1) | last) & (2 ** MAC_STAGES - 1);
    }
    this.back.commit(emit, valid, fire);
  }
}
