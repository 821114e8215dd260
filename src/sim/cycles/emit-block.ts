/** Code of one block for one cycle, from its declared timing. */
import { assertInternal } from '../../diagnostics.js';
import { type BlockTiming, type BufferedIntake, isQueue, type Stage } from '../../ir/block-timing.js';
import type { Block } from '../../ir/hardware.js';
import { type Code, type Local, sequence } from '../wasm/encode.js';
import type { MemoryPlan } from '../wasm/memory-plan.js';
import { i32, select, when } from '../wasm/ops.js';
import { add, get, put, type StreamCells } from './cells.js';

/** A place in a table of words that is walked in a circle, `repeat` visits to each entry. */
interface Walk {
  readonly table: number;
  readonly entries: number;
  /** State: byte offset of the entry, and visits to it still to come. */
  readonly offset: number;
  readonly repeat: number;
  readonly left: number;
}

/** A block as laid out in memory. */
export interface BlockPlan {
  readonly block: Block;
  readonly timing: BlockTiming;
  /** One word per stage: the bits of a delay, the beats left in a serializer. */
  readonly stages: readonly number[];
  /** Issues made since the start of the period that the next beat belongs to; may be negative. */
  readonly done: number;
  /** Beats stored since the start of the period that the next issue belongs to. */
  readonly have: number;
  /** Position of the next issue in the period, by the issue (direct) or by what it needs (buffered). */
  readonly issue: Walk;
  /** Position of the next beat, by the room that it waits for. */
  readonly beat: Walk;
}

/** Records of one block. */
export interface BlockCells {
  /** Cycles with an issue. */
  readonly busy: number;
  /** Cycles in which an output FIFO was full, so that nothing could move. */
  readonly blocked: number;
  /** Fullest that a plain FIFO has been, in beats; stays 0 in other blocks. */
  readonly peak: number;
}

function planWalk(plan: MemoryPlan, repeat: number): Walk {
  // Tables come after all state; `placeTables` fills them in.
  return { table: 0, entries: 0, offset: plan.word(), repeat, left: repeat > 1 ? plan.word(repeat) : 0 };
}

/** State of a block. */
export function planBlock(plan: MemoryPlan, block: Block, timing: BlockTiming): BlockPlan {
  const { intake } = timing;
  const buffered = intake.kind === 'buffered';
  assertInternal(!buffered || block.inputs.length === 1, 'a buffered intake has one input', block.name);
  assertInternal(
    timing.stages.every((s) => s.kind === 'serialize' || (s.cycles >= 1 && s.cycles <= 31)),
    'a delay of 1..31 cycles',
    block.name,
  );
  return {
    block,
    timing,
    stages: timing.stages.map(() => plan.word()),
    done: plan.word(),
    have: plan.word(),
    issue: planWalk(plan, buffered ? intake.issuesPerStep : 1),
    beat: planWalk(plan, buffered ? intake.beatsPerStep : 1),
  };
}

const tableOf = (entries: number, value: (step: number) => number): Int32Array =>
  Int32Array.from({ length: entries }, (_, i) => value(i));

/** Constants of a block, once all state has its place. */
export function placeTables(plan: MemoryPlan, b: BlockPlan): BlockPlan {
  const { intake, issues, emits } = b.timing;
  const place = (walk: Walk, entries: number, value: (step: number) => number): Walk => ({
    ...walk,
    entries,
    table: plan.place(tableOf(entries, value)),
  });
  if (intake.kind === 'direct') {
    if (emits === 'all') return b;
    return { ...b, issue: place(b.issue, issues, (i) => (emits(i) ? 1 : 0)) };
  }
  // What an issue needs, with its emission in the sign bit.
  assertInternal(emits === 'all' || intake.issuesPerStep === 1, 'emissions by step', b.block.name);
  assertInternal(issues % intake.issuesPerStep === 0, 'whole steps in a period', b.block.name);
  const need = (step: number): number => 2 * intake.need(step) + (emits === 'all' || emits(step) ? 1 : 0);
  return {
    ...b,
    issue: place(b.issue, issues / intake.issuesPerStep, need),
    beat: place(b.beat, Math.ceil(intake.beats / intake.beatsPerStep), intake.room),
  };
}

const entryOf = (w: Walk): Code => i32.load(w.entries > 1 ? get(w.offset) : i32.const(0), w.table);

/** Moves on by one visit; `wrapped` runs when the circle is closed. */
function step(w: Walk, wrapped: Code): Code {
  const next =
    w.entries > 1
      ? sequence(
          add(w.offset, 4),
          when(
            i32.eq(get(w.offset), i32.const(4 * w.entries)),
            sequence(put(w.offset, i32.const(0)), wrapped),
          ),
        )
      : wrapped;
  if (w.repeat === 1) return next;
  return sequence(
    add(w.left, -1),
    when(i32.eqz(get(w.left)), sequence(put(w.left, i32.const(w.repeat)), next)),
  );
}

/** Scratch variables that the blocks of one function share. */
export interface Scratch {
  readonly open: Local;
  readonly issues: Local;
  readonly fires: Local;
  readonly push: Local;
  readonly word: Local;
}

/** Moves a stage on by a cycle; `push` holds what enters, then what leaves. */
function emitStage(stage: Stage, state: number, { push, word }: Scratch): Code {
  if (stage.kind === 'delay') {
    const shifted = i32.or(i32.shl(word.get, i32.const(1)), push.get);
    return sequence(
      word.set(get(state)),
      put(state, i32.and(shifted, i32.const((2 ** stage.cycles - 1) | 0))),
      push.set(i32.and(i32.shrUnsigned(word.get, i32.const(stage.cycles - 1)), i32.const(1))),
    );
  }
  const leaves = i32.gt(word.get, i32.const(0));
  return sequence(
    word.set(get(state)),
    put(state, select(push.get, i32.const(stage.beats), i32.sub(word.get, leaves))),
    push.set(leaves),
  );
}

const allOf = (conditions: readonly Code[]): Code => conditions.reduce((a, b) => i32.and(a, b));

/**
 * One cycle of a block: handshakes of its inputs, then its clock edge.
 * @param record statements for a stream with a handshake
 */
export function emitBlock(
  b: BlockPlan,
  cells: BlockCells,
  streams: readonly StreamCells[],
  scratch: Scratch,
  record: (s: StreamCells) => Code,
): Code {
  const { timing } = b;
  const { intake } = timing;
  const { open, issues, fires, push, word } = scratch;
  const inputs = b.block.inputs.map((s) => streams[s]);
  const outputs = b.block.outputs.map((s) => streams[s]);
  const offered = allOf(inputs.map((s) => i32.gt(get(s.count), i32.const(0))));

  const decide =
    intake.kind === 'direct'
      ? sequence(fires.set(i32.and(offered, open.get)), issues.set(fires.get))
      : emitDecisions(b, intake, scratch, offered);
  const moveOn =
    intake.kind === 'direct'
      ? b.issue.entries > 0
        ? step(b.issue, [])
        : []
      : sequence(add(b.done, 1), step(b.issue, add(b.have, -intake.beats)));
  const store =
    intake.kind === 'direct' ? [] : sequence(add(b.have, 1), step(b.beat, add(b.done, -timing.issues)));
  const peak = when(i32.gt(get(b.have), get(cells.peak)), put(cells.peak, get(b.have)));
  return sequence(
    open.set(allOf(outputs.map((s) => i32.lt(get(s.count), i32.const(2))))),
    decide,
    ...inputs.map((s) => put(s.fire, fires.get)),
    push.set(i32.const(0)),
    when(
      open.get,
      sequence(
        push.set(emission(b, scratch)),
        ...timing.stages.map((stage, i) => emitStage(stage, b.stages[i], scratch)),
      ),
      add(cells.blocked, 1),
    ),
    ...outputs.map((s) =>
      sequence(
        word.set(get(s.count)),
        add(s.offered, i32.shrUnsigned(i32.add(word.get, i32.const(1)), i32.const(1))),
        put(s.count, i32.sub(i32.add(word.get, push.get), get(s.fire))),
      ),
    ),
    when(issues.get, sequence(add(cells.busy, 1), moveOn)),
    when(fires.get, sequence(...inputs.map(record), store, isQueue(timing) ? peak : [])),
  );
}

/** Sets `issues` and `fires` of a buffered block from its state before the cycle. */
function emitDecisions(b: BlockPlan, intake: BufferedIntake, scratch: Scratch, offered: Code): Code {
  const { open, issues, fires } = scratch;
  const needed = i32.shr(entryOf(b.issue), i32.const(1));
  const done = intake.forwards ? i32.add(get(b.done), issues.get) : get(b.done);
  return sequence(
    issues.set(i32.and(open.get, i32.ge(get(b.have), needed))),
    fires.set(i32.and(offered, i32.ge(done, entryOf(b.beat)))),
  );
}

/** 1 if this cycle's issue emits. */
function emission(b: BlockPlan, { issues }: Scratch): Code {
  if (b.timing.emits === 'all') return issues.get;
  return i32.and(
    issues.get,
    b.timing.intake.kind === 'direct' ? entryOf(b.issue) : i32.and(entryOf(b.issue), i32.const(1)),
  );
}
