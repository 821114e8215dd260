/** Legal foldings of a convolution: words of `simd` products for each of `pe` outputs, in DSPs or LUTs. */
import Type from 'typebox';
import type { LayerTensors } from '../../ir/quant-graph.js';
import { MOST_LANES, macLatency, packShiftOf } from '../../kinds/engine.js';
import { record, wholeNumber } from '../../schema/parts.js';
import type { DspShape, FoldingGroup } from '../layer-kind.js';
import {
  atMost,
  divides,
  lanes,
  outputsInDsps,
  products,
  scaleCycles,
  tapProblems,
  yes,
} from '../shared/documents.js';
import { laneCounts } from '../shared/lanes.js';
import { narrowestOutput, requantParams, scaleChoices } from '../shared/requant.js';
import { needsWindow, tapChoices } from '../shared/window.js';
import { foldInOf } from './blocks.js';
import type { ConvFolding, QuantConv } from './types.js';
import { chainOf } from './word-chains.js';

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
        const foldingOf = (peDsp: number, cycles: number, weightBlock: boolean): ConvFolding => ({
          op: 'conv',
          ...word,
          pe,
          lanesOut,
          peDsp,
          packShift,
          weightBlock,
          scaleCycles: cycles,
        });
        groups.push({
          first: foldingOf(pe, scales[0], false),
          all: () =>
            [...new Set([pe, pe - (pe % 2), 0])].flatMap((peDsp) =>
              scales.flatMap((cycles) =>
                [false, true].map((weightBlock) => foldingOf(peDsp, cycles, weightBlock)),
              ),
            ),
        });
      }
    }
  }
  return groups;
}

export const foldingSchema = record({
  op: Type.Literal('conv'),
  windowLanes: lanes,
  taps: products,
  simd: products,
  pe: lanes,
  lanesOut: lanes,
  peDsp: outputsInDsps,
  packShift: wholeNumber(0, 48),
  weightBlock: yes,
  scaleCycles,
});

export const foldingProblems = (
  node: QuantConv,
  { inputs: [x], output: y }: LayerTensors,
  f: ConvFolding,
): string[] => [
  ...tapProblems(f.taps, node.kernel),
  ...atMost('windowLanes', f.windowLanes, x.shape.channels),
  ...atMost('pe', f.pe, y.shape.channels),
  ...atMost('peDsp', f.peDsp, f.pe),
  ...(f.simd === f.windowLanes * f.taps ? [] : [`simd ${f.simd}, not windowLanes x taps`]),
  ...(needsWindow(node) || f.taps === 1 ? [] : [`taps ${f.taps} without a window`]),
  ...divides('lanesOut', f.lanesOut, f.pe),
];
