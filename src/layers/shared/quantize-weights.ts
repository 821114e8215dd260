/**
 * Real weights → integers of one convolution, symmetric per output channel, bias in the accumulator's units; or the
 * integers that the model itself brings.
 */
import { BlnetError } from '../../diagnostics.js';
import type { StoredWeights } from '../../ir/graph.js';

/** Filters of a convolution, [outChannels][...] each. */
export interface RealWeights {
  readonly weights: Float32Array;
  readonly bias: Float32Array | null;
}

export interface QuantizedWeights {
  readonly weights: Int8Array;
  readonly bias: Int32Array;
  /** Real value of one weight step, per output channel. */
  readonly scales: readonly number[];
}

/**
 * The model's own integers; a real bias, or one for another input scale, is rounded to the accumulator's units.
 * @param isFree whether a channel without weights, whose scale means nothing, may take that of the largest other one
 */
export function takeWeights(
  op: RealWeights,
  stored: StoredWeights,
  inputScale: number,
  layer: string,
  isFree: boolean,
): QuantizedWeights {
  const { weights } = stored;
  const scales = isFree ? meaningfulScales(stored) : stored.scales;
  const bias = Int32Array.from(scales, (scale, o) => {
    const unit = inputScale * scale;
    const own = stored.bias;
    if (own && Math.abs(own.scales[o] / unit - 1) < 1e-5) return own.values[o];
    const real = own ? own.values[o] * own.scales[o] : op.bias ? op.bias[o] : 0;
    const value = Math.round(real / unit);
    if (Math.abs(value) < 2 ** 31) return value;
    throw new BlnetError('BLN205', {
      where: layer,
      found: `a bias of ${value} steps in channel ${o}`,
      need: 'a bias within 32 bits in units of input scale * weight scale',
      hint: 'a weight scale that small means that the channel is dead: prune it',
    });
  });
  return { weights, bias, scales };
}

function meaningfulScales({ weights, scales }: StoredWeights): readonly number[] {
  const perOutput = weights.length / scales.length;
  const isDead = (o: number) => weights.subarray(o * perOutput, (o + 1) * perOutput).every((w) => w === 0);
  const living = scales.filter((_, o) => !isDead(o));
  if (living.length === 0 || living.length === scales.length) return scales;
  const largest = Math.max(...living);
  return scales.map((scale, o) => (scale > largest && isDead(o) ? largest : scale));
}

/** Symmetric per output channel; a scale is at least one that its bias can be expressed in. */
export function quantizeWeights(
  op: RealWeights,
  outChannels: number,
  inputScale: number,
  bits: number,
  layer: string,
): QuantizedWeights {
  const limit = 2 ** (bits - 1) - 1;
  const perOutput = op.weights.length / outChannels;
  const largest = Array.from({ length: outChannels }, (_, o) => {
    const row = op.weights.subarray(o * perOutput, (o + 1) * perOutput);
    const most = row.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    if (Number.isFinite(most) && Number.isFinite(op.bias?.[o] ?? 0)) return most;
    throw new BlnetError('BLN205', {
      where: layer,
      found: `a weight or bias of channel ${o} that is not a finite number`,
      need: 'finite weights',
      hint: 'check the training run and the batch normalization statistics',
    });
  });
  const weights = new Int8Array(op.weights.length);
  const bias = new Int32Array(outChannels);
  // A channel without weights takes the scale of the others.
  const ceiling = Math.max(...largest) / limit;
  const scales = largest.map(
    (l, o) =>
      Math.max(l === 0 ? ceiling : l / limit, Math.abs(op.bias?.[o] ?? 0) / (inputScale * 2 ** 22)) || 1,
  );
  for (const [o, scale] of scales.entries()) {
    bias[o] = Math.round((op.bias?.[o] ?? 0) / (inputScale * scale));
    for (let i = o * perOutput; i < (o + 1) * perOutput; i++) {
      weights[i] = Math.round(op.weights[i] / scale);
    }
  }
  return { weights, bias, scales };
}
