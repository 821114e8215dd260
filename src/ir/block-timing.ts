/**
 * When a block takes beats, works and sends beats, as data. The compiled cycle engine (`sim/cycles/compile-cycles.ts`) turns
 * this into code; a kind's stepping model says the same as a program, and tests hold the two together.
 *
 * A block issues at most once a cycle and repeats one pattern of `issues` issues for ever. Some issues emit: what they
 * emit passes the stages and enters the output FIFOs (two beats each; what enters in one cycle is offered in the
 * next). While an output FIFO holds two beats nothing issues and all stages stand still.
 */
export interface BlockTiming {
  readonly intake: Intake;
  /** Issues in one period. */
  readonly issues: number;
  /** Whether issue 0..issues-1 emits; `'all'` where every one does. */
  readonly emits: 'all' | ((issue: number) => boolean);
  /** In the order in which an emission passes them; none: the beat enters the output FIFOs in the cycle of its issue. */
  readonly stages: readonly Stage[];
}

/**
 * `direct`: an issue takes one beat of every input in its own cycle, so it waits for all of them.
 *
 * `buffered`: beats of the one input are stored first. Both sides count from the start of a period, in which `beats`
 * beats arrive and `issues` issues are made; all conditions see the state before the cycle.
 */
export type Intake = { readonly kind: 'direct' } | BufferedIntake;

export interface BufferedIntake {
  readonly kind: 'buffered';
  /** Beats that arrive in one period. */
  readonly beats: number;
  /** An issue waits until `need` beats of its period have been stored; asked once per `issuesPerStep` issues. */
  readonly need: (step: number) => number;
  readonly issuesPerStep: number;
  /**
   * A beat waits until `room` issues of its period have been made; a negative number speaks of issues before the
   * period: -1 is met when all but one of them have been made. Asked once per `beatsPerStep` beats.
   */
  readonly room: (step: number) => number;
  readonly beatsPerStep: number;
  /** A beat may use the room that an issue makes in the same cycle. */
  readonly forwards: boolean;
  /** A FIFO: `beats` and `issues` are 1, the room is 1 - depth. */
  readonly queue?: true;
}

/** A register that turns a result into beats, the first one in the next cycle. */
export interface SerializeStage {
  readonly kind: 'serialize';
  /** Beats of a result. */
  readonly beats: number;
  /** A beat every so many cycles. Results never come faster than `beats * cycles`. */
  readonly cycles: number;
  /** Beats of a round of results: the last result of a round gives only what is missing. A multiple of beats or not. */
  readonly round: number;
}

/** A delay of 1..31 cycles, or a serializer. */
export type Stage = { readonly kind: 'delay'; readonly cycles: number } | SerializeStage;

export const DIRECT: Intake = { kind: 'direct' };
export const delay = (cycles: number): Stage => ({ kind: 'delay', cycles });
/** Whether the block is a FIFO: beats come in and go out one by one, and its fullest level is worth recording. */
export const isQueue = (t: BlockTiming): boolean => t.intake.kind === 'buffered' && t.intake.queue === true;

export const serialize = (beats: number, cycles = 1, round = beats): Stage => ({
  kind: 'serialize',
  beats,
  cycles,
  round,
});
