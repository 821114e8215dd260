/**
 * What every block does with its cycles: it works, waits for its consumer, or waits for its producer. Counted by the
 * compiled engine, so there is none where that does not run.
 */

import type { KindTable } from '../ir/block-kind.js';
import { largestOf } from '../ir/extremes.js';
import type { Hardware } from '../ir/hardware.js';
import { bind } from '../kinds/index.js';
import { compileCycles } from './cycles/compile-cycles.js';
import { Machine } from './cycles/machine.js';
import { SteadyStateMeter } from './steady-state.js';
import type { StallPattern } from './stimulus.js';
import { HAS_SIMD } from './wasm/host.js';

/** The three counts add up to `Activity.cycles`. */
export interface BlockActivity {
  readonly name: string;
  /** It issues: takes a beat, or works on those that it has stored. */
  readonly busyCycles: number;
  /** An output FIFO is full, so that nothing in it can move: the consumer holds it up. */
  readonly blockedCycles: number;
  /** It could issue, but the beats that this needs have not all come. Taking beats is no issue of its own. */
  readonly starvedCycles: number;
}

export interface Activity {
  /** Of one frame in the steady state without stalls, the interval; or of a whole run. */
  readonly over: 'steady frame' | 'run';
  readonly cycles: number;
  /** In the order of the hardware's blocks. */
  readonly blocks: readonly BlockActivity[];
}

/** How long to wait for a steady state: seconds for large networks, many frames for small ones. */
const PATIENCE_CYCLES = 10_000_000;
const FEWEST_FRAMES = 12;
const MOST_FRAMES = 1000;

function activityOf(
  hw: Hardware,
  over: Activity['over'],
  cycles: number,
  busy: ArrayLike<number>,
  blocked: ArrayLike<number>,
): Activity {
  const blocks = hw.blocks.map(({ name }, i) => {
    const [busyCycles, blockedCycles] = [busy[i], blocked[i]];
    return { name, busyCycles, blockedCycles, starvedCycles: cycles - busyCycles - blockedCycles };
  });
  return { over, cycles, blocks };
}

/** Of a frame without stalls once the state repeats; null where it never does, or without WebAssembly. */
export function steadyActivity(kinds: KindTable, hw: Hardware): Activity | null {
  if (!HAS_SIMD) return null;
  const slowest = largestOf(hw.blocks.map((b) => bind(kinds, b).cyclesPerFrame()));
  const frames = Math.min(MOST_FRAMES, Math.max(FEWEST_FRAMES, Math.floor(PATIENCE_CYCLES / slowest)));
  const state = new SteadyStateMeter(kinds, hw, true).measure(undefined, 0, 0, frames);
  if (!state.isSteady) return null;
  return activityOf(hw, 'steady frame', state.intervalCycles, state.busyCycles, state.blockedCycles);
}

/** Of all cycles until the last output beat, filling and draining included; null without WebAssembly. */
export function runActivity(
  kinds: KindTable,
  hw: Hardware,
  run: { readonly frames: number; readonly stalls: StallPattern; readonly cycles: number },
): Activity | null {
  if (!HAS_SIMD) return null;
  const program = compileCycles(kinds, hw, { hash: false, log: false, activity: true });
  const machine = new Machine(program, hw, { frames: run.frames, stalls: run.stalls, paceCycles: 0 });
  for (let stop = machine.run(run.cycles); stop === 'frame'; ) stop = machine.run(run.cycles);
  const { busy, blocked } = machine.records();
  return activityOf(hw, 'run', machine.cycle, busy, blocked);
}
