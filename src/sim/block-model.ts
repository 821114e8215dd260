/**
 * A block's timing, interpreted a cycle at a time: what its declaration (`ir/block-timing.ts`) means. The reference engine
 * runs on these; the fast engine is compiled from the same declaration, and tests hold the two together.
 *
 * In every cycle all blocks `plan`, then all `commit`. Both see only registered state: `valid[s]` is the producer's
 * tvalid, `fire[s]` the handshake of this cycle.
 */
import {
  type BlockTiming,
  type BufferedIntake,
  type DirectIntake,
  isAmong,
  type SerializeStage,
} from '../ir/block-timing.js';

/** State of one input. Counts go up for ever: a period's conditions are moved on by whole periods. */
interface DirectState {
  readonly stream: number;
  readonly intake: DirectIntake;
}
interface BufferedState {
  readonly stream: number;
  readonly intake: BufferedIntake;
  stored: number;
  /** Beats that the next issue waits for, and issues that the next beat waits for. */
  needed: number;
  wanted: number;
}

/** What moves an emission on by a cycle: takes 0 or 1, gives 0 or 1. */
type StageModel = (push: number) => number;

function delayModel(cycles: number): StageModel {
  const mask = 2 ** cycles - 1;
  let bits = 0;
  return (push) => {
    const last = (bits >>> (cycles - 1)) & 1;
    bits = ((bits << 1) | push) & mask;
    return last;
  };
}

function serializeModel({ beats, cycles, round }: SerializeStage): StageModel {
  let held = 0;
  let wait = 0;
  let sent = 0;
  return (push) => {
    const sends = held > 0 && wait === 0;
    if (sends) {
      sent = (sent + 1) % round;
      held = sent === 0 ? 0 : held - 1;
      wait = cycles - 1;
    } else if (wait > 0) wait--;
    if (push) held = beats;
    return sends ? 1 : 0;
  };
}

export class BlockModel {
  /** Places that a FIFO has needed: a beat needs one beside those before it, even if one leaves in the same cycle. */
  peakLevel = 0;
  private readonly direct: readonly DirectState[];
  private readonly buffered: readonly BufferedState[];
  private readonly stages: readonly StageModel[];
  /** Beats in each output FIFO. */
  private readonly counts: number[];
  /** No output FIFO is full. */
  private open = true;
  private issued = 0;
  /** Of the period. */
  private issue = 0;
  /** What the last `plan` found: producers may have moved on when this block commits. */
  private issuing = false;

  /** @param inputs, outputs: streams, as indices into `valid` and `fire` */
  constructor(
    private readonly timing: BlockTiming,
    inputs: readonly number[],
    private readonly outputs: readonly number[],
  ) {
    if (timing.intakes.length !== inputs.length) throw new Error('an intake for every input');
    const all = inputs.map((stream, i) => ({ stream, intake: timing.intakes[i] }));
    this.direct = all.filter((s): s is DirectState => s.intake.kind === 'direct');
    this.buffered = all.flatMap(({ stream, intake }) => {
      if (intake.kind === 'direct') return [];
      return [{ stream, intake, stored: 0, needed: intake.need(0), wanted: intake.room(0) }];
    });
    this.stages = timing.stages.map((s) => (s.kind === 'delay' ? delayModel(s.cycles) : serializeModel(s)));
    this.counts = outputs.map(() => 0);
  }

  private takes({ intake }: DirectState): boolean {
    return isAmong(intake.takes, this.issue);
  }

  /** Whether this cycle issues, `offered` being offered too. */
  private issues(valid: Uint8Array, offered = -1): boolean {
    if (!this.open) return false;
    for (const s of this.buffered) if (s.stored < s.needed) return false;
    for (const s of this.direct) if (!valid[s.stream] && s.stream !== offered && this.takes(s)) return false;
    return true;
  }

  private hasRoom(s: BufferedState, issues: boolean): boolean {
    return this.issued + (s.intake.forwards && issues ? 1 : 0) >= s.wanted;
  }

  /** What this cycle is to the block; asked before the clock edge. */
  activity(valid: Uint8Array): 'busy' | 'blocked' | 'starved' {
    if (!this.open) return 'blocked';
    return this.issues(valid) ? 'busy' : 'starved';
  }

  /** Whether input `stream` is taken if it is offered, all else as it is. */
  ready(stream: number, valid: Uint8Array): boolean {
    const issues = this.issues(valid, stream);
    const direct = this.direct.find((s) => s.stream === stream);
    if (direct) return issues && this.takes(direct);
    const buffered = this.buffered.find((s) => s.stream === stream);
    return buffered !== undefined && this.hasRoom(buffered, issues);
  }

  /** Sets `fire` of each of the block's inputs to 0 or 1. */
  plan(valid: Uint8Array, fire: Uint8Array): void {
    const issues = this.issues(valid);
    this.issuing = issues;
    for (const s of this.direct) fire[s.stream] = issues && this.takes(s) ? 1 : 0;
    for (const s of this.buffered) fire[s.stream] = valid[s.stream] && this.hasRoom(s, issues) ? 1 : 0;
  }

  /** Moves state over the clock edge, as `plan` has found it, and sets `valid` of each of the block's outputs. */
  commit(valid: Uint8Array, fire: Uint8Array): void {
    const { counts, outputs, issuing } = this;
    let push = issuing && isAmong(this.timing.emits, this.issue) ? 1 : 0;
    if (this.open) for (const stage of this.stages) push = stage(push);
    for (const s of this.buffered) if (fire[s.stream]) this.store(s);
    if (issuing) this.moveOn();
    this.open = true;
    for (let i = 0; i < outputs.length; i++) {
      const count = counts[i] + push - fire[outputs[i]];
      counts[i] = count;
      valid[outputs[i]] = count > 0 ? 1 : 0;
      if (count >= 2) this.open = false;
    }
  }

  private store(s: BufferedState): void {
    this.peakLevel = Math.max(this.peakLevel, s.stored - this.issued + 1);
    s.stored++;
    const { beats, beatsPerStep, room } = s.intake;
    if (s.stored % beatsPerStep !== 0) return;
    const period = Math.floor(s.stored / beats);
    s.wanted = period * this.timing.issues + room((s.stored % beats) / beatsPerStep);
  }

  /** After an issue. */
  private moveOn(): void {
    this.issued++;
    if (++this.issue === this.timing.issues) this.issue = 0;
    for (const s of this.buffered) {
      const { beats, issuesPerStep, need } = s.intake;
      if (this.issue % issuesPerStep !== 0) continue;
      const period = (this.issued - this.issue) / this.timing.issues;
      s.needed = period * beats + need(this.issue / issuesPerStep);
    }
  }
}
