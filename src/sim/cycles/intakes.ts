/**
 * Inputs of a block as code of the cycle program. Both conditions of a buffered input are kept as credits, stored beats
 * minus needed ones and issues minus room waited for, so that a cycle tests two signs.
 */
import { assertInternal } from '../../diagnostics.js';
import type { BlockTiming, BufferedIntake } from '../../ir/block-timing.js';
import { type Code, type Local, sequence } from '../wasm/encode.js';
import type { MemoryPlan } from '../wasm/memory-plan.js';
import { i32 } from '../wasm/ops.js';
import { add, get, type StreamCells } from './cells.js';
import {
  type Circle,
  countIssue,
  growth,
  isMarked,
  type Marks,
  planCircle,
  planMarks,
  take,
} from './circle.js';

/** An input as laid out in memory. */
export type IntakePlan =
  /** `marks`: issues that take a beat; null for all. */
  { readonly kind: 'direct'; readonly marks: Marks | null } | BufferedPlan;

export interface BufferedPlan {
  readonly kind: 'buffered';
  readonly intake: BufferedIntake;
  /** An issue may be made when `credit` >= 0, a beat stored when `space` >= 0. */
  readonly credit: number;
  readonly space: number;
  /** What an issue takes from `credit`, and a beat from `space`. */
  readonly needs: Circle;
  readonly rooms: Circle;
}

export function planIntakes(plan: MemoryPlan, timing: BlockTiming, name: string): IntakePlan[] {
  const { issues } = timing;
  return timing.intakes.map((intake): IntakePlan => {
    if (intake.kind === 'direct')
      return { kind: 'direct', marks: planMarks(plan, intake.takes, issues, name) };
    const { beats, need, room, issuesPerStep, beatsPerStep } = intake;
    assertInternal(issues % issuesPerStep === 0 && beats % beatsPerStep === 0, 'part of a step', name);
    return {
      kind: 'buffered',
      intake,
      credit: plan.word(-need(0)),
      space: plan.word(-room(0)),
      needs: planCircle(plan, growth(issues / issuesPerStep, need, beats), issuesPerStep),
      rooms: planCircle(plan, growth(beats / beatsPerStep, room, issues), beatsPerStep),
    };
  });
}

// Nobody has touched the counts of the inputs in this cycle, so they are without the mark of a handshake.
export const isOffered = (s: StreamCells): Code => i32.gt(get(s.count), i32.const(0));
const notNegative = (word: Code): Code => i32.ge(word, i32.const(0));

/** What an issue waits for at this input. */
export function lets(p: IntakePlan, s: StreamCells): Code {
  if (p.kind === 'buffered') return notNegative(get(p.credit));
  return p.marks ? i32.or(isOffered(s), i32.eqz(isMarked(p.marks))) : isOffered(s);
}

/** Whether the input is taken in this cycle; `issues` says whether the block issues. */
export function isTaken(p: IntakePlan, s: StreamCells, issues: Local): Code {
  if (p.kind === 'direct') return p.marks ? i32.and(issues.get, isMarked(p.marks)) : issues.get;
  const space = p.intake.forwards ? i32.add(get(p.space), issues.get) : get(p.space);
  return i32.and(isOffered(s), notNegative(space));
}

/** Statements of an issue, and of a beat that is taken. */
export function onIssue(plan: MemoryPlan, p: IntakePlan): Code {
  if (p.kind === 'direct') return p.marks ? countIssue(plan, p.marks) : [];
  return sequence(add(p.space, 1), take(plan, p.needs, p.credit, -1));
}
export const onTaken = (plan: MemoryPlan, p: IntakePlan): Code =>
  p.kind === 'direct' ? [] : sequence(add(p.credit, 1), take(plan, p.rooms, p.space, -1));
