/**
 * How many lanes a chain of packed products may have (blnet_dot_pair): the bound of the known weights, asked for every
 * word of a search, from sums over the channels in front.
 */
import { type QuantTensor, rangeOf } from '../../ir/quant-graph.js';
import { chainLength, plainChain } from '../../kinds/engine.js';
import type { QuantConv, WordShape } from './types.js';

/** Least and largest sum of products of the channels in front of each: [taps][channels + 1][outputs]. */
interface Reaches {
  readonly node: QuantConv;
  readonly x: QuantTensor;
  readonly least: Int32Array;
  readonly most: Int32Array;
}

/** Of the last node: the search asks for one layer after the other. */
let last: Reaches | null = null;

function reachesOf(node: QuantConv, x: QuantTensor, outputs: number): Reaches {
  if (last?.node === node && last.x === x) return last;
  const { weights, kernel } = node;
  const { channels } = x.shape;
  const area = kernel * kernel;
  const [xMin, xMax] = rangeOf(x);
  const least = new Int32Array(area * (channels + 1) * outputs);
  const most = new Int32Array(least.length);
  for (let tap = 0; tap < area; tap++) {
    // Taps run down the columns of the window; see kinds/window.ts.
    const place = (tap % kernel) * kernel + Math.floor(tap / kernel);
    for (let c = 0; c < channels; c++) {
      let at = (tap * (channels + 1) + c) * outputs;
      let from = c * area + place;
      for (let o = 0; o < outputs; o++, at++, from += channels * area) {
        const w = weights[from];
        least[at + outputs] = least[at] + w * (w > 0 ? xMin : xMax);
        most[at + outputs] = most[at] + w * (w > 0 ? xMax : xMin);
      }
    }
  }
  last = { node, x, least, most };
  return last;
}

/** Whether the sums of every chain of `chain` lanes keep within `shift` signed bits. */
function fits(r: Reaches, outputs: number, word: WordShape, shift: number, chain: number): boolean {
  const { channels } = r.x.shape;
  const limit = 2 ** (shift - 1);
  const [least, most] = [new Int32Array(outputs), new Int32Array(outputs)];
  for (let firstTap = 0; firstTap < r.node.kernel ** 2; firstTap += word.taps) {
    for (let first = 0; first < channels; first += word.windowLanes) {
      for (let start = 0; start < word.simd; start += chain) {
        least.fill(0);
        most.fill(0);
        const end = Math.min(word.simd, start + chain);
        // Piece by piece, each of one tap.
        for (let s = start; s < end; ) {
          const tap = Math.floor(s / word.windowLanes);
          const until = Math.min(end, (tap + 1) * word.windowLanes);
          const channel = (lane: number): number => Math.min(channels, first + lane - tap * word.windowLanes);
          const row = (firstTap + tap) * (channels + 1);
          let to = (row + channel(until)) * outputs;
          let from = (row + channel(s)) * outputs;
          for (let o = 0; o < outputs; o++, to++, from++) {
            least[o] = least[o] + r.least[to] - r.least[from];
            most[o] = most[o] + r.most[to] - r.most[from];
          }
          s = until;
        }
        for (let o = 0; o < outputs; o++) if (least[o] < -limit || most[o] >= limit) return false;
      }
    }
  }
  return true;
}

/** By node and word: the search asks for every folding of a word. */
const chains = new WeakMap<QuantConv, Map<string, number>>();

/** Lanes per chain that the known weights allow, whatever pe is; 0 where packing is impossible. */
export function chainOf(
  node: QuantConv,
  x: QuantTensor,
  y: QuantTensor,
  word: WordShape,
  packShift: number,
): number {
  if (packShift === 0) return plainChain(word.simd);
  const known = chains.get(node) ?? new Map<string, number>();
  chains.set(node, known);
  const key = `${word.windowLanes} ${word.taps} ${packShift} ${x.bits} ${x.signed}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const outputs = y.shape.channels;
  // The most negative weight fits no high field, whose weights are stored less a borrow.
  const chain = node.weights.includes(-(2 ** (node.weightBits - 1)))
    ? 0
    : chainLength(word.simd, (length) => fits(reachesOf(node, x, outputs), outputs, word, packShift, length));
  known.set(key, chain);
  return chain;
}
