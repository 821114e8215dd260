/**
 * Room for bursts: between two layers that both work in every cycle a pause of one is a loss of the other, unless beats
 * wait in between. Line buffers hold a row or two more, FIFOs take what a layer sends at the end of a frame; as few of
 * them as keep the rate, the cheapest first, found by trials in the exact simulator.
 */
import type { KindTable } from '../ir/block-kind.js';
import type { Block, Hardware } from '../ir/hardware.js';
import { takesRoom } from '../kinds/index.js';
import type { Slack } from '../passes/lower.js';
import { type SteadyState, SteadyStateMeter } from '../sim/steady-state.js';

/** Rows by line buffer, depths by FIFO; names are those of blocks. */
export interface Room {
  readonly rows: ReadonlyMap<string, number>;
  readonly bursts: ReadonlyMap<string, number>;
}

export const NO_ROOM: Room = { rows: new Map(), bursts: new Map() };

/** Rows to try in every line buffer, before as few as will do are kept. */
const ROWS = [1, 2];

/** What `lower` asks. */
export const slackOf = ({ rows, bursts }: Room): Slack => ({
  burst: (name) => bursts.get(name) ?? 0,
  room: (name) => rows.get(name) ?? 0,
});

interface Place {
  readonly name: string;
  /** Depth of a FIFO; 0 for a line buffer. */
  readonly depth: number;
  /** Bits of the tensor that waits: line buffers hold a row of it. */
  readonly bits: number;
}

const roomOf = (places: readonly Place[], rows: number): Room => ({
  rows: new Map(places.filter((p) => p.depth === 0).map((p) => [p.name, rows])),
  bursts: new Map(places.filter((p) => p.depth > 0).map((p) => [p.name, p.depth])),
});

/** Where room may be given, the cheapest first. */
function placesFor(open: (slack: Slack) => Hardware): Place[] {
  const plain = new Set(open(slackOf(NO_ROOM)).blocks.map((b) => b.name));
  const all = open({ burst: (_, beats) => beats, room: () => 0 });
  const placeOf = (b: Block, depth: number): Place => {
    const { lanes, bits, beatsPerFrame } = all.streams[b.inputs[0]];
    return { name: b.name, depth, bits: lanes * bits * beatsPerFrame };
  };
  return all.blocks
    .flatMap((b) => {
      if (!plain.has(b.name) && b.params.kind === 'fifo') return [placeOf(b, b.params.depth)];
      return takesRoom(b.params) ? [placeOf(b, 0)] : [];
    })
    .sort((a, b) => a.bits - b.bits);
}

/**
 * The fewest of `places` that pass together with `given`, where all of them do; those in front are kept before those
 * behind. (QuickXplain: Junker, AAAI 2004.)
 */
function fewest(
  given: readonly Place[],
  places: readonly Place[],
  passes: (places: readonly Place[]) => boolean,
  isGivenNew = true,
): readonly Place[] {
  if (isGivenNew && passes(given)) return [];
  if (places.length === 1) return places;
  const half = places.length >> 1;
  const [front, back] = [places.slice(0, half), places.slice(half)];
  const behind = fewest([...given, ...front], back, passes);
  const before = fewest([...given, ...behind], front, passes, behind.length > 0);
  return [...before, ...behind];
}

/**
 * @param open the hardware with such room, its join FIFOs without limit
 * @param interval cycles per frame that the folding promises, and that it does not reach without room
 * @returns room that brings the network to the interval; none where no room does, or none is needed
 */
export function findSlack(kinds: KindTable, open: (slack: Slack) => Hardware, interval: number): Room {
  const places = placesFor(open);
  const stateOf = (chosen: readonly Place[], rows: number): SteadyState =>
    new SteadyStateMeter(kinds, open(slackOf(roomOf(chosen, rows)))).measure(new Map(), Math.ceil(interval));
  for (const rows of ROWS) {
    const passes = (chosen: readonly Place[]): boolean => {
      const { isSteady, intervalCycles } = stateOf(chosen, rows);
      return isSteady && intervalCycles <= Math.ceil(interval);
    };
    if (places.length > 0 && passes(places)) return roomOf(fewest([], places, passes, false), rows);
  }
  return NO_ROOM;
}
