/**
 * The limits of `limits.ts` on a float graph: one operation as it is added, before its output exists, and the whole at
 * the end. Every frontend builds its graph through `GraphBuilder`, which asks here.
 */
import { type Graph, type GraphOp, type Shape, sizeOf } from '../ir/graph.js';
import { checkLimit } from '../limits.js';
import { floatLayer } from './index.js';

export function checkShape(s: Shape, where: string): void {
  checkLimit('channels', s.channels, where);
  checkLimit('extent', Math.max(s.height, s.width), where);
  checkLimit('pixels', s.height * s.width, where);
  checkLimit('tensorValues', sizeOf(s), where);
}

/** `op` may have a window; what its padding takes counts with the whole graph. */
export function checkWindow(op: GraphOp, where: string): void {
  if (!('kernel' in op)) return;
  checkLimit('kernel', op.kernel, where);
  checkLimit('stride', op.stride, where);
  checkLimit('extent', Math.max(...Object.values(op.pads)), where);
}

/** Bytes of a padded image of `lanes` values a pixel, 0 where nothing is padded. */
function paddedValues(op: GraphOp, x: Shape, channels: number): number {
  if (!('pads' in op)) return 0;
  const { top, left, bottom, right } = op.pads;
  return top + left + bottom + right === 0
    ? 0
    : channels * (x.height + top + bottom) * (x.width + left + right);
}

/** Channels as the fast executor stores them. */
const stored = (channels: number): number => 8 * Math.ceil(channels / 8);
/** Bytes of a weight in all its forms: float, folded, integer, in the order of the engine and of the executor. */
const BYTES_PER_WEIGHT = 16;

/** Weights, multiply-accumulates and the most memory that a compilation or a simulation of one image takes. */
function sizeOfGraph(graph: Pick<Graph, 'nodes' | 'shapes'>): {
  readonly weights: number;
  readonly macs: number;
  readonly bytes: number;
} {
  let [weights, macs, integers, columns, borders, largest] = [0, 0, 0, 0, 0, 0];
  for (const shape of graph.shapes.values()) {
    integers += 2 * stored(shape.channels) * shape.height * shape.width;
    largest = Math.max(largest, sizeOf(shape));
  }
  for (const n of graph.nodes) {
    const x = graph.shapes.get(n.inputs[0]) as Shape;
    const y = graph.shapes.get(n.output) as Shape;
    integers += 2 * paddedValues(n, x, stored(x.channels));
    borders += 4 * paddedValues(n, x, x.channels);
    const layer = floatLayer(n);
    const count = layer.count(n, y);
    weights += count.parameters;
    macs += count.macs;
    const inputs = n.inputs.map((t) => graph.shapes.get(t) as Shape);
    const { product } = layer.room(n, inputs, y);
    // Twice: as they are made, and in the memory of the matrix product.
    if (product) columns = Math.max(columns, 8 * product.inputs * product.pixels);
  }
  const floats = columns + borders + 4 * 4 * largest;
  return { weights, macs, bytes: BYTES_PER_WEIGHT * weights + Math.max(integers, floats) };
}

/** Errors: BLN207. */
export function checkGraphSize(graph: Pick<Graph, 'nodes' | 'shapes'>): void {
  const { weights, macs, bytes } = sizeOfGraph(graph);
  checkLimit('weights', weights, 'the network');
  checkLimit('macs', macs, 'the network');
  checkLimit('memoryMiB', Math.ceil(bytes / 2 ** 20), 'the network');
}
