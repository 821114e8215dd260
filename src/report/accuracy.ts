/** Float golden against integer reference over a set of images: top-1 of both, agreement, SQNR per layer. */

export interface LayerSqnr {
  readonly tensor: string;
  /** Signal to quantization noise in dB: 10 log10(Σ float² / Σ (float - integer)²); Infinity when equal. */
  readonly sqnrDb: number;
}

export interface AccuracyReport {
  readonly images: number;
  /** Images with a label; top-1 is of these. */
  readonly labelled: number;
  /** Fractions 0..1; null without labels. */
  readonly floatTop1: number | null;
  readonly integerTop1: number | null;
  /** Fraction of all images on which both name the same class. */
  readonly agreement: number;
  /** How many different classes the integers answered; one for many images is a sign of wrong preprocessing. */
  readonly answers: number;
  /** Share of images with every integer of every output as the golden has it; absent where it has no integers. */
  readonly equal?: number;
  /** What the golden is, in words. */
  readonly golden?: string;
  /** Of labelled images: how many each class has, how many of those the integers name rightly, how often they name it at all. */
  readonly classes?: readonly ClassCount[];
  readonly layers: readonly LayerSqnr[];
}

export interface ClassCount {
  readonly class: number;
  readonly images: number;
  readonly right: number;
  readonly answered: number;
}

/** First index of the largest value. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** Collects images one by one. */
export class AccuracyMeter {
  private images = 0;
  private labelled = 0;
  private floatRight = 0;
  private integerRight = 0;
  private agreed = 0;
  private compared = 0;
  private equal = 0;
  private readonly answers = new Set<number>();
  private readonly byClass = new Map<number, { images: number; right: number; answered: number }>();
  private readonly power = new Map<string, { signal: number; noise: number }>();

  /** Class indices; `label` is null where the source has none. */
  add(label: number | null, floatClass: number, integerClass: number): void {
    this.images++;
    this.answers.add(integerClass);
    if (floatClass === integerClass) this.agreed++;
    if (label === null) return;
    this.labelled++;
    if (floatClass === label) this.floatRight++;
    if (integerClass === label) this.integerRight++;
    const mine = this.countOf(label);
    mine.images++;
    if (integerClass === label) mine.right++;
    this.countOf(integerClass).answered++;
  }

  private countOf(index: number): { images: number; right: number; answered: number } {
    const count = this.byClass.get(index) ?? { images: 0, right: 0, answered: 0 };
    this.byClass.set(index, count);
    return count;
  }

  /** Whether all outputs of one image are the golden's. */
  addEquality(isEqual: boolean): void {
    this.compared++;
    if (isEqual) this.equal++;
  }

  /** One tensor of one image, as reals of both sides in the same order. */
  addTensor(tensor: string, golden: ArrayLike<number>, integer: ArrayLike<number>): void {
    const p = this.power.get(tensor) ?? { signal: 0, noise: 0 };
    this.power.set(tensor, p);
    for (let i = 0; i < golden.length; i++) {
      const g = golden[i];
      p.signal += g * g;
      p.noise += (g - integer[i]) ** 2;
    }
  }

  private classCounts(): ClassCount[] {
    return [...this.byClass].sort(([a], [b]) => a - b).map(([index, count]) => ({ class: index, ...count }));
  }

  report(): AccuracyReport {
    const part = (count: number) => (this.labelled === 0 ? null : count / this.labelled);
    return {
      images: this.images,
      labelled: this.labelled,
      floatTop1: part(this.floatRight),
      integerTop1: part(this.integerRight),
      agreement: this.images === 0 ? 0 : this.agreed / this.images,
      answers: this.answers.size,
      ...(this.byClass.size > 0 ? { classes: this.classCounts() } : {}),
      ...(this.compared > 0 ? { equal: this.equal / this.compared } : {}),
      layers: [...this.power].map(([tensor, p]) => ({ tensor, sqnrDb: 10 * Math.log10(p.signal / p.noise) })),
    };
  }
}
