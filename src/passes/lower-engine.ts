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
import { chainLength } from '../kinds/engine.js';
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

export function pointwiseParams(
  node: QuantConv,
  x: QuantTensor,
  y: QuantTensor,
  f: ConvFolding,
  input: { readonly lanesIn: number; readonly beatsIn: number },
): PointwiseParams {
  const { kernel } = node;
  const channels = x.shape.channels;
  const area = kernel * kernel;
  const phases = area / f.taps;
  const foldIn = ceilDiv(channels, f.windowLanes) * phases;
  const foldOut = ceilDiv(y.shape.channels, f.pe);
  const beatsOut = ceilDiv(y.shape.channels, f.lanesOut);
  const weights = new Int8Array(foldOut * foldIn * f.pe * f.simd);
  let at = 0;
  for (let pass = 0; pass < foldOut; pass++) {
    for (let beat = 0; beat < foldIn; beat++) {
      const group = Math.floor(beat / phases);
      const phase = beat % phases;
      for (let p = 0; p < f.pe; p++) {
        const o = pass * f.pe + p;
        for (let s = 0; s < f.simd; s++, at++) {
          // Taps run down the columns of the window; see kinds/window.ts.
          const tap = phase * f.taps + Math.floor(s / f.windowLanes);
          const c = group * f.windowLanes + (s % f.windowLanes);
          const row = tap % kernel;
          const column = Math.floor(tap / kernel);
          if (o < y.shape.channels && c < channels) {
            weights[at] = node.weights[(o * channels + c) * area + row * kernel + column] as number;
          }
        }
      }
    }
  }
  const shape = { simd: f.simd, foldIn, pe: f.pe, foldOut, xBits: x.bits, xSigned: x.signed, weights };
  const chain = chainLength(shape, f.packShift);
  return {
    kind: 'pointwise',
    pixels: y.shape.height * y.shape.width,
    ...input,
    ...shape,
    lanesOut: f.lanesOut,
    beatsOut,
    engine: {
      peDsp: f.peDsp,
      packShift: chain > 0 ? f.packShift : 0,
      chain: chain > 0 ? chain : chainLength(shape, 0),
      weightBlock: f.weightBlock,
      scaleCycles: f.scaleCycles,
    },
    weightBits: node.weightBits,
    requant: requantParams(node.requant, node.accBits, y),
    requantRom: requantRom(node.requant, beatsOut * f.lanesOut),
  };
}

export function depthwiseParams(
  node: QuantConv,
  x: QuantTensor,
  y: QuantTensor,
  f: DepthwiseFolding,
): DepthwiseParams {
  const { kernel } = node;
  const area = kernel * kernel;
  const foldTaps = area / f.taps;
  const groups = ceilDiv(x.shape.channels, f.lanes);
  const beatsOut = ceilDiv(x.shape.channels, f.lanesOut);
  const weights = new Int8Array(groups * foldTaps * f.taps * f.lanes);
  let at = 0;
  for (let group = 0; group < groups; group++) {
    for (let phase = 0; phase < foldTaps; phase++) {
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
  return {
    kind: 'depthwise',
    pixels: y.shape.height * y.shape.width,
    groups,
    lanes: f.lanes,
    taps: f.taps,
    foldTaps,
    lanesOut: f.lanesOut,
    beatsOut,
    engine: { useDsp: f.useDsp, weightBlock: f.weightBlock, scaleCycles: f.scaleCycles },
    xBits: x.bits,
    xSigned: x.signed,
    weightBits: node.weightBits,
    weights,
    requant: requantParams(node.requant, node.accBits, y),
    requantRom: requantRom(node.requant, beatsOut * f.lanesOut),
  };
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
