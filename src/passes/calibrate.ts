/**
 * Calibration: the range of real values that a tensor takes over a set of images. Quantization turns ranges
 * into number formats; they are plain JSON, so that they can be kept beside a model.
 */
import { assertInternal, BlnetError } from '../diagnostics.js';
import { type Graph, type Shape, sizeOf } from '../ir/graph.js';
import { absorbActivation, formattedTensors } from './absorb-activation.js';

/**
 * `min-max` covers every value seen. `{ percentile: p }` covers p percent of them: half of the rest is cut off at
 * each end, as ONNX Runtime's percentile calibration does.
 */
export type CalibrationMethod = 'min-max' | { readonly percentile: number };

export interface Ranges {
  readonly method: CalibrationMethod;
  /** How many images were seen. */
  readonly images: number;
  /** Smallest and largest real value by tensor name. */
  readonly tensors: Readonly<Record<string, readonly [number, number]>>;
}

/** What runs the graph; `sim/float-executor.ts` is one. `visit` is called once per tensor and image. */
export interface TensorSource {
  run(image: Float32Array, visit: (tensor: string, values: Float32Array) => void): unknown;
}

const BINS = 8192;

/**
 * Copies values outside of from..to, and what is not a number; returns how many.
 * A function of its own: V8 leaves optimized code at every first step behind a long loop, so nothing comes behind it.
 */
function collectOutside(values: Float32Array, from: number, to: number, rest: Float32Array): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    if (!(v >= from && v <= to)) rest[count++] = v;
  }
  return count;
}

/** Bins by which rounding may place a value too high. */
const ROUNDING = 2 ** -39;

/**
 * Histogram over [-limit, limit) with limit a power of two: when a value falls outside, the limit doubles and
 * neighbouring bins merge. One pass over the images is enough and the order of the images does not matter; a
 * quantile is exact to one bin, at most 1/2048 of the largest magnitude.
 *
 * Where it is known how many values will come at most, only the ends of the histogram are counted: once more values lie
 * below some bin than a tail may ever hold, the quantile lies below it too, whatever else comes above.
 */
class Spread {
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  private limit = 0;
  private counts = new Float64Array(BINS);
  private total = 0;
  /** Values from..to can change nothing any more; empty at first. */
  private from = Number.POSITIVE_INFINITY;
  private to = Number.NEGATIVE_INFINITY;
  /** Values after which another look at that range is worth its time. */
  private nextLook = 0;
  /** Values of one tensor that may change something. */
  private static rest = new Float32Array(0);

  /**
   * @param tail share of the values that is cut off at each end; 0: none, and nothing is counted
   * @param most values that will come at most
   */
  constructor(
    private readonly tail: number,
    private readonly most: number,
  ) {}

  /** False when a value is not finite; the spread is of no use then. */
  include(values: Float32Array): boolean {
    const { from, to } = this;
    if (Spread.rest.length < values.length) Spread.rest = new Float32Array(values.length);
    const { rest } = Spread;
    const count = collectOutside(values, from, to, rest);
    this.total += values.length;
    if (count > 0) {
      if (!this.note(rest.subarray(0, count))) return false;
      if (this.tail > 0) this.count(rest.subarray(0, count));
    }
    if (this.total >= this.nextLook || this.tail === 0) this.look();
    return true;
  }

  private note(values: Float32Array): boolean {
    let min = this.min;
    let max = this.max;
    let zero = 0;
    for (let i = 0; i < values.length; i++) {
      const v = values[i];
      // Stays 0 for finite values, becomes NaN for the others.
      zero += v - v;
      if (v < min) min = v;
      if (v > max) max = v;
    }
    if (zero !== 0) return false;
    this.min = min;
    this.max = max;
    return true;
  }

  private count(values: Float32Array): void {
    this.widen(Math.max(Math.abs(this.min), Math.abs(this.max)));
    const { counts } = this;
    const factor = BINS / 2 / this.limit;
    // Truncation is rounding down here, since the sum is never negative.
    for (let i = 0; i < values.length; i++) {
      counts[(values[i] * factor + BINS / 2) | 0] += 1;
    }
  }

  /** Finds the range whose values need not be counted. */
  private look(): void {
    this.nextLook = 2 * this.total;
    if (this.tail === 0) {
      this.from = this.min;
      this.to = this.max;
      return;
    }
    const enough = this.tail * this.most;
    let low = 0;
    for (let below = 0; low < BINS; low++) {
      below += this.counts[low];
      if (below > enough) break;
    }
    let high = BINS - 1;
    for (let above = 0; high >= 0; high--) {
      above += this.counts[high];
      if (above > enough) break;
    }
    if (low === BINS || high < 0) return;
    this.from = Math.max(this.min, this.edge(low));
    this.to = Math.min(this.max, this.edge(high + 1 - ROUNDING));
  }

  /** Lower edge of a bin. */
  private edge(bin: number): number {
    return ((bin - BINS / 2) * this.limit) / (BINS / 2);
  }

  private widen(magnitude: number): void {
    if (this.limit === 0) {
      this.limit = 2 ** -20;
      while (magnitude >= this.limit) this.limit *= 2;
    }
    while (magnitude >= this.limit) {
      const merged = new Float64Array(BINS);
      for (let i = 0; i < BINS; i++) merged[(i >> 1) + BINS / 4] += this.counts[i];
      this.counts = merged;
      this.limit *= 2;
    }
  }

  /** Lower edge of the first bin, and upper edge of the last, that remain when `tail` of the values go each side. */
  quantiles(): readonly [number, number] {
    const budget = this.tail * this.total;
    let [low, high] = [0, BINS - 1];
    for (let cut = this.counts[low]; cut <= budget && low < high; cut += this.counts[low]) low++;
    for (let cut = this.counts[high]; cut <= budget && high > low; cut += this.counts[high]) high--;
    return [Math.max(this.edge(low), this.min), Math.min(this.edge(high + 1), this.max)];
  }
}

function tailOf(method: CalibrationMethod): number {
  if (method === 'min-max') return 0;
  const p = method.percentile;
  if (!(p > 50 && p <= 100)) {
    throw new BlnetError('BLN001', {
      where: 'percentile',
      found: `${p}`,
      need: 'a number above 50 up to 100',
      hint: '99.99',
    });
  }
  return (100 - p) / 200;
}

/**
 * Ranges of the tensors that become number formats, over the images, which are read once: not of what an activation
 * clamps at once. Give the graph that will be quantized,
 * since ranges carry its tensor names. Errors: BLN104 without images or for values that are not finite.
 * @param atMost how many images there are at most, where that is known; saves time and changes nothing
 */
export function calibrate(
  graph: Graph,
  images: Iterable<Float32Array>,
  method: CalibrationMethod,
  source: TensorSource,
  atMost = Number.POSITIVE_INFINITY,
): Ranges {
  const tail = tailOf(method);
  const spreads = new Map<string, Spread>();
  for (const t of [graph.input, ...formattedTensors(absorbActivation(graph))]) {
    spreads.set(t, new Spread(tail, atMost * sizeOf(graph.shapes.get(t) as Shape)));
  }
  let count = 0;
  for (const image of images) {
    assertInternal(++count <= atMost, `more images than ${atMost}`);
    source.run(image, (tensor, values) => {
      if (spreads.get(tensor)?.include(values) === false) {
        throw new BlnetError('BLN104', {
          where: `tensor ${tensor}`,
          found: `image ${count} gives values that are not finite`,
          hint: 'check the weights and the preprocessing of the calibration images',
        });
      }
    });
  }
  if (count === 0) {
    throw new BlnetError('BLN104', {
      found: 'no calibration images',
      need: 'at least one image; 100 to 500 are usual',
    });
  }
  const tensors: Record<string, readonly [number, number]> = {};
  for (const [name, s] of spreads) tensors[name] = tail > 0 ? s.quantiles() : [s.min, s.max];
  return { method, images: count, tensors };
}
