/** Legal foldings of a convolution: words of `simd` products for each of `pe` outputs, in DSPs or LUTs. */
import type { LayerTensors } from '../../ir/quant-graph.js';
import { MOST_LANES, macLatency, packShiftOf } from '../../kinds/engine.js';
import type { DspShape, FoldingGroup } from '../layer-kind.js';
import { laneCounts } from '../shared/lanes.js';
import { narrowestOutput, requantParams, scaleChoices } from '../shared/requant.js';
import { tapChoices } from '../shared/window.js';
import { chainOf, foldInOf } from './blocks.js';
import type { ConvFolding, QuantConv } from './types.js';

/** More products than this in one engine fit no part and only cost search time. */
const MOST_PRODUCTS = 2048;

export function foldings(
  node: QuantConv,
  { inputs: [x], output: y }: LayerTensors,
  dsps: DspShape,
): FoldingGroup<ConvFolding>[] {
  const groups: FoldingGroup<ConvFolding>[] = [];
  const { channels } = x.shape;
  const { multiplierBits } = requantParams(node.requant, node.accBits, y);
  const packShift = packShiftOf(dsps.widePortBits, node.weightBits);
  for (const taps of tapChoices(node)) {
    for (const windowLanes of laneCounts(channels)) {
      const simd = windowLanes * taps;
      const word = { windowLanes, taps, simd };
      if (simd > MOST_LANES) break;
      const chain = chainOf(node, x, y, word, packShift);
      if (macLatency(simd, chain || 1) > 31) continue;
      const foldIn = foldInOf(node, channels, word);
      for (const pe of laneCounts(y.shape.channels)) {
        if (pe * simd > MOST_PRODUCTS) break;
        const lanesOut = narrowestOutput(pe, foldIn);
        const scales = scaleChoices(multiplierBits, pe / lanesOut, foldIn, dsps);
        const foldingOf = (peDsp: number, scaleCycles: number, weightBlock: boolean): ConvFolding => ({
          op: 'conv',
          ...word,
          pe,
          lanesOut,
          peDsp,
          packShift,
          weightBlock,
          scaleCycles,
        });
        groups.push({
          first: foldingOf(pe, scales[0], false),
          all: () =>
            [...new Set([pe, pe - (pe % 2), 0])].flatMap((peDsp) =>
              scales.flatMap((scaleCycles) =>
                [false, true].map((weightBlock) => foldingOf(peDsp, scaleCycles, weightBlock)),
              ),
            ),
        });
      }
    }
  }
  return groups;
}
