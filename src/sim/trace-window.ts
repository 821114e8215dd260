/**
 * tvalid and tready of every stream in chosen cycles, from what every kind declares of its timing: what an RTL simulator would show in
 * the same cycles. `blnet wave` draws it; the handshakes alone come faster from `simulate`.
 */

import type { KindTable } from '../ir/block-kind.js';
import { largestOf } from '../ir/extremes.js';
import { type Hardware, inputsOf, outputsOf } from '../ir/hardware.js';
import { bind } from '../kinds/index.js';
import { BlockModel } from './block-model.js';
import { Sink, Source } from './ends.js';
import { NO_STALLS, type StallPattern } from './stimulus.js';

/** Cycles from <= cycle < to. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One row per cycle of the span, one element per stream. */
export interface Window extends Span {
  readonly valid: readonly Uint8Array[];
  readonly ready: readonly Uint8Array[];
}

export interface TraceOptions {
  readonly frames: number;
  readonly stalls?: StallPattern;
  /** Where to look; they may overlap. */
  readonly spans: readonly Span[];
}

/** The state of every stream in one cycle, before its clock edge; `true` ends the run. */
export type OnCycle = (cycle: number, valid: Uint8Array, ready: Uint8Array) => boolean;

/**
 * Steps from cycle 0 to `cycles`, with the same world outside as `simulate`. tready is what the consumer would do if
 * the beat were there, all else unchanged: no block's tready depends on the tvalid of the same stream.
 */
export function stepCycles(
  kinds: KindTable,
  hw: Hardware,
  options: { readonly frames: number; readonly stalls?: StallPattern | undefined; readonly cycles: number },
  onCycle: OnCycle,
): void {
  const { frames, stalls = NO_STALLS, cycles } = options;
  const models = hw.blocks.map((b) => new BlockModel(bind(kinds, b).timing(), b.inputs, b.outputs));
  const n = hw.streams.length;
  const [valid, fire, ready] = [new Uint8Array(n), new Uint8Array(n), new Uint8Array(n)];
  const sources = inputsOf(hw).map((end, i) => new Source(hw, end, i, stalls, frames));
  const sinks = outputsOf(hw).map((end, i) => new Sink(hw, end, i, stalls, 0));
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (const s of sources) valid[s.stream] = s.offers(cycle);
    for (const s of sinks) s.draw();
    hw.blocks.forEach((block, i) => {
      for (const s of block.inputs) ready[s] = models[i].ready(s, valid) ? 1 : 0;
    });
    for (const s of sinks) ready[s.stream] = s.isReady ? 1 : 0;
    if (onCycle(cycle, valid, ready)) return;
    for (const model of models) model.plan(valid, fire);
    for (const { stream } of sinks) fire[stream] = valid[stream] & ready[stream];
    for (const s of sources) if (fire[s.stream] === 1) s.take();
    for (const model of models) model.commit(valid, fire);
  }
}

/** The chosen spans, in the order given. */
export function traceWindows(kinds: KindTable, hw: Hardware, options: TraceOptions): Window[] {
  const windows = options.spans.map((s) => ({
    ...s,
    valid: [] as Uint8Array[],
    ready: [] as Uint8Array[],
  }));
  const cycles = largestOf(
    windows.map((w) => w.to),
    0,
  );
  stepCycles(kinds, hw, { frames: options.frames, stalls: options.stalls, cycles }, (cycle, valid, ready) => {
    for (const w of windows) {
      if (cycle < w.from || cycle >= w.to) continue;
      w.valid.push(valid.slice());
      w.ready.push(ready.slice());
    }
    return false;
  });
  return windows;
}

/** First cycle from `after` on in which `stream` offers a beat that nobody takes; -1 when that never happens. */
export function firstStall(
  kinds: KindTable,
  hw: Hardware,
  options: { readonly frames: number; readonly stalls?: StallPattern; readonly cycles: number },
  stream: number,
  after: number,
): number {
  let found = -1;
  let previous = 0;
  stepCycles(kinds, hw, options, (cycle, valid, ready) => {
    const stalled = valid[stream] && !ready[stream] ? 1 : 0;
    if (cycle >= after && stalled && !previous) found = cycle;
    previous = stalled;
    return found >= 0;
  });
  return found;
}
