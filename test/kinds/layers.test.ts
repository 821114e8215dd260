/**
 * The computing kinds as layers of one: odd channel counts, formats of 2..8 bits of either sign, foldings from one
 * multiplier to all of them. The line buffer, the forks and the width converters they need come with them.
 */
import { NO_PADS } from '../../src/ir/graph.js';
import { Prng } from '../../src/ir/prng.js';
import type { QuantGraph } from '../../src/ir/quant-graph.js';
import { layerPoints, runGrid } from '../support/kind-grid.js';
import { type IntegerFormat, POINTWISE, QuantBuilder, samePads } from '../support/quant-builder.js';

const U8: IntegerFormat = { bits: 8, signed: false, zeroPoint: 128 };
const S8: IntegerFormat = { bits: 8, signed: true, zeroPoint: -7 };
const S4: IntegerFormat = { bits: 4, signed: true, zeroPoint: 2 };

function layer(
  name: string,
  [channels, height, width]: [number, number, number],
  format: IntegerFormat,
  grow: (b: QuantBuilder) => string,
): QuantGraph {
  const builder = new QuantBuilder(
    new Prng(name.length * 7 + channels),
    name,
    { channels, height, width },
    format,
  );
  return builder.finish(grow(builder));
}

const window = (kernel: number, stride: number) => ({ kernel, stride, pads: samePads(kernel) });

runGrid('pointwise', [
  ...layerPoints(
    layer('pointwise7to5', [7, 3, 4], S8, (b) => b.conv('image', 5, POINTWISE, S8)),
    5,
  ),
  ...layerPoints(
    layer('pointwise1to1', [1, 2, 3], U8, (b) => b.conv('image', 1, POINTWISE, S4)),
    1,
  ),
  ...layerPoints(
    layer('pointwise4to11', [4, 3, 3], S4, (b) => b.conv('image', 11, POINTWISE, U8)),
    4,
  ),
  ...layerPoints(
    layer('stem3to5', [3, 5, 6], U8, (b) => b.conv('image', 5, window(3, 2), S8)),
    4,
  ),
  ...layerPoints(
    layer('conv2to3', [2, 5, 4], S8, (b) => b.conv('image', 3, window(3, 1), S8)),
    3,
  ),
]);

runGrid('depthwise', [
  ...layerPoints(
    layer('depthwise5', [5, 4, 5], S8, (b) => b.depthwise('image', window(3, 1), S8)),
    5,
  ),
  ...layerPoints(
    layer('depthwise7half', [7, 5, 6], S4, (b) => b.depthwise('image', window(3, 2), S8)),
    4,
  ),
  ...layerPoints(
    layer('depthwise2wide', [2, 5, 5], U8, (b) => b.depthwise('image', window(5, 1), S4)),
    3,
  ),
]);

// Both operands are the same tensor, so a fork comes with it.
runGrid('add and fork', [
  ...layerPoints(
    layer('add5', [5, 3, 4], S8, (b) => b.add('image', 'image', S8)),
    4,
  ),
  ...layerPoints(
    layer('add3narrow', [3, 3, 4], S4, (b) => b.add('image', 'image', U8)),
    2,
  ),
]);

runGrid('maxPool', [
  ...layerPoints(
    layer('pool5', [5, 6, 4], S8, (b) => b.maxPool('image', { kernel: 2, stride: 2, pads: NO_PADS })),
    3,
  ),
  ...layerPoints(
    layer('pool3unsigned', [3, 5, 5], U8, (b) => b.maxPool('image', window(3, 2))),
    3,
  ),
]);

runGrid('globalAvgPool', [
  ...layerPoints(
    layer('mean7', [7, 3, 4], S8, (b) => b.globalAvgPool('image', S8)),
    4,
  ),
  ...layerPoints(
    layer('mean2unsigned', [2, 5, 5], U8, (b) => b.globalAvgPool('image', S4)),
    2,
  ),
  ...layerPoints(
    layer('mean3single', [3, 1, 1], S4, (b) => b.globalAvgPool('image', S8)),
    1,
  ),
]);
