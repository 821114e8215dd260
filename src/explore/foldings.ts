/**
 * Legal foldings of each layer with their cycles per frame and their cost.
 */
import { ceilDiv, type Folding } from '../ir/folding.js';
import { type QuantGraph, type QuantNode, tensorOf } from '../ir/quant-graph.js';
import { laneCycles, pixelsOf, tapCycles } from '../passes/layer-cycles.js';
import { requantParams, windowParams } from '../passes/lower-engine.js';
import { convGroups, depthwiseGroups, tapChoices } from './conv-foldings.js';
import {
  addCost,
  type Cost,
  globalAvgPoolCost,
  maxPoolCost,
  sumCosts,
  upsampleCost,
  widenCost,
  windowCost,
} from './option-cost.js';

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

/** What DSPs can do, and may be used for. */
export interface DspShape {
  /** Bits of the wide input of DSPs that can hold two weights; 0 where packing gains nothing. */
  readonly widePortBits: number;
  /** Whether they may requantize too; where not, all of them are left to the network's own products. */
  readonly requantize: boolean;
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

/** Lane counts of streams: few prime factors, so that neighbours convert cheaply, or all channels at once. */
export const streamLanes = (channels: number): number[] =>
  Array.from({ length: channels }, (_, i) => i + 1).filter((n) => n === channels || isSmooth(n));

function isSmooth(n: number): boolean {
  let rest = n;
  while (rest % 2 === 0) rest /= 2;
  while (rest % 3 === 0) rest /= 3;
  return rest === 1;
}

/** All legal foldings of a layer. */
export const foldingOptions = (graph: QuantGraph, node: QuantNode, dsps?: DspShape): FoldingOption[] =>
  foldingGroups(graph, node, dsps).flatMap((group) => group.options());

export function foldingGroups(
  graph: QuantGraph,
  node: QuantNode,
  dsps: DspShape = DSP_SHAPES.xc7,
): FoldingGroup[] {
  const x = tensorOf(graph, node.inputs[0] as string);
  const y = tensorOf(graph, node.output);
  const { channels } = x.shape;
  if (node.op === 'conv')
    return node.groups > 1 ? depthwiseGroups(node, x, y, dsps) : convGroups(node, x, y, dsps);
  const single = (folding: Folding, cycles: number, multipliers: number, costs: () => Cost[]) => ({
    cycles,
    options: () => [{ folding, cycles, multipliers, ...sumCosts(costs()) }],
  });
  if (node.op === 'maxPool') {
    return tapChoices(node).flatMap((taps) =>
      streamLanes(channels).map((lanes) =>
        single({ op: 'maxPool', lanes, taps }, tapCycles(node, x, y, { lanes, taps }), 0, () => [
          windowCost(windowParams(node, x, y, lanes, taps, 0)),
          widenCost(lanes, x.bits),
          maxPoolCost(lanes * taps, x.bits),
        ]),
      ),
    );
  }
  const costOf = (lanes: number): Cost => {
    const groups = ceilDiv(channels, lanes);
    switch (node.op) {
      case 'add':
        return addCost(lanes, x.bits);
      case 'upsample':
        return upsampleCost(lanes, x.bits, (x.shape.width + 1) * groups);
      case 'globalAvgPool':
        return globalAvgPoolCost(lanes, groups, pixelsOf(x), requantParams(node.requant, node.accBits, y));
    }
  };
  return streamLanes(channels).map((lanes) =>
    single({ op: 'lanes', lanes }, laneCycles(x, y, lanes), lanes, () => [
      costOf(lanes),
      widenCost(lanes, x.bits),
    ]),
  );
}
