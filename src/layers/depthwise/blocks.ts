/** What a depthwise convolution becomes: a line buffer where its window needs one, and the depthwise engine. */
import type { DepthwiseParams, ShapeOf } from '../../ir/hardware.js';
import type { LayerTensors } from '../../ir/quant-graph.js';
import { type PlannedBlock, planned } from '../layer-kind.js';
import { groupsOf, outputOf, pixelsOf } from '../shared/lanes.js';
import { requantParams, requantRom } from '../shared/requant.js';
import { needsWindow, windowBlock } from '../shared/window.js';
import type { DepthwiseFolding, QuantDepthwise } from './types.js';

/** Weights in the order [groups][foldTaps][taps][lanes], zero where a channel is padding. */
function engineWeights(node: QuantDepthwise, channels: number, p: ShapeOf<'depthwise'>): Int8Array {
  const { kernel } = node;
  const area = kernel * kernel;
  const weights = new Int8Array(p.groups * p.foldTaps * p.taps * p.lanes);
  let at = 0;
  for (let group = 0; group < p.groups; group++) {
    for (let phase = 0; phase < p.foldTaps; phase++) {
      for (let t = 0; t < p.taps; t++) {
        const tap = phase * p.taps + t;
        // Taps run down the columns of the window; see kinds/window.ts.
        const k = (tap % kernel) * kernel + Math.floor(tap / kernel);
        for (let l = 0; l < p.lanes; l++, at++) {
          const c = group * p.lanes + l;
          if (c < channels) weights[at] = node.weights[c * area + k];
        }
      }
    }
  }
  return weights;
}

export function blocks(
  node: QuantDepthwise,
  { inputs: [x], output: y }: LayerTensors,
  f: DepthwiseFolding,
): PlannedBlock[] {
  const window = needsWindow(node) ? [windowBlock(node, x, y, f, x.zeroPoint)] : [];
  const shape: Omit<DepthwiseParams, 'weights' | 'requantRom'> = {
    kind: 'depthwise',
    pixels: pixelsOf(y),
    groups: groupsOf(x, f.lanes),
    lanes: f.lanes,
    taps: f.taps,
    foldTaps: node.kernel ** 2 / f.taps,
    lanesOut: f.lanesOut,
    beatsOut: groupsOf(x, f.lanesOut),
    engine: { useDsp: f.useDsp, weightBlock: f.weightBlock, scaleCycles: f.scaleCycles },
    xBits: x.bits,
    xSigned: x.signed,
    weightBits: node.weightBits,
    requant: requantParams(node.requant, node.accBits, y),
  };
  const contents = () => ({
    weights: engineWeights(node, x.shape.channels, shape),
    requantRom: requantRom(node.requant, shape.beatsOut * f.lanesOut),
  });
  const engine = planned(shape, contents, {
    sources: [window.length > 0 ? { block: 0 } : { input: 0 }],
    role: '',
    output: outputOf(y, f.lanesOut),
  });
  return [...window, engine];
}
