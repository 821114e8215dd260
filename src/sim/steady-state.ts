/**
 * The steady state of a hardware graph without stalls: what repeats once it is full, frame after frame. Stops as soon
 * as the state repeats, so it costs about three frames whatever the latency.
 */
import type { KindTable } from '../ir/block-kind.js';
import type { Issues } from '../ir/block-timing.js';
import type { Hardware } from '../ir/hardware.js';
import { bind } from '../kinds/index.js';
import { type CycleProgram, compileCycles } from './cycles/compile-cycles.js';
import { Machine, type Moment } from './cycles/machine.js';
import { NO_STALLS } from './stimulus.js';

export interface SteadyState {
  /** Cycles per frame; the last frame's, if `isSteady` is false. */
  readonly intervalCycles: number;
  /** False when nothing repeated within the frames that were tried, or in a deadlock. */
  readonly isSteady: boolean;
  readonly isDeadlocked: boolean;
  /** Cycles that were stepped. */
  readonly steppedCycles: number;
  /** Since the start, by block: places that each FIFO has needed. */
  readonly places: readonly number[];
  /** Per frame, by block: cycles in which it issued; 0 when not asked for. */
  readonly busyCycles: readonly number[];
  /** Per frame, by block: cycles in which a full output held everything up. */
  readonly blockedCycles: readonly number[];
  /** Per repetition, by block: cycles in which a FIFO had no place for a beat. */
  readonly refusedCycles: readonly number[];
}

const MAX_FRAMES = 40;
const FILLING_FRAMES = 4;
const CHUNK = 1 << 13;

export const sameState = (a: Moment, b: Moment): boolean => {
  for (let i = a.state.length - 1; i >= 0; i--) if (a.state[i] !== b.state[i]) return false;
  return true;
};

/** Compiled once, measured as often as wanted. */
export class SteadyStateMeter {
  private readonly program: CycleProgram;
  private readonly patience: number;

  /** @param activity also count the cycles in which blocks issue */
  constructor(
    kinds: KindTable,
    private readonly hw: Hardware,
    activity = false,
  ) {
    this.program = compileCycles(kinds, hw, { hash: false, log: false, activity });
    this.patience = longestQuiet(kinds, hw);
  }

  /**
   * @param depths FIFO depths other than those of the hardware, by block index
   * @param paceCycles whole cycles per frame over which the source spreads its beats; 0: as fast as it can
   * @param goalCycles cycles per frame that are asked for: what is clearly slower is not run until it is steady
   * @param frames how many to try: a buffer that fills by a beat a frame takes many
   */
  measure(
    depths: ReadonlyMap<number, number> = new Map(),
    paceCycles = 0,
    goalCycles = paceCycles,
    frames = MAX_FRAMES,
  ): SteadyState {
    const options = { frames, stalls: NO_STALLS, depths, paceCycles };
    const machine = new Machine(this.program, this.hw, options);
    // A source without a pace fills the network first, which takes longer from frame to frame whatever comes later.
    const filling = paceCycles > 0 ? 0 : FILLING_FRAMES;
    return settle(machine, this.patience + paceCycles, { frames, goalCycles, filling });
  }
}

/** The most issues from one that is among these to the next. */
function longestGap(among: Issues, issues: number): number {
  if (among === 'all') return 0;
  let gap = 0;
  for (let i = 0, since = 0; i < 2 * issues; i++) {
    since = among(i % issues) ? 0 : since + 1;
    gap = Math.max(gap, since);
  }
  return gap;
}

/**
 * Cycles that may pass without a handshake anywhere: blocks that wait in a chain, each for a result of the one before.
 * Where every issue takes a beat there is a handshake in its cycle, so only other blocks take longer.
 */
function longestQuiet(kinds: KindTable, hw: Hardware): number {
  let cycles = 64;
  for (const b of hw.blocks) {
    const { intakes, issues, emits, stages } = bind(kinds, b).timing();
    for (const s of stages) cycles += s.kind === 'delay' ? s.cycles : s.beats * s.cycles;
    if (intakes.some((i) => i.kind === 'direct' && i.takes === 'all')) continue;
    cycles += longestGap(emits, issues);
  }
  return 2 * cycles;
}

/** Whether the delay against an even pace has grown twice, over single frames or over pairs of frames. */
function fallsBehind(history: readonly Moment[], now: Moment, pace: number): boolean {
  const lag = [...history, now].map((m) => m.cycle - m.frame * pace).reverse();
  const grows = (step: number) => lag[0] > lag[step] && lag[step] > lag[2 * step];
  return grows(1) || grows(2);
}

/** Runs until the state repeats, or until the source falls behind its goal for good. */
function settle(
  machine: Machine,
  patience: number,
  limits: { readonly frames: number; readonly goalCycles: number; readonly filling: number },
): SteadyState {
  const { frames: mostFrames, goalCycles, filling } = limits;
  const history: Moment[] = [];
  const describe = (
    from: Moment | null,
    now: Moment,
    isSteady: boolean,
    isDeadlocked: boolean,
  ): SteadyState => {
    const frames = from ? now.frame - from.frame : 1;
    const since = (key: 'busy' | 'blocked' | 'refused'): number[] =>
      Array.from(now.records[key], (v, i) => v - (from ? from.records[key][i] : 0));
    return {
      intervalCycles: (now.cycle - (from ? from.cycle : 0)) / frames,
      isSteady,
      isDeadlocked,
      steppedCycles: now.cycle,
      places: machine.peaks(),
      busyCycles: since('busy').map((v) => v / frames),
      blockedCycles: since('blocked').map((v) => v / frames),
      refusedCycles: since('refused'),
    };
  };
  for (;;) {
    const stop = machine.run(machine.cycle + CHUNK);
    const last = history.at(-1) ?? null;
    if (stop === 'finished') return describe(last, machine.moment(), false, false);
    if (stop === 'frame') {
      const now = machine.moment();
      const before = history.find((m) => sameState(m, now));
      if (before) return describe(before, now, true, false);
      // The source has nothing more to send, or falls behind.
      const isSlow = goalCycles > 0 && fallsBehind(history.slice(filling), now, goalCycles);
      if (now.frame === mostFrames || isSlow) {
        return describe(last, now, false, false);
      }
      history.push(now);
    } else if (machine.cycle - machine.lastMove > patience) {
      return describe(last, machine.moment(), false, true);
    }
  }
}
