/**
 * A pipeline → several copies of it that take frames in turn. The input forks to all of them, each lets its own frames
 * through, keeps them in a FIFO, since they come faster than it takes them, and splits wide beats into those it was made for;
 * the results wait for their turn and are merged in order. Streams inside a copy count the frames that pass it.
 */
import { assertInternal } from '../diagnostics.js';
import { type Hardware, inputsOf, outputsOf, type Stream } from '../ir/hardware.js';
import { type EndPlan, HardwareBuilder } from '../ir/hardware-builder.js';

export interface Copies {
  readonly count: number;
  /** Beats of the pipeline's input that come as one. */
  readonly pack: number;
  /** Of the FIFO in front of each copy, in beats of the input. */
  readonly depth: number;
}

/** One pipeline alone. */
export const ONE_COPY: Copies = { count: 1, pack: 1, depth: 0 };

/**
 * Beats that may come as one: their elements must follow each other without gaps, pixel by pixel, and fill the frame.
 * @param channels of the input tensor
 */
export function packsOf({ lanes, beatsPerFrame }: Stream, channels: number): number[] {
  const packs: number[] = [1];
  for (let pack = 2; pack <= beatsPerFrame && pack * lanes <= MOST_ELEMENTS; pack++) {
    const wide = pack * lanes;
    const isWhole = channels % lanes === 0 && (wide % channels === 0 || channels % wide === 0);
    if (isWhole && beatsPerFrame % pack === 0) packs.push(pack);
  }
  return packs;
}

/** Of a beat of the input: as wide as buses are. */
const MOST_ELEMENTS = 64;

/** Blocks in front of the copies, and behind them, are called after the ends; those of copy k begin with its number. */
export function copyPipeline(hw: Hardware, copies: Copies): Hardware {
  const { count } = copies;
  if (count === 1) return hw;
  const [end, ...others] = inputsOf(hw);
  assertInternal(others.length === 0, 'copies of a pipeline with several inputs');
  const builder = new HardwareBuilder();
  const input = hw.streams[end.stream];
  const wide: Stream = {
    ...input,
    lanes: copies.pack * input.lanes,
    beatsPerFrame: input.beatsPerFrame / copies.pack,
  };
  const first = builder.stream({ ...wide, name: 's_in' });
  const twins = new Map<string, string>();
  const results = distribute(builder, first, wide, input, end.tensor, copies).map((from, k) =>
    copyOf(builder, hw, from, k, count, twins),
  );
  const outputs = outputsOf(hw).map((out, i): EndPlan => {
    const { role, tensor } = out;
    const made = results.map((r) => r[i]);
    return { role, tensor, stream: collect(builder, made, hw.streams[out.stream], tensor) };
  });
  return builder.finish(hw.name, [{ role: end.role, tensor: end.tensor, stream: first }], outputs);
}

/** The streams that feed the copies. */
function distribute(
  builder: HardwareBuilder,
  first: number,
  wide: Stream,
  narrow: Stream,
  tensor: string,
  { count, pack, depth }: Copies,
): number[] {
  const { lanes, bits, beatsPerFrame: beats } = wide;
  let rest = first;
  return Array.from({ length: count }, (_, k) => {
    let own = rest;
    if (k < count - 1) {
      own = builder.stream({ ...wide, name: `${tensor}_to_${k}` });
      const next = builder.stream({ ...wide, name: `${tensor}_past_${k}` });
      builder.block(`${tensor}_fork_${k}`, tensor, { kind: 'fork', beats, lanes, bits }, [rest], [own, next]);
      rest = next;
    }
    const mine = builder.stream({ ...wide, name: `${tensor}_of_${k}` });
    const turn = { kind: 'turn', beats, lanes, bits, frames: count, turn: k } as const;
    builder.block(`${tensor}_turn_${k}`, tensor, turn, [own], [mine]);
    const kept = builder.stream({ ...wide, name: `${tensor}_kept_${k}` });
    const fifo = { kind: 'fifo', beats, lanes, bits, depth } as const;
    builder.block(`${tensor}_fifo_${k}`, tensor, fifo, [mine], [kept], {
      everyFrames: count,
    });
    if (pack === 1) return kept;
    const split = builder.stream({ ...narrow, name: `${tensor}_split_${k}` });
    const parts = { pixels: beats, lanesOut: narrow.lanes, bits, ratio: pack, groupsOut: pack } as const;
    builder.block(`${tensor}_narrow_${k}`, tensor, { kind: 'widthDown', ...parts }, [kept], [split], {
      everyFrames: count,
    });
    return split;
  });
}

/** Blocks and streams of one copy, fed by `from`; `twins`: blocks of the first one by their names. @returns its outputs, in the order of the ends */
function copyOf(
  builder: HardwareBuilder,
  hw: Hardware,
  from: number,
  k: number,
  count: number,
  twins: Map<string, string>,
): number[] {
  const [end] = inputsOf(hw);
  const own = hw.streams.map((s, i) =>
    i === end.stream ? from : builder.stream({ ...s, name: `c${k}_${s.name}` }),
  );
  const places = (streams: readonly number[]): number[] => streams.map((s) => own[s]);
  for (const b of hw.blocks) {
    const twin = twins.get(b.name);
    const copy = { everyFrames: count, ...(twin === undefined ? {} : { twin }) };
    const name = `c${k}_${b.name}`;
    const id = builder.block(name, b.layer, b.params, places(b.inputs), places(b.outputs), copy);
    if (twin === undefined) twins.set(b.name, id);
  }
  return outputsOf(hw).map((e) => own[e.stream]);
}

/** Beats of a frame that the output of a block holds by itself. */
const HELD = 2;

/** One stream of all results, in the order of the frames; each waits for its turn, while its copy goes on. */
function collect(builder: HardwareBuilder, made: readonly number[], like: Stream, tensor: string): number {
  const { lanes, bits, beatsPerFrame: beats } = like;
  const waiting = made.map((from, k) => {
    if (beats <= HELD) return from;
    const kept = builder.stream({ ...like, name: `${tensor}_done_${k}` });
    const fifo = { kind: 'fifo', beats, lanes, bits, depth: beats } as const;
    builder.block(`${tensor}_wait_${k}`, tensor, fifo, [from], [kept], { everyFrames: made.length });
    return kept;
  });
  return waiting.reduce((so, next, k) => {
    const both = builder.stream({ ...like, name: `${tensor}_merged_${k}` });
    const turns = { kind: 'merge', beats, lanes, bits, frames: k } as const;
    builder.block(`${tensor}_merge_${k}`, tensor, turns, [so, next], [both]);
    return both;
  });
}
