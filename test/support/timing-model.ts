/** A block's declared timing, interpreted one cycle at a time: what the stepping model of its kind must agree with. */
import type { BlockTiming } from '../../src/ir/block-timing.js';

/** State of a serializer: beats left of the result, cycles until the next one may go, beats sent in this round. */
interface Serializer {
  held: number;
  wait: number;
  sent: number;
}

/** A stage's state is the bits of a delay line, or a serializer. */
export class TimingModel {
  private stored = 0;
  private issued = 0;
  private readonly stages: (Serializer | boolean[])[];
  private readonly counts: number[];

  constructor(
    private readonly timing: BlockTiming,
    inputs: number,
    outputs: number,
  ) {
    if (timing.intake.kind === 'buffered' && inputs !== 1) throw new Error('only one input can be buffered');
    this.stages = timing.stages.map((s) =>
      s.kind === 'delay' ? Array(s.cycles).fill(false) : { held: 0, wait: 0, sent: 0 },
    );
    this.counts = Array(outputs).fill(0);
  }

  /** Which outputs offer a beat. */
  get valid(): readonly boolean[] {
    return this.counts.map((c) => c > 0);
  }

  private get issues(): boolean {
    const { intake, issues } = this.timing;
    if (!this.counts.every((c) => c < 2) || intake.kind === 'direct') return false;
    const period = Math.floor(this.issued / issues);
    const need = intake.need(Math.floor((this.issued % issues) / intake.issuesPerStep));
    return this.stored >= period * intake.beats + need;
  }

  /** What this cycle is to the block, given whether its inputs offer a beat; asked before the clock edge. */
  activity(offered: boolean): 'busy' | 'blocked' | 'starved' {
    if (!this.counts.every((c) => c < 2)) return 'blocked';
    const issues = this.timing.intake.kind === 'direct' ? offered : this.issues;
    return issues ? 'busy' : 'starved';
  }

  /** Whether the input is ready. */
  get ready(): boolean {
    const { intake, issues } = this.timing;
    if (intake.kind === 'direct') return this.counts.every((c) => c < 2);
    const period = Math.floor(this.stored / intake.beats);
    const room = intake.room(Math.floor((this.stored % intake.beats) / intake.beatsPerStep));
    const done = this.issued + (intake.forwards && this.issues ? 1 : 0);
    return done - period * issues >= room;
  }

  /** Clock edge: which inputs offer a beat, which outputs are taken. Returns whether the inputs were taken. */
  step(offered: boolean, taken: readonly boolean[]): boolean {
    const { timing } = this;
    const open = this.counts.every((c) => c < 2);
    const fires = offered && this.ready;
    const issues = timing.intake.kind === 'direct' ? fires : this.issues;
    let push = false;
    if (open) {
      push = issues && (timing.emits === 'all' || timing.emits(this.issued % timing.issues));
      timing.stages.forEach((s, i) => {
        if (s.kind === 'delay') {
          const line = this.stages[i] as boolean[];
          line.push(push);
          push = line.shift() as boolean;
        } else {
          const state = this.stages[i] as Serializer;
          const sends = state.held > 0 && state.wait === 0;
          if (sends) {
            state.sent = (state.sent + 1) % s.round;
            state.held = state.sent === 0 ? 0 : state.held - 1;
            state.wait = s.cycles - 1;
          } else if (state.wait > 0) state.wait--;
          if (push) state.held = s.beats;
          push = sends;
        }
      });
    }
    if (issues) this.issued++;
    if (fires) this.stored++;
    this.counts.forEach((_, i) => {
      this.counts[i] += (push ? 1 : 0) - (taken[i] ? 1 : 0);
    });
    return fires;
  }
}
