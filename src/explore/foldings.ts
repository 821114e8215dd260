/**
 * Legal foldings of each layer with their cycles per frame and their cost: what the layers say of themselves, priced.
 */
import type { Folding } from '../ir/folding.js';
import { type LayerTensors, type QuantGraph, type QuantNode, tensorsOf } from '../ir/quant-graph.js';
import { cyclesOf, usualBlocks } from '../layers/cycles.js';
import { quantLayer } from '../layers/index.js';
import type { DspShape } from '../layers/layer-kind.js';
import { blockCost, type Cost, sumCosts, widenCost } from './option-cost.js';

export type { DspShape };

export interface FoldingOption extends Cost {
  readonly folding: Folding;
  /** Cycles per frame of the slowest block that this layer becomes. */
  readonly cycles: number;
  /** Products computed in a cycle. */
  readonly multipliers: number;
}

/** Foldings that differ in how they are built and not in speed; they are made, and priced, when asked for. */
export interface FoldingGroup {
  readonly cycles: number;
  options(): FoldingOption[];
}

/** DSP48E1 and DSP48E2 multiply 25 and 27 bits by 18; ECP5's 18 x 18 cannot hold two weights. */
export const DSP_SHAPES: Readonly<Record<'xc7' | 'xcup' | 'ecp5', DspShape>> = {
  xc7: { widePortBits: 25, requantize: true },
  xcup: { widePortBits: 27, requantize: true },
  ecp5: { widePortBits: 0, requantize: true },
};

/** What the search may use a family's DSPs for. */
export const dspsOf = (family: keyof typeof DSP_SHAPES, requantizeIn: 'any' | 'luts'): DspShape => ({
  ...DSP_SHAPES[family],
  requantize: requantizeIn === 'any',
});

/** All legal foldings of a layer. */
export const foldingOptions = (graph: QuantGraph, node: QuantNode, dsps?: DspShape): FoldingOption[] =>
  foldingGroups(graph, node, dsps).flatMap((group) => group.options());

/** Blocks of a layer, and what joins beats in front of them where the layer does not do it itself. */
function foldingCost(node: QuantNode, tensors: LayerTensors, folding: Folding): Cost {
  const parts = usualBlocks(node, tensors, folding).map((b) => blockCost(b.shape));
  const lanes = quantLayer(node).lanesIn(node, folding, 0);
  return sumCosts(lanes.length > 1 ? parts : [...parts, widenCost(lanes[0], tensors.inputs[0].bits)]);
}

export function foldingGroups(
  graph: QuantGraph,
  node: QuantNode,
  dsps: DspShape = DSP_SHAPES.xc7,
): FoldingGroup[] {
  const layer = quantLayer(node);
  const tensors = tensorsOf(graph, node);
  return layer.foldings(node, tensors, dsps).map((group) => {
    const cycles = cyclesOf(usualBlocks(node, tensors, group.first));
    const option = (folding: Folding): FoldingOption => ({
      folding,
      cycles,
      multipliers: layer.parallel(folding),
      ...foldingCost(node, tensors, folding),
    });
    return { cycles, options: () => group.all().map(option) };
  });
}
