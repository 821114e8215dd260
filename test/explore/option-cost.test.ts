/** What the search thinks a layer costs, against the estimate of the blocks that come out, which Yosys is held to. */
import { describe, expect, it } from 'vitest';
import { estimateBlock } from '../../src/estimate/estimate.js';
import { blockCost } from '../../src/explore/option-cost.js';
import { searchFoldings } from '../../src/explore/search-foldings.js';
import type { Block } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import type { QuantGraph } from '../../src/ir/quant-graph.js';
import { KINDS } from '../../src/kinds/index.js';
import { lower } from '../../src/passes/lower.js';
import { TARGETS } from '../../src/targets/index.js';
import { POINTWISE, QuantBuilder, samePads } from '../support/quant-builder.js';

function network(prng: Prng): QuantGraph {
  const format = { bits: 8, signed: true, zeroPoint: 0 };
  const window = { kernel: 3, stride: 1, pads: samePads(3) };
  const builder = new QuantBuilder(prng, 'costs', { channels: 3, height: 12, width: 12 });
  const stem = builder.conv(builder.input, prng.int(12, 24), window, format);
  const inner = builder.conv(stem, prng.int(50, 120), POINTWISE, format);
  const filtered = builder.depthwise(inner, window, format);
  return builder.finish(builder.conv(filtered, prng.int(20, 60), POINTWISE, format));
}

/** LUTs that the search reckons with, or null for blocks that it learns of later. */
const reckoned = ({ params: p }: Block): number | null =>
  ['pointwise', 'depthwise', 'window'].includes(p.kind) ? blockCost(p).lut : null;

describe('LUTs that the folding search reckons with', () => {
  it.each([
    ['many DSPs', 40, 200],
    ['few DSPs', 0, 20],
  ])('are those of the estimate within 12 %, with %s', (_, fewest, most) => {
    const totals = { window: [0, 0], depthwise: [0, 0], pointwise: [0, 0] };
    for (let seed = 1; seed <= 12; seed++) {
      const prng = new Prng(seed);
      const graph = network(prng);
      const budget = { dsp: prng.int(fewest, most), lut: prng.int(4000, 8000), bram: 40 };
      const hardware = lower(graph, searchFoldings(graph, budget).plan, (_name, beats) => beats);
      for (const block of hardware.blocks) {
        const luts = reckoned(block);
        if (luts === null) continue;
        const total = totals[block.params.kind as keyof typeof totals];
        total[0] = (total[0] as number) + luts;
        total[1] = (total[1] as number) + estimateBlock(KINDS, block, TARGETS.xc7).lut;
      }
    }
    for (const [kind, [search, estimate]] of Object.entries(totals)) {
      const ratio = (search as number) / (estimate as number);
      expect([kind, ratio, ratio > 0.88 && ratio < 1.12]).toEqual([kind, ratio, true]);
    }
  });
});
