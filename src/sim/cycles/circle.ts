/** Patterns that repeat for ever, as code of the cycle program: tables of numbers in a circle, and marks on some issues. */
import { assertInternal } from '../../diagnostics.js';
import type { Issues } from '../../ir/block-timing.js';
import { type Code, sequence } from '../wasm/encode.js';
import type { MemoryPlan } from '../wasm/memory-plan.js';
import { i32, when } from '../wasm/ops.js';
import { add, get, put } from './cells.js';

/** Numbers taken in a circle, each for `repeat` steps (only its last step takes it; the others take 0). */
export interface Circle {
  readonly values: Int32Array;
  readonly repeat: number;
  /** State: byte offset of the present number, and steps left in it. */
  readonly offset: number;
  readonly left: number;
}

export function planCircle(plan: MemoryPlan, values: Int32Array, repeat = 1): Circle {
  return { values, repeat, offset: plan.word(), left: repeat > 1 ? plan.word(repeat) : 0 };
}

/** Growth from each entry to the next; the last one grows to the first of the next period, `period` further on. */
export function growth(entries: number, value: (step: number) => number, period: number): Int32Array {
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

/** Adds the circle's next number, times `sign`, to a word. */
export function take(plan: MemoryPlan, circle: Circle, word: number, sign: 1 | -1): Code {
  const { values, repeat, offset, left } = circle;
  const first = values[0];
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

/** Some of the issues of a period. State: issues to the next of them, that one included. */
export interface Marks {
  readonly toNext: number;
  readonly gaps: Circle;
}

/** Null where every issue is one of them. */
export function planMarks(plan: MemoryPlan, among: Issues, issues: number, name: string): Marks | null {
  if (among === 'all') return null;
  const at: number[] = [];
  for (let i = 0; i < issues; i++) if (among(i)) at.push(i);
  assertInternal(at.length > 0, 'no issue is among those that emit, or that take a beat', name);
  if (at.length === issues) return null;
  const gaps = planCircle(
    plan,
    growth(at.length, (i) => at[i], issues),
  );
  return { toNext: plan.word(at[0] + 1), gaps };
}

/** Whether the next issue is one of them. */
export const isMarked = (marks: Marks): Code => i32.eq(get(marks.toNext), i32.const(1));

/** Statements of an issue; `marked` are those of a marked one. */
export const countIssue = (plan: MemoryPlan, { toNext, gaps }: Marks, marked: Code = []): Code =>
  sequence(add(toNext, -1), when(i32.eqz(get(toNext)), sequence(marked, take(plan, gaps, toNext, 1))));
