/** What a convolution becomes: a line buffer where its window needs one, and the matrix-vector engine. */
import { ceilDiv } from '../../ir/folding.js';
import type { WindowShape } from '../../ir/graph.js';
import type { PointwiseParams, ShapeOf } from '../../ir/hardware.js';
import type { LayerTensors, QuantTensor } from '../../ir/quant-graph.js';
import { chainLength, plainChain } from '../../kinds/engine.js';
import { type PlannedBlock, planned } from '../layer-kind.js';
import { divisorsOf, groupsOf, outputOf, pixelsOf } from '../shared/lanes.js';
import { requantParams, requantRom } from '../shared/requant.js';
import { needsWindow, windowBlock } from '../shared/window.js';
import type { ConvFolding, QuantConv } from './types.js';

/** Where the engine's words come from: `windowLanes` channels of `taps` taps each, `taps` 1 without a window. */
export type WordShape = Pick<ConvFolding, 'windowLanes' | 'taps' | 'simd'>;

/** Words that make a pixel. */
export const foldInOf = (node: WindowShape, channels: number, f: WordShape): number =>
  ceilDiv(channels, f.windowLanes) * (node.kernel ** 2 / f.taps);

/** Weights of every word for all outputs: [foldIn][outputs][simd], zero where a channel is padding. */
function wordRows(node: QuantConv, channels: number, outputs: number, f: WordShape): Int8Array {
  const { kernel } = node;
  const area = kernel * kernel;
  const phases = area / f.taps;
  const foldIn = foldInOf(node, channels, f);
  const rows = new Int8Array(foldIn * outputs * f.simd);
  let at = 0;
  for (let beat = 0; beat < foldIn; beat++) {
    const first = Math.floor(beat / phases) * f.windowLanes;
    const lanes = Math.min(f.windowLanes, channels - first);
    const phase = beat % phases;
    for (let o = 0; o < outputs; o++) {
      // Taps run down the columns of the window; see kinds/window.ts.
      for (let tap = phase * f.taps, end = tap + f.taps; tap < end; tap++, at += f.windowLanes) {
        const place = (tap % kernel) * kernel + Math.floor(tap / kernel);
        const from = (o * channels + first) * area + place;
        for (let lane = 0; lane < lanes; lane++) rows[at + lane] = node.weights[from + lane * area];
      }
    }
  }
  return rows;
}

/** The last word of each node: the search asks for one word after the other. */
const lastRows = new WeakMap<QuantConv, { readonly word: string; readonly rows: Int8Array }>();

function rowsOf(node: QuantConv, channels: number, outputs: number, f: WordShape): Int8Array {
  const word = `${f.windowLanes} ${f.taps}`;
  const last = lastRows.get(node);
  if (last?.word === word) return last.rows;
  const rows = wordRows(node, channels, outputs, f);
  lastRows.set(node, { word, rows });
  return rows;
}

/** Bytes from which on a view and a copy of the whole are faster than a loop. */
const WORTH_A_VIEW = 32;

/** Weights in the order [foldOut][foldIn][pe][simd], zero where an output or a channel is padding. */
function engineWeights(
  node: QuantConv,
  channels: number,
  outputs: number,
  pe: number,
  f: WordShape,
): Int8Array {
  const rows = rowsOf(node, channels, outputs, f);
  const foldIn = foldInOf(node, channels, f);
  const foldOut = ceilDiv(outputs, pe);
  // One pass takes the rows as they are.
  if (foldOut === 1 && pe === outputs) return rows;
  const step = pe * f.simd;
  const weights = new Int8Array(foldOut * foldIn * step);
  let at = 0;
  for (let pass = 0; pass < foldOut; pass++) {
    const length = Math.min(pe, outputs - pass * pe) * f.simd;
    let from = pass * step;
    for (let beat = 0; beat < foldIn; beat++, at += step, from += outputs * f.simd) {
      if (length >= WORTH_A_VIEW) weights.set(rows.subarray(from, from + length), at);
      else for (let i = 0; i < length; i++) weights[at + i] = rows[from + i];
    }
  }
  return weights;
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
  const known = chains.get(node) ?? new Map<string, number>();
  chains.set(node, known);
  const key = [word.windowLanes, word.taps, packShift, x.bits, x.signed].join();
  const found = known.get(key);
  if (found !== undefined) return found;
  const outputs = y.shape.channels;
  const weights = rowsOf(node, x.shape.channels, outputs, word);
  const chain = chainLength(
    { simd: word.simd, xBits: x.bits, xSigned: x.signed, weightBits: node.weightBits, weights },
    packShift,
  );
  known.set(key, chain);
  return chain;
}

function engineShape(
  node: QuantConv,
  { inputs: [x], output: y }: LayerTensors,
  f: ConvFolding,
  input: Pick<PointwiseParams, 'lanesIn' | 'beatsIn'>,
): ShapeOf<'pointwise'> {
  const chain = chainOf(node, x, y, f, f.packShift);
  return {
    kind: 'pointwise',
    pixels: pixelsOf(y),
    ...input,
    simd: f.simd,
    foldIn: foldInOf(node, x.shape.channels, f),
    pe: f.pe,
    foldOut: ceilDiv(y.shape.channels, f.pe),
    lanesOut: f.lanesOut,
    beatsOut: groupsOf(y, f.lanesOut),
    engine: {
      peDsp: f.peDsp,
      packShift: chain > 0 ? f.packShift : 0,
      chain: chain > 0 ? chain : plainChain(f.simd),
      weightBlock: f.weightBlock,
      scaleCycles: f.scaleCycles,
    },
    xBits: x.bits,
    xSigned: x.signed,
    weightBits: node.weightBits,
    requant: requantParams(node.requant, node.accBits, y),
  };
}

/** Without a window the engine joins whatever divides its words. */
export const lanesIn = (node: WindowShape, f: ConvFolding): readonly number[] =>
  needsWindow(node) ? [f.windowLanes] : divisorsOf(f.simd);

export function blocks(
  node: QuantConv,
  tensors: LayerTensors,
  f: ConvFolding,
  [lanes]: readonly number[],
): PlannedBlock[] {
  const {
    inputs: [x],
    output: y,
  } = tensors;
  const window = needsWindow(node) ? [windowBlock(node, x, y, { lanes, taps: f.taps }, x.zeroPoint)] : [];
  const input =
    window.length > 0
      ? { lanesIn: f.simd, beatsIn: groupsOf(x, lanes) * (node.kernel ** 2 / f.taps) }
      : { lanesIn: lanes, beatsIn: groupsOf(x, lanes) };
  const shape = engineShape(node, tensors, f, input);
  const contents = () => ({
    weights: engineWeights(node, x.shape.channels, y.shape.channels, f.pe, f),
    requantRom: requantRom(node.requant, shape.beatsOut * f.lanesOut),
  });
  const engine = planned(shape, contents, {
    sources: [window.length > 0 ? { block: 0 } : { input: 0 }],
    role: '',
    output: outputOf(y, f.lanesOut),
  });
  return [...window, engine];
}
