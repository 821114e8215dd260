/**
 * The table of operations. A missing operation, and a missing answer in an operation's own file, are type errors.
 */

import type { Folding } from '../ir/folding.js';
import type { GraphOp } from '../ir/graph.js';
import type { LayerName } from '../ir/layer-types.js';
import type { QuantOp } from '../ir/quant-graph.js';
import { add } from './add.js';
import { avgPool } from './avg-pool.js';
import { batchNorm } from './batch-norm.js';
import { clamp } from './clamp.js';
import { concat } from './concat/index.js';
import { conv } from './conv/index.js';
import { depthwise } from './depthwise/index.js';
import { globalAvgPool } from './global-avg-pool.js';
import type { FloatAnswers, HardwareAnswers, LayerTable, StandIn } from './layer-kind.js';
import { lookup } from './lookup/index.js';
import { maxPool } from './max-pool.js';
import { product } from './product/index.js';
import { select } from './select/index.js';
import { upsample } from './upsample.js';

export const LAYERS = {
  conv,
  depthwise,
  batchNorm,
  clamp,
  add,
  concat,
  upsample,
  maxPool,
  avgPool,
  globalAvgPool,
  lookup,
  product,
  select,
} as const satisfies LayerTable;

// The table pairs each name with its own types; TypeScript cannot follow that through an index.

/** What the operation says of itself in the float graph. */
export const floatLayer = (op: GraphOp): FloatAnswers<GraphOp, QuantOp> => LAYERS[op.op] as never;

/** What the operation says of its integers and of its hardware. */
export const quantLayer = (
  op: QuantOp,
): FloatAnswers<GraphOp, QuantOp> & HardwareAnswers<GraphOp, QuantOp, Folding> => LAYERS[op.op] as never;

/** How a float operation comes to hardware: by itself, or by the one that stands in for it. */
export const hardwareOf = (op: GraphOp): HardwareAnswers<GraphOp, QuantOp, Folding> | StandIn<GraphOp> =>
  LAYERS[op.op] as never;

/** Whether an operation of this name becomes hardware by itself, as a file says it. */
export const isQuantName = (name: unknown): name is QuantOp['op'] =>
  typeof name === 'string' && Object.hasOwn(LAYERS, name) && 'quantize' in LAYERS[name as LayerName];
