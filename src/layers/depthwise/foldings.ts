/** Legal foldings of a depthwise convolution: `lanes` channels, one or a whole column of taps at once. */
import Type from 'typebox';
import type { LayerTensors } from '../../ir/quant-graph.js';
import { record } from '../../schema/parts.js';
import type { DspShape, FoldingGroup } from '../layer-kind.js';
import { atMost, divides, lanes, products, scaleCycles, tapProblems, yes } from '../shared/documents.js';
import { laneCounts } from '../shared/lanes.js';
import { narrowestOutput, requantParams, scaleChoices } from '../shared/requant.js';
import { tapChoices } from '../shared/window.js';
import type { DepthwiseFolding, QuantDepthwise } from './types.js';

export function foldings(
  node: QuantDepthwise,
  { inputs: [x], output: y }: LayerTensors,
  dsps: DspShape,
): FoldingGroup<DepthwiseFolding>[] {
  const { multiplierBits } = requantParams(node.requant, node.accBits, y);
  return tapChoices(node).flatMap((taps) => {
    const foldTaps = node.kernel ** 2 / taps;
    return laneCounts(x.shape.channels).map((width) => {
      const lanesOut = narrowestOutput(width, foldTaps);
      const scales = scaleChoices(multiplierBits, width / lanesOut, foldTaps, dsps);
      const all = (): DepthwiseFolding[] =>
        [false, true].flatMap((useDsp) =>
          scales.flatMap((cycles) =>
            [false, true].map((weightBlock) => ({
              op: 'depthwise' as const,
              lanes: width,
              taps,
              lanesOut,
              useDsp,
              weightBlock,
              scaleCycles: cycles,
            })),
          ),
        );
      return { first: all()[0], all };
    });
  });
}

export const foldingSchema = record({
  op: Type.Literal('depthwise'),
  lanes,
  taps: products,
  lanesOut: lanes,
  useDsp: yes,
  weightBlock: yes,
  scaleCycles,
});

export const foldingProblems = (
  node: QuantDepthwise,
  { inputs: [x] }: LayerTensors,
  f: DepthwiseFolding,
): string[] => [
  ...tapProblems(f.taps, node.kernel),
  ...atMost('lanes', f.lanes, x.shape.channels),
  ...divides('lanesOut', f.lanesOut, f.lanes),
];
