/** Stages between an emission and the output FIFOs, as code of the cycle program. */
import { delay, LONGEST_DELAY, type SerializeStage, type Stage } from '../../ir/block-timing.js';
import { type Code, type Local, sequence } from '../wasm/encode.js';
import type { MemoryPlan } from '../wasm/memory-plan.js';
import { i32, when } from '../wasm/ops.js';
import { add, get, put } from './cells.js';

/** State of a stage. */
export interface StageCells {
  /** The bits of a delay, the beats left in a serializer. */
  readonly held: number;
  /** Cycles until a serializer's next beat, and its beats in this round; 0 where it never asks. */
  readonly wait: number;
  readonly sent: number;
}

/** Fewer stages of the same effect: handing out one beat is a delay of one, and delays add up. */
export function merged(stages: readonly Stage[]): Stage[] {
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

export const planStage = (plan: MemoryPlan, s: Stage): StageCells => ({
  held: plan.word(),
  wait: s.kind === 'serialize' && s.cycles > 1 ? plan.word() : 0,
  sent: s.kind === 'serialize' && isUneven(s) ? plan.word() : 0,
});

/** Scratch variables. */
export interface StageScratch {
  readonly push: Local;
  readonly word: Local;
}

/** Moves a stage on by a cycle; `push` holds what enters, then what leaves. */
export function emitStage(
  stage: Stage,
  { held, wait, sent }: StageCells,
  { push, word }: StageScratch,
): Code {
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
