/** Concatenation of odd channel counts, of maps that fork before and of tables between formats, at every lane count. */
import { expect, it } from 'vitest';
import { foldingOptions } from '../../src/explore/foldings.js';
import { sizeFifos } from '../../src/explore/size-fifos.js';
import { Prng } from '../../src/ir/prng.js';
import type { QuantGraph } from '../../src/ir/quant-graph.js';
import { concat } from '../../src/kinds/concat.js';
import { KINDS } from '../../src/kinds/index.js';
import { type GridPoint, runGrid } from '../support/kind-grid.js';
import { type IntegerFormat, POINTWISE, QuantBuilder, randomFrame } from '../support/quant-builder.js';
import { caseOf } from '../support/rtl-case.js';

const S8: IntegerFormat = { bits: 8, signed: true, zeroPoint: -7 };
const U4: IntegerFormat = { bits: 4, signed: false, zeroPoint: 3 };

/** The last layer in every folding, the others in their slowest; FIFOs as they are sized, without which forks deadlock. */
function points(graph: QuantGraph): GridPoint[] {
  const prng = new Prng(graph.name.length);
  const frames = [randomFrame(prng, graph), randomFrame(prng, graph)];
  const options = graph.nodes.map((n) =>
    foldingOptions(graph, n).sort((a, b) => b.cycles - a.cycles || a.lut - b.lut),
  );
  const slowest = graph.nodes.map((n, i) => [n.name, options[i][0].folding] as const);
  const slow = Math.max(...options.map(([o]) => o.cycles));
  const last = graph.nodes[graph.nodes.length - 1];
  return (options.at(-1) ?? []).map(({ folding }) => {
    const plan = new Map([...slowest, [last.name, folding]]);
    const { hardware } = sizeFifos(KINDS, graph, plan, slow);
    return { title: `${graph.name}: ${JSON.stringify(folding)}`, case: caseOf(graph, hardware, frames) };
  });
}

/** All inputs are the image, which forks. */
function copies(channels: number, count: number, format: IntegerFormat): GridPoint[] {
  const name = `concat${count}times${channels}`;
  const b = new QuantBuilder(new Prng(channels), name, { channels, height: 3, width: 4 }, S8);
  return points(b.finish(b.concat(Array<string>(count).fill('image'), format)));
}

/** The image, and a convolution of it with another number of channels, in either order. */
function besideConv(own: number, other: number, first: boolean, format: IntegerFormat): GridPoint[] {
  const name = `concat${own}and${other}${first ? 'first' : ''}`;
  const b = new QuantBuilder(new Prng(own * 31 + other), name, { channels: own, height: 4, width: 3 }, S8);
  const branch = b.conv('image', other, POINTWISE, format);
  return points(b.finish(b.concat(first ? [branch, 'image'] : ['image', branch], format)));
}

runGrid('concat', [
  ...copies(5, 2, S8),
  ...copies(6, 3, U4),
  ...copies(1, 2, U4),
  ...besideConv(3, 7, true, S8),
  ...besideConv(3, 7, false, U4),
  ...besideConv(6, 4, false, S8),
]);

it('beats of both inputs are asked for', () => {
  const p = { kind: 'concat', pixels: 4, lanes: 3, bits: 8, aBeats: 2, bBeats: 1 } as const;
  expect(concat.check(p)).toEqual([]);
  expect(concat.check({ ...p, bBeats: 0 }).join()).toMatch(/bBeats is 0/);
});
