/** Words in memory that the cycle program works on: its own, those of streams, and how a handshake is recorded. */
import { type Hardware, inputsOf, outputsOf } from '../../ir/hardware.js';
import { type Code, sequence } from '../wasm/encode.js';
import type { MemoryPlan } from '../wasm/memory-plan.js';
import { i32, when } from '../wasm/ops.js';

const ZERO = i32.const(0);
export const get = (address: number): Code => i32.load(ZERO, address);
export const put = (address: number, value: Code): Code => i32.store(ZERO, value, address);
export const add = (address: number, value: number | Code): Code =>
  put(address, i32.add(get(address), typeof value === 'number' ? i32.const(value) : value));

/** What the program keeps beside the state that it needs. */
export interface Recording {
  /** Offers of every stream, and a hash of its handshake cycles. */
  readonly hash: boolean;
  /** A log of every handshake. */
  readonly log: boolean;
  /** Cycles in which every block issued. */
  readonly activity?: boolean;
}

/** Output cycles, and log entries of two words (stream, cycle), that are kept until the host reads them. */
export const OUTPUT_ENTRIES = 1 << 14;
const LOG_ENTRIES = 1 << 16;

/** Addresses of the words of one input's source. */
export interface SourceCells {
  readonly stream: number;
  /** Beats to send in all, and beats of the present frame still to come. The end of a frame of the first input stops. */
  readonly toSend: number;
  readonly leftOfFrame: number;
  /** Earliest cycle of the next beat: whole cycles, and a remainder in 1/beatsPerFrame. */
  readonly dueCycle: number;
  readonly dueRemainder: number;
  /** What one beat adds to both. */
  readonly paceCycle: number;
  readonly paceRemainder: number;
  /** xorshift32 state, and pause threshold in 1/256. */
  readonly random: number;
  readonly pause: number;
}

/** Addresses of the words of one output's sink. */
export interface SinkCells {
  readonly stream: number;
  /** Beats still to come; the last one stops. */
  readonly toReceive: number;
  readonly random: number;
  readonly pause: number;
  /** Cycles of handshakes not read yet, and where they begin. A full buffer stops. */
  readonly outputs: number;
  readonly outputBuffer: number;
}

/** Addresses of the program's own words. */
export interface ControlCells {
  readonly cycle: number;
  /** `run` returns when `cycle` gets here, or at the end of a cycle in which `stop` was set. */
  readonly until: number;
  readonly stop: number;
  /** Cycle of the last handshake anywhere; -1 before the first. */
  readonly lastMove: number;
  /** Cycle of the first handshake of the present frame of the first input. */
  readonly frameFirst: number;
  readonly sources: readonly SourceCells[];
  readonly sinks: readonly SinkCells[];
  /** Entries of the log not read yet, and where they begin. */
  readonly logged: number;
  readonly logBuffer: number;
}

export function planControl(
  plan: MemoryPlan,
  recording: Recording,
  hw: Pick<Hardware, 'ends'>,
): ControlCells {
  const word = () => plan.word();
  return {
    cycle: word(),
    until: word(),
    stop: word(),
    lastMove: plan.word(-1),
    frameFirst: word(),
    sources: inputsOf(hw).map(({ stream }) => ({
      stream,
      toSend: word(),
      leftOfFrame: word(),
      dueCycle: word(),
      dueRemainder: word(),
      paceCycle: word(),
      paceRemainder: word(),
      random: word(),
      pause: word(),
    })),
    sinks: outputsOf(hw).map(({ stream }) => ({
      stream,
      toReceive: word(),
      random: word(),
      pause: word(),
      outputs: word(),
      outputBuffer: plan.reserve(4 * OUTPUT_ENTRIES),
    })),
    logged: word(),
    logBuffer: plan.reserve(recording.log ? 8 * LOG_ENTRIES : 0),
  };
}

/** Mark of a handshake in this cycle; above any count. */
export const FIRED = 4;

/** Addresses of one stream's words; only `count` is state. */
export interface StreamCells {
  readonly index: number;
  /** Beats in the producer's output FIFO, plus FIRED from the handshake to the producer's clock edge. */
  readonly count: number;
  readonly beats: number;
  /** Cycles in which a beat was offered. */
  readonly offered: number;
  readonly hash: number;
}

/** Statements for a stream with a handshake in this cycle. */
export function emitFire(s: StreamCells, c: ControlCells, recording: Recording, streams: number): Code {
  const cycle = get(c.cycle);
  const entry = i32.shl(get(c.logged), i32.const(3));
  return sequence(
    add(s.beats, 1),
    put(c.lastMove, cycle),
    recording.hash
      ? put(s.hash, i32.add(i32.add(i32.mul(get(s.hash), i32.const(31)), cycle), i32.const(1)))
      : [],
    recording.log
      ? sequence(
          i32.store(entry, i32.const(s.index), c.logBuffer),
          i32.store(entry, cycle, c.logBuffer + 4),
          add(c.logged, 1),
          // Room for one handshake of every stream is left.
          when(i32.gt(get(c.logged), i32.const(LOG_ENTRIES - streams - 1)), put(c.stop, i32.const(1))),
        )
      : [],
  );
}

/** Statements for every cycle, before the producer's clock edge. */
export function emitOffer(s: StreamCells, recording: Recording): Code {
  if (!recording.hash) return [];
  return add(s.offered, i32.gt(get(s.count), i32.const(0)));
}
