/** What a convolution becomes: a line buffer where its window needs one, and the matrix-vector engine. */
import { ceilDiv } from '../../ir/folding.js';
import type { WindowShape } from '../../ir/graph.js';
import type { PointwiseParams, ShapeOf } from '../../ir/hardware.js';
import type { LayerTensors } from '../../ir/quant-graph.js';
import { plainChain } from '../../kinds/engine.js';
import { type PlannedBlock, planned } from '../layer-kind.js';
import { divisorsOf, groupsOf, outputOf, pixelsOf } from '../shared/lanes.js';
import { requantParams, requantRom } from '../shared/requant.js';
import { needsWindow, windowBlock } from '../shared/window.js';
import type { ConvFolding, QuantConv, WordShape } from './types.js';
import { chainOf } from './word-chains.js';
import { weightUse } from './word-weights.js';

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
  const rows = wordRows(node, channels, outputs, f);
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

type Input = Pick<PointwiseParams, 'lanesIn' | 'beatsIn'>;

/** All of an engine but how it multiplies, and the line buffer in front of it, where there is one. */
interface Frame {
  readonly node: QuantConv;
  readonly folding: ConvFolding;
  readonly lanes: number;
  readonly window: readonly PlannedBlock[];
  readonly shape: Omit<ShapeOf<'pointwise'>, 'engine'>;
  readonly chain: number;
  readonly place: Pick<PlannedBlock, 'sources' | 'role' | 'output'>;
}

/** Of the last folding: the search asks for all ways to multiply one after the other. */
let lastFrame: Frame | null = null;

const FRAME_KEYS = ['windowLanes', 'taps', 'simd', 'pe', 'lanesOut', 'packShift'] as const;

function frameOf(
  node: QuantConv,
  { inputs: [x], output: y }: LayerTensors,
  f: ConvFolding,
  lanes: number,
): Frame {
  const last = lastFrame;
  if (last?.node === node && last.lanes === lanes && FRAME_KEYS.every((key) => last.folding[key] === f[key]))
    return last;
  const window = needsWindow(node) ? [windowBlock(node, x, y, { lanes, taps: f.taps }, x.zeroPoint)] : [];
  const input: Input =
    window.length > 0
      ? { lanesIn: f.simd, beatsIn: groupsOf(x, lanes) * (node.kernel ** 2 / f.taps) }
      : { lanesIn: lanes, beatsIn: groupsOf(x, lanes) };
  lastFrame = {
    node,
    folding: f,
    lanes,
    window,
    chain: chainOf(node, x, y, f, f.packShift),
    shape: {
      kind: 'pointwise',
      pixels: pixelsOf(y),
      ...input,
      simd: f.simd,
      foldIn: foldInOf(node, x.shape.channels, f),
      pe: f.pe,
      foldOut: ceilDiv(y.shape.channels, f.pe),
      lanesOut: f.lanesOut,
      beatsOut: groupsOf(y, f.lanesOut),
      xBits: x.bits,
      xSigned: x.signed,
      weightBits: node.weightBits,
      requant: requantParams(node.requant, node.accBits, y),
    },
    place: {
      sources: [window.length > 0 ? { block: 0 } : { input: 0 }],
      role: '',
      output: outputOf(y, f.lanesOut),
    },
  };
  return lastFrame;
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
  const { window, shape, chain, place } = frameOf(node, tensors, f, lanes);
  const engine = {
    peDsp: f.peDsp,
    packShift: chain > 0 ? f.packShift : 0,
    chain: chain > 0 ? chain : plainChain(f.simd),
    weightBlock: f.weightBlock,
    scaleCycles: f.scaleCycles,
  };
  const size = { channels: x.shape.channels, outputs: y.shape.channels };
  const weights = () => engineWeights(node, size.channels, size.outputs, f.pe, f);
  const rom = () => requantRom(node.requant, shape.beatsOut * f.lanesOut);
  return [
    ...window,
    planned<'pointwise'>(
      { ...shape, engine },
      () => ({ weights: weights(), requantRom: rom() }),
      place,
      () => ({
        weights: weightUse(node, size, { lanes: f.windowLanes, taps: f.taps }, f.pe, weights),
        requantRom: rom(),
      }),
    ),
  ];
}
