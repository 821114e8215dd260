/**
 * Parameters of the computing blocks: ROM contents in the order in which the engines read them.
 */
import { type ConvFolding, ceilDiv, type DepthwiseFolding } from '../ir/folding.js';
import type { WindowShape } from '../ir/graph.js';
import type {
  DepthwiseParams,
  GlobalAvgPoolParams,
  PointwiseParams,
  RequantParams,
  RequantRom,
  WindowParams,
} from '../ir/hardware.js';
import {
  type QuantConv,
  type QuantGlobalAvgPool,
  type QuantTensor,
  type Requant,
  rangeOf,
  signedBits,
} from '../ir/quant-graph.js';
import { chainLength, plainChain } from '../kinds/engine.js';
import { biasWidths } from '../kinds/requant.js';

/** Whether a layer needs a line buffer before its engine. */
export const needsWindow = (w: WindowShape): boolean => w.kernel > 1 || w.stride > 1;

export function requantParams(r: Requant, accBits: number, y: QuantTensor): RequantParams {
  let largest = 1;
  for (const m of r.multipliers) largest = Math.max(largest, m);
  let lo = 0;
  let hi = 0;
  for (const c of r.offsets) {
    lo = Math.min(lo, c);
    hi = Math.max(hi, c);
  }
  return {
    accBits,
    multiplierBits: Math.ceil(Math.log2(largest + 1)),
    offsetBits: signedBits(lo, hi),
    shift: r.shift,
    zeroPoint: r.zeroPoint,
    min: r.min,
    max: r.max,
    outBits: y.bits,
    ...biasWidths(r, r.shift, accBits),
  };
}

/** One entry per channel, zero-padded to `entries`. */
function requantRom(r: Requant, entries: number): RequantRom {
  const multipliers = new Int32Array(entries);
  const offsets = new Float64Array(entries);
  multipliers.set(r.multipliers);
  offsets.set(r.offsets);
  return { multipliers, offsets };
}

export function windowParams(
  w: WindowShape,
  x: QuantTensor,
  y: QuantTensor,
  lanes: number,
  taps: number,
  padValue: number,
): WindowParams {
  return {
    kind: 'window',
    height: x.shape.height,
    width: x.shape.width,
    groups: ceilDiv(x.shape.channels, lanes),
    lanes,
    bits: x.bits,
    kernel: w.kernel,
    stride: w.stride,
    padTop: w.pads.top,
    padLeft: w.pads.left,
    outHeight: y.shape.height,
    outWidth: y.shape.width,
    taps,
    rows: w.kernel + w.stride - 1,
    padValue,
  };
}

/** Where a dense engine's words come from: `windowLanes` channels of `taps` taps each, `taps` 1 without a window. */
export type WordShape = Pick<ConvFolding, 'windowLanes' | 'taps' | 'simd'>;

/** Words that make a pixel. */
export const foldInOf = (node: WindowShape, channels: number, f: WordShape): number =>
  ceilDiv(channels, f.windowLanes) * (node.kernel ** 2 / f.taps);

/** Weights in the order [foldOut][foldIn][pe][simd], zero where an output or a channel is padding. */
export function engineWeights(
  node: QuantConv,
  channels: number,
  outputs: number,
  pe: number,
  f: WordShape,
): Int8Array {
  const { kernel } = node;
  const area = kernel * kernel;
  const phases = area / f.taps;
  const foldIn = foldInOf(node, channels, f);
  const foldOut = ceilDiv(outputs, pe);
  const weights = new Int8Array(foldOut * foldIn * pe * f.simd);
  let at = 0;
  for (let pass = 0; pass < foldOut; pass++) {
    for (let beat = 0; beat < foldIn; beat++) {
      const first = Math.floor(beat / phases) * f.windowLanes;
      const lanes = Math.min(f.windowLanes, channels - first);
      const phase = beat % phases;
      for (let p = 0; p < pe; p++) {
        const o = pass * pe + p;
        // Taps run down the columns of the window; see kinds/window.ts.
        for (let tap = phase * f.taps, end = tap + f.taps; tap < end; tap++, at += f.windowLanes) {
          if (o >= outputs) continue;
          const place = (tap % kernel) * kernel + Math.floor(tap / kernel);
          const from = (o * channels + first) * area + place;
          for (let lane = 0; lane < lanes; lane++)
            weights[at + lane] = node.weights[from + lane * area] as number;
        }
      }
    }
  }
  return weights;
}

/** How beats reach a dense engine. */
export type EngineInput = Pick<PointwiseParams, 'lanesIn' | 'beatsIn'>;

/** Everything but the ROMs. `chain` is that of the known weights, 0 where packing is impossible. */
export function pointwiseShape(
  node: QuantConv,
  x: QuantTensor,
  y: QuantTensor,
  requant: RequantParams,
  f: ConvFolding,
  input: EngineInput,
  chain: number,
): Omit<PointwiseParams, 'weights' | 'requantRom'> {
  const packShift = chain > 0 ? f.packShift : 0;
  return {
    kind: 'pointwise',
    pixels: y.shape.height * y.shape.width,
    ...input,
    simd: f.simd,
    foldIn: foldInOf(node, x.shape.channels, f),
    pe: f.pe,
    foldOut: ceilDiv(y.shape.channels, f.pe),
    lanesOut: f.lanesOut,
    beatsOut: ceilDiv(y.shape.channels, f.lanesOut),
    engine: {
      peDsp: f.peDsp,
      packShift,
      chain: chain > 0 ? chain : plainChain(f.simd),
      weightBlock: f.weightBlock,
      scaleCycles: f.scaleCycles,
    },
    xBits: x.bits,
    xSigned: x.signed,
    weightBits: node.weightBits,
    requant,
  };
}

export function pointwiseParams(
  node: QuantConv,
  x: QuantTensor,
  y: QuantTensor,
  f: ConvFolding,
  input: EngineInput,
): PointwiseParams {
  const weights = engineWeights(node, x.shape.channels, y.shape.channels, f.pe, f);
  const chain = chainLength({ simd: f.simd, xBits: x.bits, xSigned: x.signed, weights }, f.packShift);
  const requant = requantParams(node.requant, node.accBits, y);
  const shape = pointwiseShape(node, x, y, requant, f, input, chain);
  return { ...shape, weights, requantRom: requantRom(node.requant, shape.beatsOut * f.lanesOut) };
}

/** Everything but the ROMs. */
export function depthwiseShape(
  node: QuantConv,
  x: QuantTensor,
  y: QuantTensor,
  requant: RequantParams,
  f: DepthwiseFolding,
): Omit<DepthwiseParams, 'weights' | 'requantRom'> {
  return {
    kind: 'depthwise',
    pixels: y.shape.height * y.shape.width,
    groups: ceilDiv(x.shape.channels, f.lanes),
    lanes: f.lanes,
    taps: f.taps,
    foldTaps: node.kernel ** 2 / f.taps,
    lanesOut: f.lanesOut,
    beatsOut: ceilDiv(x.shape.channels, f.lanesOut),
    engine: { useDsp: f.useDsp, weightBlock: f.weightBlock, scaleCycles: f.scaleCycles },
    xBits: x.bits,
    xSigned: x.signed,
    weightBits: node.weightBits,
    requant,
  };
}

export function depthwiseParams(
  node: QuantConv,
  x: QuantTensor,
  y: QuantTensor,
  f: DepthwiseFolding,
): DepthwiseParams {
  const shape = depthwiseShape(node, x, y, requantParams(node.requant, node.accBits, y), f);
  const { kernel } = node;
  const area = kernel * kernel;
  const weights = new Int8Array(shape.groups * shape.foldTaps * f.taps * f.lanes);
  let at = 0;
  for (let group = 0; group < shape.groups; group++) {
    for (let phase = 0; phase < shape.foldTaps; phase++) {
      for (let t = 0; t < f.taps; t++) {
        const tap = phase * f.taps + t;
        const k = (tap % kernel) * kernel + Math.floor(tap / kernel);
        for (let l = 0; l < f.lanes; l++, at++) {
          const c = group * f.lanes + l;
          if (c < x.shape.channels) weights[at] = node.weights[c * area + k] as number;
        }
      }
    }
  }
  return { ...shape, weights, requantRom: requantRom(node.requant, shape.beatsOut * f.lanesOut) };
}

export function globalAvgPoolParams(
  node: QuantGlobalAvgPool,
  x: QuantTensor,
  y: QuantTensor,
  lanes: number,
): GlobalAvgPoolParams {
  return {
    kind: 'globalAvgPool',
    pixels: x.shape.height * x.shape.width,
    groups: ceilDiv(x.shape.channels, lanes),
    lanes,
    xBits: x.bits,
    xSigned: x.signed,
    multiplier: node.requant.multipliers[0] as number,
    offset: node.requant.offsets[0] as number,
    requant: requantParams(node.requant, node.accBits, y),
    scaleCycles: 1,
  };
}

/** What a padded position of a maximum holds. */
export const lowestOf = (x: QuantTensor): number => rangeOf(x)[0];
