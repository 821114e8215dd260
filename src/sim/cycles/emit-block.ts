/** Code of one block for one cycle, from its declared timing: handshakes of its inputs, then its clock edge. */
import { assertInternal } from '../../diagnostics.js';
import { type BlockTiming, isQueue, LONGEST_DELAY } from '../../ir/block-timing.js';
import type { Block } from '../../ir/hardware.js';
import { type Code, type Local, sequence } from '../wasm/encode.js';
import type { MemoryPlan } from '../wasm/memory-plan.js';
import { i32, when } from '../wasm/ops.js';
import { add, FIRED, get, put, type StreamCells } from './cells.js';
import { countIssue, type Marks, planMarks } from './circle.js';
import {
  type BufferedPlan,
  type IntakePlan,
  isOffered,
  isTaken,
  lets,
  onIssue,
  onTaken,
  planIntakes,
} from './intakes.js';
import { emitStage, merged, planStage, type StageCells } from './stages.js';

/** A block as laid out in memory. */
export interface BlockPlan {
  readonly block: Block;
  readonly timing: BlockTiming;
  readonly intakes: readonly IntakePlan[];
  readonly stages: readonly StageCells[];
  /** Issues that emit; null for all. */
  readonly emissions: Marks | null;
  /** The input of a FIFO. */
  readonly queue: BufferedPlan | null;
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

/** State of a block, with its initial values. */
export function planBlock(plan: MemoryPlan, block: Block, declared: BlockTiming): BlockPlan {
  const timing = { ...declared, stages: merged(declared.stages) };
  const { intakes, issues, emits, stages } = timing;
  assertInternal(intakes.length === block.inputs.length, 'an intake for every input', block.name);
  assertInternal(
    stages.every((s) => s.kind === 'serialize' || (s.cycles >= 1 && s.cycles <= LONGEST_DELAY)),
    `a delay outside 1..${LONGEST_DELAY} cycles`,
    block.name,
  );
  const plans = planIntakes(plan, timing, block.name);
  return {
    block,
    timing,
    intakes: plans,
    stages: stages.map((s) => planStage(plan, s)),
    emissions: planMarks(plan, emits, issues, block.name),
    queue: isQueue(timing) ? (plans[0] as BufferedPlan) : null,
  };
}

/** Scratch variables that the blocks of one function share. */
export interface Scratch {
  readonly open: Local;
  readonly issues: Local;
  readonly push: Local;
  readonly word: Local;
  /** Whether each input is taken; as many as the block with the most inputs has. */
  readonly taken: readonly Local[];
}

const COUNT = i32.const(FIRED - 1);
const countOf = (s: StreamCells): Code => i32.and(get(s.count), COUNT);
const all = (conditions: readonly Code[]): Code => conditions.reduce((a, b) => i32.and(a, b));

/** Statements before `issue` and `store` move the credit: a FIFO's level is the credit before this cycle, plus 1. */
function recordQueue({ credit }: BufferedPlan, cells: BlockCells, input: StreamCells, taken: Local): Code {
  // The beat that comes needs a place of its own.
  const places = i32.add(get(credit), i32.const(2));
  return when(
    taken.get,
    when(i32.gt(places, get(cells.peak)), put(cells.peak, places)),
    add(cells.refused, isOffered(input)),
  );
}

/**
 * One cycle of a block.
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
  const { open, issues, push } = scratch;
  const inputs = b.block.inputs.map((s, i) => ({ stream: streams[s], intake: b.intakes[i] }));
  const outputs = b.block.outputs.map((s) => streams[s]);
  // An input of which every issue takes a beat needs no variable of its own.
  const takenOf = inputs.map(({ intake }, i) =>
    intake.kind === 'direct' && !intake.marks ? issues : scratch.taken[i],
  );

  const emission = b.emissions
    ? when(issues.get, countIssue(plan, b.emissions, push.set(i32.const(1))))
    : push.set(issues.get);
  const stages = sequence(emission, ...b.timing.stages.map((s, i) => emitStage(s, b.stages[i], scratch)));
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
  const takes = inputs.map(({ stream, intake }, i) =>
    when(
      takenOf[i].get,
      sequence(
        put(stream.count, i32.or(get(stream.count), i32.const(FIRED))),
        record.fire(stream),
        onTaken(plan, intake),
      ),
    ),
  );
  return sequence(
    open.set(all(outputs.map((s) => i32.lt(countOf(s), i32.const(2))))),
    issues.set(all([open.get, ...inputs.map(({ stream, intake }) => lets(intake, stream))])),
    ...inputs.map(({ stream, intake }, i) =>
      takenOf[i] === issues ? [] : takenOf[i].set(isTaken(intake, stream, issues)),
    ),
    record.busy ? add(cells.busy, issues.get) : [],
    push.set(i32.const(0)),
    when(open.get, stages, add(cells.blocked, 1)),
    ...send,
    b.queue ? recordQueue(b.queue, cells, inputs[0].stream, scratch.taken[0]) : [],
    inputs.some(({ intake }) => intake.kind === 'buffered' || intake.marks)
      ? when(issues.get, sequence(...inputs.map(({ intake }) => onIssue(plan, intake))))
      : [],
    ...takes,
  );
}
