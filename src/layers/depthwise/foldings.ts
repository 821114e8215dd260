/** Legal foldings of a depthwise convolution: `lanes` channels, one or a whole column of taps at once. */
import type { LayerTensors } from '../../ir/quant-graph.js';
import type { DspShape, FoldingGroup } from '../layer-kind.js';
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
    return laneCounts(x.shape.channels).map((lanes) => {
      const lanesOut = narrowestOutput(lanes, foldTaps);
      const scales = scaleChoices(multiplierBits, lanes / lanesOut, foldTaps, dsps);
      const all = (): DepthwiseFolding[] =>
        [false, true].flatMap((useDsp) =>
          scales.flatMap((scaleCycles) =>
            [false, true].map((weightBlock) => ({
              op: 'depthwise' as const,
              lanes,
              taps,
              lanesOut,
              useDsp,
              weightBlock,
              scaleCycles,
            })),
          ),
        );
      return { first: all()[0], all };
    });
  });
}
