/**
 * Calibration: the range of real values that a tensor takes over a set of images. Quantization turns ranges
 * into number formats; they are plain JSON, so that they can be kept beside a model.
 */
import { BlnetError } from '../diagnostics.js';
import type { Graph } from '../ir/graph.js';
import { absorbClamp } from './absorb-clamp.js';

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
 * Histogram over [-limit, limit) with limit a power of two: when a value falls outside, the limit doubles and
 * neighbouring bins merge. One pass over the images is enough and the order of the images does not matter; a
 * quantile is exact to one bin, at most 1/2048 of the largest magnitude.
 */
class Spread {
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  private limit = 0;
  private counts = new Float64Array(BINS);
  private total = 0;

  constructor(private readonly withHistogram: boolean) {}

  /** False when a value is not finite; the spread is of no use then. */
  include(values: Float32Array): boolean {
    let min = this.min;
    let max = this.max;
    let zero = 0;
    for (let i = 0; i < values.length; i++) {
      const v = values[i] as number;
      // Stays 0 for finite values, becomes NaN for the others.
      zero += v - v;
      if (v < min) min = v;
      if (v > max) max = v;
    }
    if (zero !== 0) return false;
    this.min = min;
    this.max = max;
    if (this.withHistogram) this.count(values);
    return true;
  }

  private count(values: Float32Array): void {
    this.widen(Math.max(Math.abs(this.min), Math.abs(this.max)));
    const { counts } = this;
    const factor = BINS / 2 / this.limit;
    // Truncation is rounding down here, since the sum is never negative.
    for (let i = 0; i < values.length; i++) {
      (counts[((values[i] as number) * factor + BINS / 2) | 0] as number) += 1;
    }
    this.total += values.length;
  }

  private widen(magnitude: number): void {
    if (this.total === 0) {
      this.limit = 2 ** -20;
      while (magnitude >= this.limit) this.limit *= 2;
    }
    while (magnitude >= this.limit) {
      const merged = new Float64Array(BINS);
      for (let i = 0; i < BINS; i++) (merged[(i >> 1) + BINS / 4] as number) += this.counts[i] as number;
      this.counts = merged;
      this.limit *= 2;
    }
  }

  /** Lower edge of the first bin, and upper edge of the last, that remain when `tail` of the values go each side. */
  quantiles(tail: number): readonly [number, number] {
    const edge = (bin: number) => ((bin - BINS / 2) * this.limit) / (BINS / 2);
    const budget = tail * this.total;
    let [low, high] = [0, BINS - 1];
    for (let cut = this.counts[low] as number; cut <= budget && low < high; cut += this.counts[low] as number)
      low++;
    for (
      let cut = this.counts[high] as number;
      cut <= budget && high > low;
      cut += this.counts[high] as number
    )
      high--;
    return [Math.max(edge(low), this.min), Math.min(edge(high + 1), this.max)];
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
 */
export function calibrate(
  graph: Graph,
  images: Iterable<Float32Array>,
  method: CalibrationMethod,
  source: TensorSource,
): Ranges {
  const tail = tailOf(method);
  const spreads = new Map<string, Spread>();
  for (const t of [graph.input, ...absorbClamp(graph).map((layer) => layer.output)]) {
    spreads.set(t, new Spread(tail > 0));
  }
  let count = 0;
  for (const image of images) {
    count++;
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
  for (const [name, s] of spreads) tensors[name] = tail > 0 ? s.quantiles(tail) : [s.min, s.max];
  return { method, images: count, tensors };
}
