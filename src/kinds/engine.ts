/**
 * How the engines multiply (hw/rtl/blnet_dot*.v): chains of products, two outputs packed into a DSP, and the weight
 * memories, one per lane, because every lane of a chain reads its weights a cycle after the lane before.
 */
import type { MemoryImage } from '../ir/block-kind.js';
import type { PointwiseParams } from '../ir/hardware.js';
import { rangeOf } from '../ir/quant-graph.js';
import { truncate } from './words.js';

/** Bits of the DSPs' wide input: 25 on 7-series, 27 on UltraScale+. Others gain nothing from packing. */
export const packShiftOf = (widePortBits: number, weightBits: number): number =>
  widePortBits > 0 ? widePortBits - weightBits : 0;

/** What decides how far the low sums of packed pairs reach. */
export type PackedShape = Pick<
  PointwiseParams,
  'simd' | 'foldIn' | 'pe' | 'foldOut' | 'xBits' | 'xSigned' | 'weights'
>;

/**
 * Whether every chain of `chain` lanes keeps the low sum of every pair within `shift` signed bits, for every input
 * that the format allows: the low output of pair i is output 2i.
 */
export function chainFits(p: PackedShape, peDsp: number, shift: number, chain: number): boolean {
  const { simd, foldIn, pe, foldOut, weights } = p;
  const [xMin, xMax] = rangeOf({ bits: p.xBits, signed: p.xSigned });
  const limit = 2 ** (shift - 1);
  for (let word = 0; word < foldIn * foldOut; word++) {
    for (let low = 0; low + 1 < peDsp; low += 2) {
      const row = (word * pe + low) * simd;
      for (let start = 0; start < simd; start += chain) {
        let lo = 0;
        let hi = 0;
        const end = Math.min(simd, start + chain);
        for (let s = start; s < end; s++) {
          const w = weights[row + s] as number;
          lo += w > 0 ? w * xMin : w * xMax;
          hi += w > 0 ? w * xMax : w * xMin;
        }
        if (lo < -limit || hi >= limit) return false;
      }
    }
  }
  return true;
}

/** Lanes of the longest chain: more would need more than the delay lines' and the simulator's 31 cycles. */
const LONGEST_CHAIN = 16;

/** Fewest chains, then as even as they go. */
const evenChain = (simd: number, longest: number): number => Math.ceil(simd / Math.ceil(simd / longest));

/**
 * Lanes per chain: as many as the true bound of the known weights allows, spread evenly over the chains.
 * 0 where not even one lane fits, so that packing is impossible.
 */
export function chainLength(p: PackedShape, peDsp: number, shift: number): number {
  const longest = Math.min(p.simd, LONGEST_CHAIN);
  if (shift === 0 || peDsp < 2) return evenChain(p.simd, longest);
  for (let chains = Math.ceil(p.simd / longest); chains <= p.simd; chains++) {
    const chain = Math.ceil(p.simd / chains);
    if (chainFits(p, peDsp, shift, chain)) return chain;
  }
  return 0;
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
