/** Cycles per frame of a layer under a folding: those of its slowest block, asked of the block's own kind. */
import { assertInternal } from '../diagnostics.js';
import { largestOf } from '../ir/extremes.js';
import type { Folding, FoldingPlan } from '../ir/folding.js';
import type { BlockShape } from '../ir/hardware.js';
import { type LayerTensors, type QuantGraph, type QuantNode, tensorsOf } from '../ir/quant-graph.js';
import { KINDS } from '../kinds/index.js';
import { quantLayer } from './index.js';
import type { PlannedBlock } from './layer-kind.js';

const cyclesPerFrame = (shape: BlockShape): number => KINDS[shape.kind].cyclesPerFrame(shape as never);

/** The blocks that a folding becomes before its neighbours are known: its inputs come as they usually do. */
export function usualBlocks(
  node: QuantNode,
  tensors: LayerTensors,
  folding: Folding,
): readonly PlannedBlock[] {
  const layer = quantLayer(node);
  const lanes = tensors.inputs.map((_, i) => layer.lanesIn(node, folding, i)[0]);
  return layer.blocks(node, tensors, folding, lanes);
}

export const cyclesOf = (blocks: readonly PlannedBlock[]): number =>
  blocks.reduce((most, b) => Math.max(most, cyclesPerFrame(b.shape)), 0);

export function foldingOf(plan: FoldingPlan, node: QuantNode): Folding {
  const f = plan.get(node.name);
  assertInternal(f !== undefined, 'layer without folding', node.name);
  return f;
}

/** Cycles per frame of the slowest layer: the interval if no stream ever waits. */
export const planCycles = (graph: QuantGraph, plan: FoldingPlan): number =>
  largestOf(graph.nodes.map((n) => cyclesOf(usualBlocks(n, tensorsOf(graph, n), foldingOf(plan, n)))));
