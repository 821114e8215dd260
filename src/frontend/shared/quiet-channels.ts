/**
 * Channels whose weights are so small that the layer's one shift would leave their multiplier no bits (pruning by masks and
 * dead filters leave such) are stored in coarser steps: their bias counts, which would be lost with the multiplier.
 */
import type { StoredWeights } from '../../ir/graph.js';

/** A scale below this part of the layer's largest leaves a multiplier of 17 bits fewer than 7 of them. */
const QUIET = 2 ** -10;
/** Where such a scale is moved to: 11 bits of multiplier, and steps far below those of the output. */
const AUDIBLE = 2 ** -6;

/** How many channels were changed, and the weights with their steps. Reals move by less than half a new step. */
export function raiseQuietChannels(stored: StoredWeights): {
  readonly stored: StoredWeights;
  readonly count: number;
} {
  const { scales, bias } = stored;
  const perOutput = stored.weights.length / scales.length;
  const isZero = (o: number) => {
    for (let i = o * perOutput; i < (o + 1) * perOutput; i++) if (stored.weights[i] !== 0) return false;
    return true;
  };
  // A channel without weights has a scale that means nothing.
  const living = scales.filter((_, o) => !isZero(o));
  const largest = living.length > 0 ? Math.max(...living) : Math.max(...scales);
  const weights = stored.weights.slice();
  const values = bias?.values.slice();
  const raised = [...scales];
  const biasScales = bias && [...bias.scales];
  let count = 0;
  for (const [o, scale] of scales.entries()) {
    if (scale >= largest * QUIET && (scale <= largest || !isZero(o))) continue;
    const factor = (largest * (scale > largest ? 1 : AUDIBLE)) / scale;
    count++;
    raised[o] = scale * factor;
    for (let i = o * perOutput; i < (o + 1) * perOutput; i++) {
      weights[i] = Math.round(weights[i] / factor);
    }
    if (values && biasScales) {
      values[o] = Math.round(values[o] / factor);
      biasScales[o] = biasScales[o] * factor;
    }
  }
  if (count === 0) return { stored, count };
  return {
    stored: { weights, scales: raised, bias: values && biasScales ? { values, scales: biasScales } : null },
    count,
  };
}

export const quietText = (count: number): string =>
  `${count === 1 ? 'a channel' : `${count} channels`} of weights below a thousandth of the others: in coarser steps, so that the bias keeps its bits`;
