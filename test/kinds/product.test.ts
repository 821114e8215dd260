/** Products of two maps and by a gate: odd channel counts, one pixel, formats of either sign, at several lane counts. */
import { expect, it } from 'vitest';
import { foldingOptions } from '../../src/explore/foldings.js';
import { sizeFifos } from '../../src/explore/size-fifos.js';
import { Prng } from '../../src/ir/prng.js';
import type { QuantGraph } from '../../src/ir/quant-graph.js';
import { KINDS } from '../../src/kinds/index.js';
import { type ProductParams, product } from '../../src/kinds/product.js';
import { type GridPoint, runGrid, spread } from '../support/kind-grid.js';
import { type IntegerFormat, QuantBuilder, randomFrame } from '../support/quant-builder.js';
import { caseOf } from '../support/rtl-case.js';

const S8: IntegerFormat = { bits: 8, signed: true, zeroPoint: -7 };
const U8: IntegerFormat = { bits: 8, signed: false, zeroPoint: 0 };
const U5: IntegerFormat = { bits: 5, signed: false, zeroPoint: 31 };
const S3: IntegerFormat = { bits: 3, signed: true, zeroPoint: -4 };

/** The last layer in some foldings, the others in their slowest. */
function points(graph: QuantGraph): GridPoint[] {
  const prng = new Prng(graph.name.length);
  const frames = [randomFrame(prng, graph), randomFrame(prng, graph), randomFrame(prng, graph)];
  const options = graph.nodes.map((n) => foldingOptions(graph, n).sort((a, b) => b.cycles - a.cycles));
  const slowest = graph.nodes.map((n, i) => [n.name, options[i][0].folding] as const);
  const slow = Math.max(...options.map(([o]) => o.cycles));
  const last = graph.nodes[graph.nodes.length - 1];
  return spread(options.at(-1) ?? [], 3).map(({ folding }) => {
    const { hardware } = sizeFifos(KINDS, graph, new Map([...slowest, [last.name, folding]]), slow);
    return { title: `${graph.name}: ${JSON.stringify(folding)}`, case: caseOf(graph, hardware, frames) };
  });
}

function gated(channels: number, height: number, width: number, x: IntegerFormat, gate: IntegerFormat) {
  const b = new QuantBuilder(new Prng(channels), `gate${channels}x${height}`, { channels, height, width }, x);
  return points(b.finish(b.product('image', b.lookup(b.globalAvgPool('image'), gate))));
}

function pairs(channels: number, height: number, x: IntegerFormat, other: IntegerFormat): GridPoint[] {
  const shape = { channels, height, width: 4 };
  const b = new QuantBuilder(new Prng(channels), `pairs${channels}x${height}`, shape, x);
  return points(b.finish(b.product('image', b.lookup('image', other))));
}

runGrid('product', [
  ...gated(5, 3, 4, S8, U8),
  ...gated(1, 2, 3, U8, S8),
  ...gated(12, 3, 2, U5, S3),
  ...gated(3, 1, 1, S8, U5),
  ...pairs(7, 3, S8, S8),
  ...pairs(6, 1, U5, S3),
]);

it('what does not fit is refused', () => {
  const b = new QuantBuilder(new Prng(1), 'check', { channels: 2, height: 2, width: 2 }, S8);
  const graph = b.finish(b.product('image', 'image', S8));
  const [{ folding }] = foldingOptions(graph, graph.nodes[0]);
  const { hardware } = sizeFifos(KINDS, graph, new Map([[graph.nodes[0].name, folding]]), 100);
  const p = hardware.blocks.map((block) => block.params).find((q) => q.kind === 'product') as ProductParams;
  expect(product.check(p)).toEqual([]);
  expect(product.check({ ...p, requant: { ...p.requant, accBits: 9 } }).join()).toMatch(
    /accumulator of 9 bits for products of 1\d/,
  );
  expect(product.check({ ...p, aBits: 9 }).join()).toMatch(/inputs of 9 and 8 bits/);
  expect(product.check({ ...p, groups: 0 }).join()).toMatch(/groups is 0/);
});
