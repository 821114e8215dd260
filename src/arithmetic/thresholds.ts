/** A function of an integer that never falls, as its steps: what a proof of equality has to look at. */

/** Smallest argument of every value but the first: `from[i]` is the first whose value is at least `first + 1 + i`. */
export interface Steps {
  readonly lo: number;
  readonly hi: number;
  /** Values at the ends. */
  readonly first: number;
  readonly last: number;
  readonly from: Float64Array;
}

/** Steps over lo..hi, by halving. */
export function stepsOf(f: (v: number) => number, lo: number, hi: number): Steps {
  const [first, last] = [f(lo), f(hi)];
  const from = new Float64Array(Math.max(0, last - first));
  // All values above `below` and at most `upTo` are first taken within (a, b].
  const search = (a: number, below: number, b: number, upTo: number): void => {
    if (below === upTo) return;
    if (b - a === 1) {
      from.fill(b, below - first, upTo - first);
      return;
    }
    const middle = Math.floor((a + b) / 2);
    const value = f(middle);
    search(a, below, middle, value);
    search(middle, value, b, upTo);
  };
  search(lo, first, hi, last);
  return { lo, hi, first, last, from };
}

/** Arguments at which two functions may differ most: the ends, and both sides of every step of either. */
function* tellingArguments(...all: readonly Steps[]): Generator<number> {
  for (const { lo, hi, from } of all) {
    yield lo;
    yield hi;
    for (const v of from) {
      yield v;
      yield v - 1;
    }
  }
}

/** Largest difference of two such functions over lo..hi; 0 is a proof that they are equal there. */
export function largestDifference(
  f: (v: number) => number,
  g: (v: number) => number,
  lo: number,
  hi: number,
  steps = stepsOf(f, lo, hi),
): number {
  let largest = 0;
  for (const v of tellingArguments(steps, stepsOf(g, lo, hi))) {
    if (v >= lo && v <= hi) largest = Math.max(largest, Math.abs(f(v) - g(v)));
  }
  return largest;
}
