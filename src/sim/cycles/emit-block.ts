/**
 * Code of one block for one cycle, from its declared timing. Both conditions of a buffered block are kept as credits,
 * stored beats minus needed ones and issues minus room waited for, so that a cycle tests two signs.
 */
import { assertInternal } from '../../diagnostics.js';
import { type BlockTiming, delay, isQueue, type SerializeStage, type Stage } from '../../ir/block-timing.js';
import type { Block } from '../../ir/hardware.js';
import { type Code, type Local, sequence } from '../wasm/encode.js';
import type { MemoryPlan } from '../wasm/memory-plan.js';
import { i32, when } from '../wasm/ops.js';
import { add, FIRED, get, put, type StreamCells } from './cells.js';

/** Bits of a delay in one word. */
const LONGEST_DELAY = 31;

/** Numbers taken in a circle, each for `repeat` steps (only its last step takes it; the others take 0). */
interface Circle {
  readonly values: Int32Array;
  readonly repeat: number;
  /** State: byte offset of the present number, and steps left in it. */
  readonly offset: number;
  readonly left: number;
}

/** State of a stage. */
interface StageCells {
  /** The bits of a delay, the beats left in a serializer. */
  readonly held: number;
  /** Cycles until a serializer's next beat, and its beats in this round; 0 where it never asks. */
  readonly wait: number;
  readonly sent: number;
}

/** A block as laid out in memory. */
export interface BlockPlan {
  readonly block: Block;
  readonly timing: BlockTiming;
  readonly stages: readonly StageCells[];
  /** An issue may be made when `credit` >= 0, a beat stored when `space` >= 0. */
  readonly credit: number;
  readonly space: number;
  /** What an issue takes from `credit`, and a beat from `space`. */
  readonly needs: Circle;
  readonly rooms: Circle;
  /** Issues to the next emission, that one included, and what follows each emission. */
  readonly toEmission: number;
  readonly gaps: Circle;
}

/** Records of one block. */
export interface BlockCells {
  /** Cycles in which it issued; 0 when not asked for. */
  readonly busy: number;
  /** Cycles in which an output FIFO was full, so that nothing could move. */
  readonly blocked: number;
  /** Places that a FIFO has needed, and cycles in which it had none for a beat; 0 in other blocks. */
  readonly peak: number;
  readonly refused: number;
}

function planCircle(plan: MemoryPlan, values: Int32Array, repeat = 1): Circle {
  return { values, repeat, offset: plan.word(), left: repeat > 1 ? plan.word(repeat) : 0 };
}

/** Growth from each entry to the next; the last one grows to the first of the next period, `period` further on. */
function growth(entries: number, value: (step: number) => number, period: number): Int32Array {
  const grown = new Int32Array(entries);
  const first = value(0);
  let now = first;
  for (let i = 0; i < entries; i++) {
    const next = i + 1 < entries ? value(i + 1) : first + period;
    grown[i] = next - now;
    now = next;
  }
  return grown;
}

/** Issues from each emission to the next one. */
function emissionGaps(
  timing: BlockTiming,
  name: string,
): { readonly first: number; readonly gaps: Int32Array } {
  const { issues, emits } = timing;
  if (emits === 'all') return { first: 1, gaps: Int32Array.of(1) };
  const at: number[] = [];
  for (let i = 0; i < issues; i++) if (emits(i)) at.push(i);
  assertInternal(at.length > 0, 'no issue emits', name);
  return { first: at[0] + 1, gaps: growth(at.length, (i) => at[i], issues) };
}

/** Fewer stages of the same effect: handing out one beat is a delay of one, and delays add up. */
function merged(stages: readonly Stage[]): Stage[] {
  const result: Stage[] = [];
  for (const s of stages) {
    const stage = s.kind === 'serialize' && s.beats === 1 ? delay(1) : s;
    const last = result.at(-1);
    if (stage.kind === 'delay' && last?.kind === 'delay' && last.cycles + stage.cycles <= LONGEST_DELAY) {
      result[result.length - 1] = delay(last.cycles + stage.cycles);
    } else result.push(stage);
  }
  return result;
}

/** The last result of a round gives fewer beats than the others. */
const isUneven = (s: SerializeStage): boolean => s.round % s.beats !== 0;

const NONE = new Int32Array(0);

/** State of a block, with its initial values. */
export function planBlock(plan: MemoryPlan, block: Block, declared: BlockTiming): BlockPlan {
  const timing = { ...declared, stages: merged(declared.stages) };
  const { intake, issues, stages } = timing;
  assertInternal(intake.kind === 'direct' || block.inputs.length === 1, 'more inputs than one', block.name);
  assertInternal(
    stages.every((s) => s.kind === 'serialize' || (s.cycles >= 1 && s.cycles <= LONGEST_DELAY)),
    `a delay outside 1..${LONGEST_DELAY} cycles`,
    block.name,
  );
  const { first, gaps } = emissionGaps(timing, block.name);
  const base = {
    block,
    timing,
    stages: stages.map((s) => ({
      held: plan.word(),
      wait: s.kind === 'serialize' && s.cycles > 1 ? plan.word() : 0,
      sent: s.kind === 'serialize' && isUneven(s) ? plan.word() : 0,
    })),
    toEmission: plan.word(first),
    gaps: planCircle(plan, gaps),
  };
  if (intake.kind === 'direct') {
    const nothing = planCircle(plan, NONE);
    return { ...base, credit: 0, space: 0, needs: nothing, rooms: nothing };
  }
  const { beats, need, room, issuesPerStep, beatsPerStep } = intake;
  assertInternal(issues % issuesPerStep === 0 && beats % beatsPerStep === 0, 'part of a step', block.name);
  return {
    ...base,
    credit: plan.word(-need(0)),
    space: plan.word(-room(0)),
    needs: planCircle(plan, growth(issues / issuesPerStep, need, beats), issuesPerStep),
    rooms: planCircle(plan, growth(beats / beatsPerStep, room, issues), beatsPerStep),
  };
}

/** Adds the circle's next number, times `sign`, to a word. */
function take(plan: MemoryPlan, circle: Circle, word: number, sign: 1 | -1): Code {
  const { values, repeat, offset, left } = circle;
  const first = values[0] as number;
  const step = values.every((v) => v === first)
    ? add(word, sign * first)
    : sequence(
        add(word, i32.load(get(offset), plan.place(sign === 1 ? values : values.map((v) => -v)))),
        add(offset, 4),
        when(i32.eq(get(offset), i32.const(4 * values.length)), put(offset, i32.const(0))),
      );
  if (repeat === 1) return step;
  return sequence(add(left, -1), when(i32.eqz(get(left)), sequence(put(left, i32.const(repeat)), step)));
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
function emitStage(stage: Stage, { held, wait, sent }: StageCells, { push, word }: Scratch): Code {
  if (stage.kind === 'delay') {
    const entered = i32.or(i32.shl(get(held), i32.const(1)), push.get);
    return sequence(
      word.set(entered),
      put(held, i32.and(word.get, i32.const((2 ** stage.cycles - 1) | 0))),
      push.set(i32.and(i32.shrUnsigned(word.get, i32.const(stage.cycles)), i32.const(1))),
    );
  }
  const holds = i32.gt(get(held), i32.const(0));
  const paced = stage.cycles > 1;
  const roundEnds = when(
    i32.eq(get(sent), i32.const(stage.round)),
    sequence(put(sent, i32.const(0)), put(held, i32.const(0))),
  );
  return sequence(
    word.set(paced ? i32.and(holds, i32.eqz(get(wait))) : holds),
    when(
      word.get,
      sequence(
        add(held, -1),
        paced ? put(wait, i32.const(stage.cycles - 1)) : [],
        isUneven(stage) ? sequence(add(sent, 1), roundEnds) : [],
      ),
      paced ? when(i32.gt(get(wait), i32.const(0)), add(wait, -1)) : undefined,
    ),
    when(push.get, put(held, i32.const(stage.beats))),
    push.set(word.get),
  );
}

/** Sets `push` to 1 if this cycle's issue emits. */
function emitEmission(plan: MemoryPlan, b: BlockPlan, { issues, push }: Scratch): Code {
  if (b.timing.emits === 'all') return push.set(issues.get);
  const { toEmission, gaps } = b;
  return when(
    issues.get,
    sequence(
      add(toEmission, -1),
      push.set(i32.eqz(get(toEmission))),
      when(push.get, take(plan, gaps, toEmission, 1)),
    ),
  );
}

const COUNT = i32.const(FIRED - 1);
const countOf = (s: StreamCells): Code => i32.and(get(s.count), COUNT);
const all = (conditions: readonly Code[]): Code => conditions.reduce((a, b) => i32.and(a, b));
const notNegative = (word: Code): Code => i32.ge(word, i32.const(0));

/**
 * One cycle of a block: handshakes of its inputs, then its clock edge.
 * @param record statements for a stream with a handshake; `busy`: whether to count the cycles that issue
 */
export function emitBlock(
  plan: MemoryPlan,
  b: BlockPlan,
  cells: BlockCells,
  streams: readonly StreamCells[],
  scratch: Scratch,
  record: { fire(s: StreamCells): Code; offer(s: StreamCells): Code; readonly busy: boolean },
): Code {
  const { timing, credit, space } = b;
  const { intake } = timing;
  const { open, issues, fires, push } = scratch;
  const inputs = b.block.inputs.map((s) => streams[s]);
  const outputs = b.block.outputs.map((s) => streams[s]);

  // Nobody has touched the counts of the inputs in this cycle, so they are without FIRED.
  const offered = all(inputs.map((s) => i32.gt(get(s.count), i32.const(0))));
  const isOpen = all(outputs.map((s) => i32.lt(countOf(s), i32.const(2))));
  const decide =
    intake.kind === 'direct'
      ? sequence(fires.set(i32.and(offered, open.get)), issues.set(fires.get))
      : sequence(
          issues.set(i32.and(open.get, notNegative(get(credit)))),
          fires.set(
            i32.and(offered, notNegative(intake.forwards ? i32.add(get(space), issues.get) : get(space))),
          ),
        );
  const stages = sequence(
    emitEmission(plan, b, scratch),
    ...timing.stages.map((stage, i) => emitStage(stage, b.stages[i], scratch)),
  );
  // What has been taken is marked in FIRED.
  const send = outputs.map((s) =>
    sequence(
      record.offer(s),
      put(
        s.count,
        i32.sub(i32.add(countOf(s), push.get), i32.shrUnsigned(get(s.count), i32.const(Math.log2(FIRED)))),
      ),
    ),
  );
  const issue =
    intake.kind === 'direct'
      ? []
      : when(issues.get, sequence(add(space, 1), take(plan, b.needs, credit, -1)));
  const store = intake.kind === 'direct' ? [] : sequence(add(credit, 1), take(plan, b.rooms, space, -1));
  // `credit` is the level before this cycle, less 1; the beat that comes needs a place of its own.
  const places = i32.add(get(credit), i32.const(2));
  const queue = isQueue(timing)
    ? when(
        fires.get,
        when(i32.gt(places, get(cells.peak)), put(cells.peak, places)),
        add(cells.refused, offered),
      )
    : [];
  const takeInputs = inputs.map((s) =>
    sequence(put(s.count, i32.or(get(s.count), i32.const(FIRED))), record.fire(s)),
  );
  return sequence(
    open.set(isOpen),
    decide,
    record.busy ? add(cells.busy, issues.get) : [],
    push.set(i32.const(0)),
    when(open.get, stages, add(cells.blocked, 1)),
    ...send,
    queue,
    issue,
    when(fires.get, sequence(...takeInputs, store)),
  );
}
