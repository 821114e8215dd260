/**
 * The world around the accelerator: a source and a sink that may stall. The generated testbenches implement the
 * same protocol from the same seeds, so simulator and RTL see the same stalls in the same cycles.
 *
 * Per cycle, counted from the first clock edge without reset: each side draws one xorshift32 number; its low byte
 * below the threshold means "pause". The source offers the next beat unless it pauses, and once it offers it holds
 * until the handshake. The sink is ready unless it pauses. Every end has a generator of its own.
 */

/** Pause probabilities in 1/256; 0 never pauses. */
export interface StallPattern {
  readonly seed: number;
  /** Of every input and of every output, unless the lists say otherwise for one. */
  readonly input: number;
  readonly output: number;
  readonly inputs?: readonly (number | undefined)[];
  readonly outputs?: readonly (number | undefined)[];
}

/** Whether no end ever pauses. */
export const isSteady = (s: StallPattern): boolean =>
  [s.input, s.output, ...(s.inputs ?? []), ...(s.outputs ?? [])].every((t) => (t ?? 0) === 0);

export const NO_STALLS: StallPattern = { seed: 1, input: 0, output: 0 };

/** Pattern that `--backpressure SEED` stands for: both ends pause, how often depends on the seed. */
export const stallsFromSeed = (seed: number): StallPattern => ({
  seed,
  input: 32 + ((seed * 53) % 128),
  output: 32 + ((seed * 91) % 128),
});

/** Nonzero start states of the generators of the `end`th input and output. */
function generatorSeeds(seed: number, end = 0): { readonly input: number; readonly output: number } {
  const mix = (v: number): number => {
    let x = Math.imul(v ^ (v >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return (x ^ (x >>> 16)) >>> 0 || 1;
  };
  const own = seed + 1_000_003 * end;
  return { input: mix(2 * own + 1), output: mix(2 * own + 2) };
}

/** How the `end`th input or output pauses. */
export function pauseOf(
  stalls: StallPattern,
  direction: 'in' | 'out',
  end: number,
): { readonly seed: number; readonly threshold: number } {
  const { input, output } = generatorSeeds(stalls.seed, end);
  return direction === 'in'
    ? { seed: input, threshold: stalls.inputs?.[end] ?? stalls.input }
    : { seed: output, threshold: stalls.outputs?.[end] ?? stalls.output };
}

/** Marsaglia's xorshift32 (J. Statistical Software 8(14), 2003), shifts 13, 17, 5. */
export class PauseGenerator {
  private state: number;

  constructor(
    seed: number,
    private readonly threshold: number,
  ) {
    this.state = seed | 0;
  }

  /** Draws this cycle's number; true means pause. */
  next(): boolean {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return (x & 0xff) < this.threshold;
  }
}
