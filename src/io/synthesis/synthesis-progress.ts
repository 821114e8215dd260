/** How far a synthesis of many blocks is: what is done by its weight, what runs by the time that such weight took so far. */

export interface SynthesisProgress {
  /** Different blocks that Yosys has to see, and how many of them are through. */
  readonly blocks: number;
  readonly finished: number;
  /** Largest block of each batch that runs. */
  readonly running: readonly string[];
  /** Share of the work, 0..1, as of now. */
  share(): number;
}

/** Seconds per unit of weight before the first batch has said better: an expected LUT of xc7 on a common machine. */
const FIRST_GUESS = 0.015;
/** A batch that runs is never said to be done. */
const NEARLY = 0.95;

interface Batch {
  readonly name: string;
  readonly blocks: number;
  readonly weight: number;
}

interface Running extends Batch {
  readonly since: number;
}

export class SynthesisMeter implements SynthesisProgress {
  finished = 0;
  private doneWeight = 0;
  private spent = { seconds: 0, weight: 0 };
  private readonly open = new Set<Running>();

  /** @param now seconds */
  constructor(
    readonly blocks: number,
    private readonly totalWeight: number,
    private readonly now: () => number = () => performance.now() / 1000,
  ) {}

  get running(): readonly string[] {
    return [...this.open].map((b) => b.name);
  }

  /** @returns to be called at the batch's end, with whether its blocks are settled */
  start(batch: Batch): (settled: boolean) => void {
    const running: Running = { ...batch, since: this.now() };
    this.open.add(running);
    return (settled) => {
      this.open.delete(running);
      if (!settled) return;
      this.finished += batch.blocks;
      this.doneWeight += batch.weight;
      this.spent.seconds += this.now() - running.since;
      this.spent.weight += batch.weight;
    };
  }

  share(): number {
    if (this.totalWeight === 0) return 1;
    const rate = this.spent.weight > 0 ? this.spent.seconds / this.spent.weight : FIRST_GUESS;
    let weight = this.doneWeight;
    for (const b of this.open) weight += Math.min(NEARLY * b.weight, (this.now() - b.since) / rate);
    return weight / this.totalWeight;
  }
}
