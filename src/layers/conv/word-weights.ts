/**
 * Which bits of a convolution's weights differ between the words of its engine's memories: what the search asks for
 * every folding, told from the bits of every output without putting the weights in order.
 */
import type { TamePlaces, WeightUse } from '../../ir/weight-use.js';
import type { QuantConv } from './types.js';

/** Words of `lanes` channels of `taps` taps each. */
interface Word {
  readonly lanes: number;
  readonly taps: number;
}

/** Bits of every output's weights in each lane, over all words: set in some, and set in all. [lane][outputs, padded] */
interface LaneBits {
  readonly some: Int8Array;
  readonly all: Int8Array;
}

/** Weights by tap, channel and output; taps run down the columns of the window, see kinds/window.ts. */
class Transposed {
  /** Outputs, and one more that only borrows, padded to whole words of the processor. */
  readonly stride: number;
  readonly area: number;
  /** [taps][channels][stride]: as they are, and less one where the output before is negative. */
  readonly plain: Int8Array;
  readonly borrowing: Int8Array;
  constructor(
    { weights, kernel }: QuantConv,
    readonly channels: number,
    readonly outputs: number,
  ) {
    this.area = kernel * kernel;
    this.stride = (outputs + 4) & ~3;
    this.plain = new Int8Array(this.area * channels * this.stride);
    this.borrowing = new Int8Array(this.plain.length);
    for (let tap = 0; tap < this.area; tap++) {
      const place = (tap % kernel) * kernel + Math.floor(tap / kernel);
      for (let c = 0; c < channels; c++) {
        let from = c * this.area + place;
        let at = (tap * channels + c) * this.stride;
        let borrow = 0;
        for (let o = 0; o < outputs; o++, at++, from += channels * this.area) {
          const w = weights[from];
          this.plain[at] = w;
          this.borrowing[at] = w - borrow;
          borrow = w < 0 ? 1 : 0;
        }
        this.borrowing[at] = -borrow;
      }
    }
  }

  laneBits(of: Int8Array, { lanes, taps }: Word): LaneBits {
    const { area, channels } = this;
    const size = this.stride >> 2;
    const from = new Int32Array(of.buffer);
    const some = new Int32Array(lanes * taps * size);
    const all = new Int32Array(some.length).fill(-1);
    for (let tap = 0; tap < area; tap++) {
      for (let c = 0, place = tap * channels * size; c < channels; c++, place += size) {
        const first = ((tap % taps) * lanes + (c % lanes)) * size;
        for (let i = 0; i < size; i++) {
          const bits = from[place + i];
          some[first + i] |= bits;
          all[first + i] &= bits;
        }
      }
    }
    // Lanes that the last channels do not fill.
    const filled = channels % lanes;
    if (filled > 0)
      for (let tap = 0; tap < taps; tap++)
        all.fill(0, (tap * lanes + filled) * size, (tap + 1) * lanes * size);
    return { some: new Int8Array(some.buffer), all: new Int8Array(all.buffer) };
  }
}

/** Of the last node: the search asks for one layer after the other. */
let lastNode: { readonly node: QuantConv; readonly weights: Transposed } | null = null;

function transposed(node: QuantConv, channels: number, outputs: number): Transposed {
  const known = lastNode?.node === node ? lastNode.weights : new Transposed(node, channels, outputs);
  lastNode = { node, weights: known };
  return known;
}

/** What a word tells of every output. */
interface WordBits extends LaneBits {
  /**
   * [lane][row]: a bit for every output whose bits do not all differ already between its own words. What is behind the
   * last output is tame.
   */
  readonly tame: Int32Array;
  readonly row: number;
}

/** Of the last word that was asked for: the search asks for one word after the other. */
interface LastWord extends Word {
  readonly weights: Transposed;
  readonly plain: WordBits;
  borrowing: WordBits | null;
}

let lastWord: LastWord | null = null;

function wordBits(weights: Transposed, of: Int8Array, word: Word, mask: number): WordBits {
  const bits = weights.laneBits(of, word);
  const { some, all } = bits;
  const { stride, outputs } = weights;
  // A window of 32 bits may begin at any output, and end beyond the last pass.
  const row = (outputs >> 5) + 2;
  const tame = new Int32Array(word.lanes * word.taps * row).fill(-1);
  for (let lane = 0; lane < word.lanes * word.taps; lane++) {
    for (let o = 0, at = lane * stride; o < outputs; o++, at++)
      if ((some[at] & ~all[at] & mask) === mask) tame[lane * row + (o >> 5)] &= ~(1 << (o & 31));
  }
  return { ...bits, tame, row };
}

function bitsOf(weights: Transposed, word: Word, mask: number, borrowing: boolean): WordBits {
  const isLast =
    lastWord?.weights === weights && lastWord.lanes === word.lanes && lastWord.taps === word.taps;
  const last: LastWord =
    lastWord && isLast
      ? lastWord
      : { weights, ...word, plain: wordBits(weights, weights.plain, word, mask), borrowing: null };
  lastWord = last;
  if (!borrowing) return last.plain;
  last.borrowing ??= wordBits(weights, weights.borrowing, word, mask);
  return last.borrowing;
}

/** Outputs first .. first + 31 of a lane, of those that are tame; all beyond the row are. */
function windowOf({ tame, row }: WordBits, lane: number, first: number): number {
  const word = first >> 5;
  const shift = first & 31;
  const low = word < row ? tame[lane * row + word] : -1;
  if (shift === 0) return low;
  const high = word + 1 < row ? tame[lane * row + word + 1] : -1;
  return (low >>> shift) | (high << (32 - shift));
}

/** Odd places of 32, the first of which is even. */
const ODD = 0xaaaaaaaa | 0;

/** Only where the weights of all passes are tame, all of them together may be. @param pe outputs of a pass */
function tamePlaces(weights: Transposed, word: Word, mask: number, pe: number, paired: number): TamePlaces {
  const simd = word.lanes * word.taps;
  const { stride, outputs } = weights;
  const passes = Math.ceil(outputs / pe);
  const found = { places: [] as number[], differ: [] as number[], value: [] as number[] };
  const take = ({ some, all }: LaneBits, i: number, lane: number): void => {
    // The output behind the last one has a borrow of its own; what is further is zero.
    const last = (passes - 1) * pe + i;
    let any = 0;
    let every = last > outputs ? 0 : -1;
    const end = lane * stride + Math.min(last, outputs);
    for (let at = lane * stride + i; at <= end; at += pe) {
      any |= some[at];
      every &= all[at];
    }
    const differ = any & ~every & mask;
    if (differ === mask) return;
    found.places.push(i * simd + lane);
    found.differ.push(differ);
    found.value.push(every);
  };
  const look = (bits: WordBits, isBorrowing: boolean): void => {
    for (let first = 0; first < pe; first += 32) {
      // Those of the 32 that are stored so.
      const inPairs = paired - first >= 32 ? -1 : paired <= first ? 0 : (1 << (paired - first)) - 1;
      const inPass = pe - first >= 32 ? -1 : (1 << (pe - first)) - 1;
      const ours = inPass & (isBorrowing ? inPairs & ODD : ~(inPairs & ODD));
      for (let lane = 0; ours !== 0 && lane < simd; lane++) {
        let left = ours;
        for (let pass = 0; pass < passes && left !== 0; pass++)
          left &= windowOf(bits, lane, pass * pe + first);
        for (; left !== 0; left &= left - 1) take(bits, first + 31 - Math.clz32(left & -left), lane);
      }
    }
  };
  look(bitsOf(weights, word, mask, false), false);
  if (paired > 0) look(bitsOf(weights, word, mask, true), true);
  return found;
}

/** @param ordered the weights in the order of the engine */
export function weightUse(
  node: QuantConv,
  size: { readonly channels: number; readonly outputs: number },
  word: Word,
  pe: number,
  ordered: () => Int8Array,
): WeightUse {
  const known = new Map<number, TamePlaces>();
  const mask = 2 ** node.weightBits - 1;
  return {
    tame: (paired) => {
      const weights = transposed(node, size.channels, size.outputs);
      const found = known.get(paired) ?? tamePlaces(weights, word, mask, pe, paired);
      known.set(paired, found);
      return found;
    },
    ordered,
  };
}
