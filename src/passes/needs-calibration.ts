/** Whether a graph has tensors whose range only images can tell: those that the model itself gives no format for. */
import { BlnetError } from '../diagnostics.js';
import type { Graph } from '../ir/graph.js';
import { foldBatchNorm } from './fold-batch-norm.js';
import { quantize } from './quantize.js';

const INPUT = { bits: 8, signed: false, scale: 1, zeroPoint: 0 };

/** Errors: those of `quantize` for a graph that it does not take at all. */
export function needsCalibration(graph: Graph): boolean {
  if (!graph.formats || graph.formats.size === 0) return true;
  try {
    quantize(foldBatchNorm(graph), { ranges: {}, inputFormat: graph.formats.get(graph.input) ?? INPUT });
    return false;
  } catch (error) {
    if (error instanceof BlnetError && error.diagnostic.code === 'BLN104') return true;
    throw error;
  }
}
