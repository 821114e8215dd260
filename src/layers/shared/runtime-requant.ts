/**
 * Requantizers and sums with the integers of a named runtime, for the layers' `quantize`: null where blnet's own are wanted,
 * or where nothing better is known, which the proof then says.
 */
import { type Channel, type Clamp, fitRequant } from '../../arithmetic/fit-requant.js';
import { fitSum, type SumFit } from '../../arithmetic/fit-sum.js';
import { proofOf, unproved } from '../../arithmetic/proof.js';
import type { Rescale, Runtime } from '../../arithmetic/runtimes.js';
import { sumEnds } from '../../ir/accumulator.js';
import type { StoredWeights } from '../../ir/graph.js';
import { type QuantFormat, type Requant, rangeOf } from '../../ir/quant-graph.js';
import type { QuantizeContext } from '../layer-kind.js';
import { pixelsOf } from './lanes.js';
import type { QuantizedWeights } from './quantize-weights.js';

const NOT_KNOWN = 'not proved: the arithmetic of the runtime for this layer is not known to blnet';
const OVERFLOWS = 'not proved: sums of the runtime may leave their 32 bits';
const NO_SHIFTS = 'not proved: its channels need shifts that differ by more than 6 bits';

/** Clamp of the activation as the runtime rounds it. */
function clampOf(runtime: Runtime, y: QuantFormat, c: QuantizeContext): Clamp {
  const [lowest, highest] = rangeOf(y);
  const bound = (real: number, infinite: number): number =>
    Number.isFinite(real) ? Math.min(highest, Math.max(lowest, runtime.bound(real, y))) : infinite;
  const min = bound(c.activation.min, lowest);
  return { zeroPoint: y.zeroPoint, min, max: Math.max(min, bound(c.activation.max, highest)) };
}

function fitted(
  channels: readonly Channel[],
  accBits: number,
  clamp: Clamp,
  c: QuantizeContext,
): Requant | null {
  const fit = fitRequant(channels, accBits, clamp);
  c.prove(fit ? proofOf(fit.differences) : unproved(NO_SHIFTS));
  return fit ? fit.requant : null;
}

/** Added to integers of `x` it makes them those of the runtime, which knows no unsigned pixels. */
const toSigned = (x: QuantFormat): number => (x.signed ? 0 : -(2 ** (x.bits - 1)));

/**
 * @param constants bias less zero point times weights, of every output
 * @param stored the model's integers; without them nothing can be equal
 */
export function runtimeFilters(
  stored: StoredWeights | undefined,
  { weights, bias: ownBias, scales }: QuantizedWeights,
  constants: readonly number[],
  accBits: number,
  y: QuantFormat,
  c: QuantizeContext,
): Requant | null {
  const { runtime, inputs } = c;
  if (!runtime) return null;
  const [x] = inputs;
  const isAverage = stored?.operator === 'average';
  const perOutput = weights.length / scales.length;
  const [lowest, highest] = rangeOf(x);
  const channels: Channel[] = [];
  for (const [o, scale] of scales.entries()) {
    const rescale = stored ? rescaleOf(runtime, stored, x, scale, y) : null;
    if (!rescale) {
      c.prove(unproved(NOT_KNOWN));
      return null;
    }
    // On centred inputs: padding is zero there.
    const [lo, hi] = sumEnds(
      weights,
      o * perOutput,
      (o + 1) * perOutput,
      lowest - x.zeroPoint,
      highest - x.zeroPoint,
    );
    // An average rounds about zero of the integers as they stand.
    const bias = isAverage ? toSigned(x) * Math.round(1 / scale) : constants[o];
    const centre = bias - constants[o] + ownBias[o];
    if (Math.max(Math.abs(lo + centre), Math.abs(hi + centre)) >= 2 ** 31) {
      c.prove(unproved(OVERFLOWS));
      return null;
    }
    channels.push({ rescale, bias, lo: lo + centre, hi: hi + centre });
  }
  const clamp = clampOf(runtime, y, c);
  return fitted(channels, accBits, isAverage ? { ...clamp, zeroPoint: 0 } : clamp, c);
}

function rescaleOf(
  runtime: Runtime,
  stored: StoredWeights,
  x: QuantFormat,
  scale: number,
  y: QuantFormat,
): Rescale | null {
  if (stored.operator === 'average') return runtime.average ? runtime.average(Math.round(1 / scale)) : null;
  return runtime.rescale({ input: x.scale, weight: scale, output: y.scale }, stored.operator === 'dense');
}

/** Mean over the map. @param isAverage of a pool, which has one format on both sides */
export function runtimeMean(
  isAverage: boolean,
  accBits: number,
  y: QuantFormat,
  c: QuantizeContext,
): Requant | null {
  const { runtime, given } = c;
  if (!runtime || !given) return null;
  const [x] = c.inputs;
  const count = pixelsOf(x);
  const scales = { input: x.scale, weight: 1, output: y.scale };
  const rescale = isAverage ? runtime.average?.(count) : runtime.mean?.(count, scales);
  if (!rescale) {
    c.prove(unproved(NOT_KNOWN));
    return null;
  }
  const bias = (isAverage ? toSigned(x) : -x.zeroPoint) * count;
  const [lo, hi] = rangeOf(x).map((q) => q * count + bias) as [number, number];
  const clamp = clampOf(runtime, y, c);
  return fitted([{ rescale, bias, lo, hi }], accBits, isAverage ? { ...clamp, zeroPoint: 0 } : clamp, c);
}

/** Sum of two maps. */
export function runtimeSum(y: QuantFormat, c: QuantizeContext): (SumFit & Clamp) | null {
  const { runtime, given } = c;
  if (!runtime || !given) return null;
  const [a, b] = c.inputs;
  const target = runtime.sum?.(a, b, y);
  if (!target) {
    c.prove(unproved(NOT_KNOWN));
    return null;
  }
  const clamp = clampOf(runtime, y, c);
  const fit = fitSum(target, a, b, clamp);
  c.prove(proofOf([fit.difference]));
  return { ...fit, ...clamp };
}
