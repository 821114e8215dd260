/**
 * How the engines multiply (hw/rtl/blnet_dot*.v): chains of products, two outputs packed into a DSP, and the weight
 * memories, one per lane, because every lane of a chain reads its weights a cycle after the lane before.
 */
import type { MemoryImage } from '../ir/block-kind.js';
import type { PointwiseEngine, PointwiseParams } from '../ir/hardware.js';
import { rangeOf } from '../ir/quant-graph.js';
import { truncate } from './words.js';

/** Bits of the DSPs' wide input: 25 on 7-series, 27 on UltraScale+. Others gain nothing from packing. */
export const packShiftOf = (widePortBits: number, weightBits: number): number =>
  widePortBits > 0 ? widePortBits - weightBits : 0;

/** What decides how far the sums of packed pairs reach. */
export type PackedShape = Pick<PointwiseParams, 'simd' | 'xBits' | 'xSigned' | 'weightBits' | 'weights'>;

/**
 * Whether every chain of `chain` lanes keeps the sum of every output within `shift` signed bits, for every input that
 * the format allows. All outputs are asked, not only those in low fields, so that the answer does not depend on pe. The
 * most negative weight fits no high field, whose weights are stored less a borrow.
 */
export function chainFits(p: PackedShape, shift: number, chain: number): boolean {
  const { simd, weights } = p;
  const [xMin, xMax] = rangeOf({ bits: p.xBits, signed: p.xSigned });
  const limit = 2 ** (shift - 1);
  const most = -(2 ** (p.weightBits - 1));
  if (weights.includes(most)) return false;
  for (let row = 0; row < weights.length; row += simd) {
    for (let start = 0; start < simd; start += chain) {
      let positive = 0;
      let negative = 0;
      for (let s = row + start, end = row + Math.min(simd, start + chain); s < end; s++) {
        const w = weights[s];
        if (w > 0) positive += w;
        else negative += w;
      }
      if (positive * xMin + negative * xMax < -limit || positive * xMax + negative * xMin >= limit)
        return false;
    }
  }
  return true;
}

/** What the delay lines and the simulator's stages hold. */
export const LONGEST_LATENCY = 31;
/** More would need more than these cycles. */
const LONGEST_CHAIN = 16;
/** Two digits number the weight memories. */
export const MOST_LANES = 96;

const evenly = (simd: number, chains: number): number => Math.ceil(simd / chains);

/** Lanes per chain where nothing is packed. */
export const plainChain = (simd: number): number => evenly(simd, Math.ceil(simd / LONGEST_CHAIN));

/**
 * Lanes per chain of packed pairs: as many as `fits` allows, spread evenly over the chains. 0 where not even one lane
 * fits, so that packing is impossible.
 */
export function chainLength(simd: number, fits: (chain: number) => boolean): number {
  for (let chains = Math.ceil(simd / LONGEST_CHAIN); chains <= simd; chains++) {
    const chain = evenly(simd, chains);
    if (fits(chain)) return chain;
  }
  return 0;
}

/** Outputs that share DSPs with another one, the first ones of a pass. */
export const pairedOutputs = ({ packShift, peDsp }: PointwiseEngine): number =>
  packShift > 0 ? 2 * Math.floor(peDsp / 2) : 0;

/**
 * Weights as the memories hold them: in a packed pair the high weight is stored less the borrow of the low one; see
 * hw/rtl/blnet_dot_pair.v.
 */
export function storedWeights(
  { pe, simd, weights }: Pick<PointwiseParams, 'pe' | 'simd' | 'weights'>,
  paired: number,
): Int8Array {
  if (paired === 0) return weights;
  const stored = weights.slice();
  for (let word = 0; word < weights.length; word += pe * simd) {
    for (let low = word; low < word + paired * simd; low += 2 * simd)
      for (let at = low; at < low + simd; at++)
        if (weights[at] < 0) stored[at + simd] = weights[at + simd] - 1;
  }
  return stored;
}

/** DSPs of the products. */
export const productDsps = (simd: number, peDsp: number, packShift: number): number =>
  simd * (packShift > 0 ? Math.ceil(peDsp / 2) : peDsp);

/** Cycles from the issue of a result's last operands to its accumulators: memories, chain, sum of chains. */
export const macLatency = (lanes: number, chain: number): number => chain + 3 + Math.ceil(lanes / chain);

/**
 * One memory per lane.
 * @param words words of each memory
 * @param perWord weights of a word
 * @param weightOf weight at (word, index in the word, lane), packed as the RTL expects it
 */
export function laneImages(
  lanes: number,
  words: number,
  perWord: number,
  weightBits: number,
  weightOf: (word: number, index: number, lane: number) => number,
): MemoryImage[] {
  return Array.from({ length: lanes }, (_, lane) => ({
    parameter: 'WEIGHT_FILE',
    suffix: 'weights',
    bank: lane,
    wordBits: perWord * weightBits,
    words: Array.from({ length: words }, (_, word) => {
      let value = 0n;
      for (let i = perWord - 1; i >= 0; i--) {
        value = (value << BigInt(weightBits)) | truncate(weightOf(word, i, lane), weightBits);
      }
      return value;
    }),
  }));
}
