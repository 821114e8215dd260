/**
 * Cycles per frame of the slowest block that a layer becomes under a folding: closed forms that the folding search
 * compares and that lowering keeps width conversions within.
 */

import { assertInternal } from '../diagnostics.js';
import { largestOf } from '../ir/extremes.js';
import { type ConvFolding, ceilDiv, type Folding, type FoldingPlan } from '../ir/folding.js';
import type { WindowShape } from '../ir/graph.js';
import { type QuantGraph, type QuantNode, type QuantTensor, tensorOf } from '../ir/quant-graph.js';
import { foldInOf, needsWindow } from './lower-engine.js';

export const pixelsOf = (t: QuantTensor): number => t.shape.height * t.shape.width;

/** Beats that enter the line buffer; 0 without one. */
const stored = (w: WindowShape, x: QuantTensor, lanes: number): number =>
  needsWindow(w) ? pixelsOf(x) * ceilDiv(x.shape.channels, lanes) : 0;

/** Line buffer and dense engine. */
export const denseCycles = (
  w: WindowShape,
  x: QuantTensor,
  y: QuantTensor,
  f: Pick<ConvFolding, 'windowLanes' | 'taps' | 'simd' | 'pe'>,
): number =>
  Math.max(
    stored(w, x, f.windowLanes),
    pixelsOf(y) * foldInOf(w, x.shape.channels, f) * ceilDiv(y.shape.channels, f.pe),
  );

/** Line buffer and what takes `taps` taps of `lanes` channels a cycle. */
export const tapCycles = (
  w: WindowShape,
  x: QuantTensor,
  y: QuantTensor,
  f: { readonly lanes: number; readonly taps: number },
): number =>
  Math.max(
    stored(w, x, f.lanes),
    pixelsOf(y) * ceilDiv(x.shape.channels, f.lanes) * (w.kernel ** 2 / f.taps),
  );

/** One pixel at a time, at the finer side. */
export const laneCycles = (x: QuantTensor, y: QuantTensor, lanes: number): number =>
  Math.max(pixelsOf(x), pixelsOf(y)) * ceilDiv(x.shape.channels, lanes);

function layerCycles(graph: QuantGraph, node: QuantNode, f: Folding): number {
  const x = tensorOf(graph, node.inputs[0] as string);
  const y = tensorOf(graph, node.output);
  switch (f.op) {
    case 'conv':
      assertInternal(node.op === 'conv', `folding '${f.op}' for '${node.op}'`, node.name);
      return denseCycles(node, x, y, f);
    case 'depthwise':
    case 'maxPool':
      assertInternal(node.op === 'conv' || node.op === 'maxPool', `folding '${f.op}'`, node.name);
      return tapCycles(node, x, y, f);
    case 'lanes':
      return laneCycles(x, y, f.lanes);
  }
}

/** Cycles per frame of the slowest layer: the interval if no stream ever waits. */
export function planCycles(graph: QuantGraph, plan: FoldingPlan): number {
  return largestOf(
    graph.nodes.map((n) => {
      const f = plan.get(n.name);
      assertInternal(f !== undefined, 'layer without folding', n.name);
      return layerCycles(graph, n, f);
    }),
  );
}
