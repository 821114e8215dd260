/**
 * When a block takes beats, works and sends beats, as data: the one description of a kind's timing. The reference engine
 * interprets it (`sim/block-model.ts`), the fast one compiles it (`sim/cycles/compile-cycles.ts`), and RTL tests hold the
 * fast one to the RTL.
 *
 * A block issues at most once a cycle and repeats one pattern of `issues` issues for ever. Some issues emit: what they
 * emit passes the stages and enters all output FIFOs (two beats each; what enters in one cycle is offered in the
 * next). While an output FIFO holds two beats nothing issues and all stages stand still.
 *
 * An issue waits for every input: each has an intake of its own, at its own rate, and all of them repeat with the
 * pattern of issues. All conditions see the state before the cycle.
 */
export interface BlockTiming {
  /** In the order of the block's inputs. */
  readonly intakes: readonly Intake[];
  /** Issues in one period. */
  readonly issues: number;
  /** Whether issue 0..issues-1 emits; `'all'` where every one does. */
  readonly emits: Issues;
  /** In the order in which an emission passes them; none: the beat enters the output FIFOs in the cycle of its issue. */
  readonly stages: readonly Stage[];
}

/** Some issues of a period, at least one of them. */
export type Issues = 'all' | ((issue: number) => boolean);

export type Intake = DirectIntake | BufferedIntake;

/**
 * Beats pass through: the issues named in `takes` take one each in their own cycle, so they wait for it to be offered.
 * A join takes from all its inputs at once, a concatenation from one after the other.
 */
export interface DirectIntake {
  readonly kind: 'direct';
  readonly takes: Issues;
}

/** Beats are stored before they are used; both sides count from the start of the period. */
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
  /** A FIFO: `beats` and `issues` are 1, the room is 1 - depth, and it is the block's only input. */
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

/** Cycles of the longest delay stage. */
export const LONGEST_DELAY = 31;

export const delay = (cycles: number): Stage => ({ kind: 'delay', cycles });

export const serialize = (beats: number, cycles = 1, round = beats): Stage => ({
  kind: 'serialize',
  beats,
  cycles,
  round,
});

/** An input of which every issue takes a beat. */
export const DIRECT: DirectIntake = { kind: 'direct', takes: 'all' };

/** Whether issue 0..issues-1 is one of them. */
export const isAmong = (issues: Issues, issue: number): boolean => issues === 'all' || issues(issue);

/** Whether the block is a FIFO: beats come in and go out one by one, and its fullest level is worth recording. */
export const isQueue = (t: BlockTiming): boolean => {
  const [only] = t.intakes;
  return t.intakes.length === 1 && only.kind === 'buffered' && only.queue === true;
};
