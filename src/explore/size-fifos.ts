/**
 * FIFO depths by simulation: small ones that keep the rate which unlimited FIFOs give. A join needs its FIFO on one
 * side: the branch that runs ahead.
 *
 * Enough is easy: with the source paced to that rate, a FIFO as deep as the places it has needed never refuses a beat,
 * so nothing changes. Less may do, since a branch also holds beats in its own buffers while the FIFO is full; that
 * takes trials (`shrink-fifos.ts`). The result is checked in the whole network, with the source as fast as it can.
 */

import type { KindTable } from '../ir/block-kind.js';
import type { FoldingPlan } from '../ir/folding.js';
import type { Hardware } from '../ir/hardware.js';
import type { QuantGraph } from '../ir/quant-graph.js';
import { checkLimit } from '../limits.js';
import { lower, type Slack } from '../passes/lower.js';
import { deadlockError } from '../sim/deadlock.js';
import type { SimResult } from '../sim/engine.js';
import { type FastResult, simulateFast } from '../sim/fast-engine.js';
import { type SteadyState, SteadyStateMeter } from '../sim/steady-state.js';
import { findSlack, NO_ROOM, slackOf } from './find-slack.js';
import { joinsOf } from './join-region.js';
import { canPolish, isFifo, polishFifos, shrinkFifos } from './shrink-fifos.js';

export interface SizedHardware {
  readonly hardware: Hardware;
  /** Depth of each FIFO that was kept, by block name. */
  readonly depths: ReadonlyMap<string, number>;
  /** Rows that line buffers hold beyond those that their windows need, by block name. */
  readonly rows: ReadonlyMap<string, number>;
  /** One beat less of any FIFO is known to lose the rate; false where the network is too large for the trials. */
  readonly isMinimal: boolean;
  /** Places that each of them would need never to refuse a beat at the network's rate: how far its branch runs ahead. */
  readonly places: ReadonlyMap<string, number>;
  readonly fifoBits: number;
  /** Bits of FIFOs that hold a whole tensor each, at the same places. */
  readonly fullTensorBits: number;
  /** The final hardware without stalls. */
  readonly simulation: SimResult;
}

type Depths = ReadonlyMap<string, number>;

/** A FIFO that never needed more places is left out: the blocks' own output FIFOs do. */
const NEGLIGIBLE = 2;
const FRAMES = 4;
/** Frames after which a network with large enough FIFOs is usually steady, twice over. */
const SOON_FRAMES = 6;

/** Places that each FIFO needed, by block name. */
const placesOf = (hw: Hardware, state: SteadyState): Depths =>
  new Map(hw.blocks.flatMap((b, i) => (isFifo(b) ? [[b.name, state.places[i]] as const] : [])));

/** Bits of all FIFOs at their depth, or at that of a whole tensor. */
function fifoBits(hw: Hardware, fullTensor = false): number {
  return hw.blocks
    .filter(isFifo)
    .reduce((bits, { params: p }) => bits + (fullTensor ? p.beats : p.depth) * p.lanes * p.bits, 0);
}

/** FIFOs to keep: at each join the one that needs most bits. */
function oneOfEachJoin(hw: Hardware, places: Depths): Set<string> {
  const kept = new Set<string>();
  for (const join of joinsOf(hw)) {
    const bits = ({ name, params }: { name: string; params: { lanes: number; bits: number } }): number =>
      (places.get(name) as number) * params.lanes * params.bits;
    const sides = hw.blocks.filter(isFifo).filter((b) => join.inputs.includes(b.outputs[0]));
    const [most] = sides.sort((a, b) => bits(b) - bits(a));
    if (most && (places.get(most.name) as number) > NEGLIGIBLE) kept.add(most.name);
  }
  return kept;
}

/** Depths to try, and those that are known to be enough for FIFOs at these places. */
interface Trial {
  readonly depths: Depths;
  readonly enough: Depths;
}

interface Measured extends Trial {
  readonly interval: number;
}

/** Where none keeps the rate: the first of the fastest. Undefined where all deadlock. */
function fastestOf(
  trials: readonly Trial[],
  stateWith: (depths: Depths) => SteadyState,
): Measured | undefined {
  let fastest: Measured | undefined;
  for (const trial of trials) {
    const { isDeadlocked, intervalCycles } = stateWith(trial.depths);
    if (!isDeadlocked && intervalCycles < (fastest?.interval ?? Number.POSITIVE_INFINITY))
      fastest = { ...trial, interval: intervalCycles };
  }
  return fastest;
}

/**
 * @param interval cycles per frame that the folding promises
 * Errors: BLN207 for an interval that cannot be simulated, BLN502 if even unlimited FIFOs deadlock, which would be a fault of the lowering.
 */
export function sizeFifos(
  kinds: KindTable,
  graph: QuantGraph,
  plan: FoldingPlan,
  interval: number,
): SizedHardware {
  checkLimit('frameCycles', interval, 'the network');
  // Both sides of each join without limit: what is the best rate, and which branch runs ahead?
  const openWith = (slack: Slack): Hardware => lower(graph, plan, (_, beats) => 2 * beats, slack);
  let room = NO_ROOM;
  let open = openWith(slackOf(room));
  let meter = new SteadyStateMeter(kinds, open);
  const paced = (cycles: number): SteadyState => meter.measure(new Map(), Math.ceil(cycles));
  let rate = interval;
  let state = paced(rate);
  const keepsPace = (): boolean => state.isSteady && state.intervalCycles <= Math.ceil(rate);
  if (!keepsPace()) {
    room = findSlack(kinds, openWith, interval);
    open = openWith(slackOf(room));
    meter = new SteadyStateMeter(kinds, open);
    state = paced(rate);
  }
  if (!keepsPace()) {
    // The promise is not kept: the network's best rate is what can be asked for.
    const best = meter.measure();
    if (best.isDeadlocked) throw deadlockError(kinds, open);
    // FIFOs that still fill up after many frames hide that a branch is slower, so no more is asked than was promised.
    rate = Math.max(interval, best.intervalCycles);
    state = paced(rate);
  }
  const { rows, bursts } = room;
  const lowered = (depths: Depths): Hardware =>
    lower(graph, plan, (name) => depths.get(name) ?? 0, {
      burst: (name) => depths.get(name) ?? bursts.get(name) ?? 0,
      room: (name) => rows.get(name) ?? 0,
    });
  const pace = Math.ceil(rate);
  const ahead = placesOf(open, state);
  const stateOf = (hw: Hardware, goal = 0, frames?: number): SteadyState =>
    new SteadyStateMeter(kinds, hw).measure(new Map(), 0, goal, frames);
  /** A few frames tell nearly always, and are wanted of the final hardware anyway. */
  const simulated = (hw: Hardware): FastResult => simulateFast(kinds, hw, { frames: FRAMES });
  let last: { readonly hw: Hardware; readonly simulation: FastResult } | undefined;
  const keepsRate = (hw: Hardware, patience?: number): boolean => {
    last = { hw, simulation: simulated(hw) };
    const { deadlock, steadyCycles } = last.simulation;
    if (deadlock) return false;
    if (steadyCycles !== null) return steadyCycles <= rate;
    const { isSteady, intervalCycles } = stateOf(hw, rate, patience);
    return isSteady && intervalCycles <= rate;
  };

  const tried: Trial[] = [];
  let found: Trial | undefined;
  for (const kept of [oneOfEachJoin(open, ahead), new Set(ahead.keys())]) {
    if (found) break;
    // Without a FIFO on the other side that side's beats come earlier, so no more places are needed than were.
    const enough: Depths = new Map(
      [...ahead].filter(([name]) => kept.has(name)).map(([name, n]) => [name, Math.max(1, n)]),
    );
    const least: Depths = shrinkFifos(kinds, lowered(enough), pace);
    // Halfway to what is enough, should the network want more than its regions do; then twice as much, since a
    // source as fast as it can also fills what a paced one leaves empty.
    const between: Depths = new Map(
      [...least].map(([name, n]) => [name, (n + (enough.get(name) as number)) >> 1]),
    );
    const twice: Depths = new Map([...enough].map(([name, n]) => [name, 2 * n]));
    const trials = [least, between, enough, twice].map((depths) => ({ depths, enough }));
    found = trials.find(({ depths }) => {
      // A large network that is not steady soon fills a FIFO by some beats a frame, until it is full and too small.
      const hw = lowered(depths);
      return keepsRate(hw, depths === least && !canPolish(hw, rate) ? SOON_FRAMES : undefined);
    });
    tried.push(...trials);
  }
  const chosen = found ? { ...found, interval: rate } : fastestOf(tried, (d) => stateOf(lowered(d)));
  if (!chosen) throw deadlockError(kinds, open);
  const before = found && last ? last.hw : lowered(chosen.depths);
  const { depths, isMinimal } = polishFifos(kinds, before, chosen.interval);
  const isSame = [...chosen.depths].every(([name, depth]) => depths.get(name) === depth);
  const hardware = isSame ? before : lowered(depths);
  return {
    hardware,
    depths,
    rows,
    isMinimal,
    places: chosen.enough,
    fifoBits: fifoBits(hardware),
    fullTensorBits: fifoBits(hardware, true),
    simulation: last?.hw === hardware ? last.simulation : simulated(hardware),
  };
}
