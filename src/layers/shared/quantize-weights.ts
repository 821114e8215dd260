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

/** The model's own integers; a real bias, or one for another input scale, is rounded to the accumulator's units. */
export function takeWeights(
  op: RealWeights,
  stored: StoredWeights,
  inputScale: number,
  layer: string,
): QuantizedWeights {
  const { weights, scales } = stored;
  const bias = Int32Array.from(scales, (scale, o) => {
    const unit = inputScale * scale;
    const own = stored.bias;
    if (own && Math.abs((own.scales[o] as number) / unit - 1) < 1e-5) return own.values[o] as number;
    const value = Math.round((op.bias ? (op.bias[o] as number) : 0) / unit);
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

/** Symmetric per output channel; a channel of tiny weights keeps a scale that its bias can be expressed in. */
export function quantizeWeights(
  op: RealWeights,
  outChannels: number,
  inputScale: number,
  bits: number,
  layer: string,
): QuantizedWeights {
  const limit = 2 ** (bits - 1) - 1;
  const perOutput = op.weights.length / outChannels;
  const weights = new Int8Array(op.weights.length);
  const bias = new Int32Array(outChannels);
  const scales: number[] = [];
  for (let o = 0; o < outChannels; o++) {
    const row = op.weights.subarray(o * perOutput, (o + 1) * perOutput);
    const b = op.bias ? (op.bias[o] as number) : 0;
    let largest = 0;
    for (const w of row) largest = Math.max(largest, Math.abs(w));
    if (!Number.isFinite(largest) || !Number.isFinite(b)) {
      throw new BlnetError('BLN205', {
        where: layer,
        found: `a weight or bias of channel ${o} that is not a finite number`,
        need: 'finite weights',
        hint: 'check the training run and the batch normalization statistics',
      });
    }
    const scale = Math.max(largest / limit, Math.abs(b) / (inputScale * 2 ** 22)) || 1;
    scales.push(scale);
    bias[o] = Math.round(b / (inputScale * scale));
    for (let i = 0; i < perOutput; i++) weights[o * perOutput + i] = Math.round((row[i] as number) / scale);
  }
  return { weights, bias, scales };
}
