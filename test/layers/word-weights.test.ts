/**
 * What the search asks of a convolution's weights without putting them in order equals what the ordered weights tell:
 * bills of every folding, places whose bits do not all differ, and how long packed chains may be.
 */
import { describe, expect, it } from 'vitest';
import { fabricOf } from '../../src/explore/foldings.js';
import type { BilledOf, PointwiseParams } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import { type LayerTensors, type QuantGraph, type QuantNode, tensorsOf } from '../../src/ir/quant-graph.js';
import { pointwiseBill } from '../../src/kinds/bills/pointwise.js';
import { useOf } from '../../src/kinds/bills/weight-use.js';
import { chainFits, chainLength } from '../../src/kinds/engine.js';
import { usualBlocks } from '../../src/layers/cycles.js';
import { quantLayer } from '../../src/layers/index.js';
import { FAMILIES, TARGETS } from '../../src/targets/index.js';
import { POINTWISE, QuantBuilder, samePads } from '../support/quant-builder.js';

/** A convolution with few values, long runs of zeros, and any number of channels. */
function randomConv(seed: number): { graph: QuantGraph; node: QuantNode; tensors: LayerTensors } {
  const prng = new Prng(seed);
  const channels = prng.int(1, 40);
  const builder = new QuantBuilder(prng, 'conv', { channels, height: 4, width: 4 });
  const shape = prng.pick([POINTWISE, POINTWISE, { kernel: 3, stride: 1, pads: samePads(3) }]);
  const y = builder.conv(builder.input, prng.int(1, 50), shape);
  const graph = builder.finish(y);
  const [node] = graph.nodes;
  if (node.op !== 'conv') throw new Error('not a convolution');
  const few = Array.from({ length: prng.int(1, 4) }, () => prng.pick([...node.weights]));
  const isFew = prng.int(0, 2) === 0;
  const sparse = node.weights.map((w, i) => (isFew ? few[i % few.length] : prng.int(0, 3) === 0 ? w : 0));
  const changed: QuantNode = { ...node, weights: prng.int(0, 2) === 0 ? node.weights : sparse };
  const whole = { ...graph, nodes: [changed] };
  return { graph: whole, node: changed, tensors: tensorsOf(whole, changed) };
}

const sorted = (tame: ReturnType<ReturnType<typeof useOf>['tame']>) =>
  tame.places
    .map((place, i) => [place, tame.differ[i], tame.differ[i] === 0 ? tame.value[i] : 0])
    .sort((a, b) => a[0] - b[0]);

/** Foldings of a layer on a family: its engine as the search asks, and with its weights in order. */
function* engines(seed: number, family: (typeof FAMILIES)[number]) {
  const { node, tensors } = randomConv(seed);
  const { target } = fabricOf(family);
  const layer = quantLayer(node);
  const dsps = { widePortBits: target.dsp.widePortBits, requantize: true };
  let count = 0;
  for (const group of layer.foldings(node, tensors, dsps)) {
    for (const folding of group.all()) {
      // One of five, which is no period of the ways to build a group.
      if (count++ % 5 > 0) continue;
      const block = usualBlocks(node, tensors, folding).find((b) => b.shape.kind === 'pointwise');
      if (!block) throw new Error('no engine');
      yield {
        billed: { ...block.shape, ...block.billed() } as BilledOf<'pointwise'>,
        params: block.params() as PointwiseParams,
      };
    }
  }
}

describe.each(FAMILIES)('%s', (family) => {
  it('bills are those of the ordered weights', () => {
    let tame = 0;
    for (let seed = 1; seed <= 12; seed++) {
      for (const { billed, params } of engines(seed, family)) {
        const price = (p: BilledOf<'pointwise'>) => TARGETS[family].price(pointwiseBill(p, TARGETS[family]));
        expect({ seed, ...price(billed) }).toEqual({ seed, ...price(params) });
        for (const paired of [0, 2 * Math.floor(params.pe / 2)]) {
          if (billed.weights instanceof Int8Array) throw new Error('ordered weights');
          const found = sorted(billed.weights.tame(paired));
          expect({ seed, paired, found }).toEqual({
            seed,
            paired,
            found: sorted(useOf(params.weights, params).tame(paired)),
          });
          tame += found.length;
        }
      }
    }
    expect(tame).toBeGreaterThan(1000);
  });

  it('chains are as long as the ordered weights allow', () => {
    let short = 0;
    for (let seed = 21; seed <= 50; seed++) {
      for (const { params } of engines(seed, family)) {
        const { packShift, chain } = params.engine;
        if (packShift === 0) continue;
        const longest = chainLength(params.simd, (length) => chainFits(params, packShift, length));
        expect([seed, chain]).toEqual([seed, longest]);
        if (longest < Math.min(16, params.simd)) short++;
      }
    }
    // ECP5 packs nothing.
    if (family !== 'ecp5') expect(short).toBeGreaterThan(20);
  });
});
