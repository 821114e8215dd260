/** Two-branch networks under the foldings that the search gives them: frames follow each other as planned. */
import { describe, expect, it } from 'vitest';
import { foldingSpaces } from '../../src/explore/folding-space.js';
import { searchFoldings } from '../../src/explore/search-foldings.js';
import { sizeFifos } from '../../src/explore/size-fifos.js';
import { Prng } from '../../src/ir/prng.js';
import type { QuantGraph } from '../../src/ir/quant-graph.js';
import { bind, KINDS } from '../../src/kinds/index.js';
import { planCycles } from '../../src/layers/cycles.js';
import { SteadyStateMeter } from '../../src/sim/steady-state.js';
import { POINTWISE, QuantBuilder, samePads } from '../support/quant-builder.js';

const FORMAT = { bits: 8, signed: true, zeroPoint: 0 };

/** A stem, one or two Big-Little modules of irregular channel counts, now and then a classifier. */
function twoBranches(seed: number): QuantGraph {
  const r = new Prng(seed);
  // The deepest maps stay four pixels wide: docs/adr/0072.
  const shape = { channels: 3, height: 8 * r.int(2, 4), width: 8 * r.int(2, 4) };
  const b = new QuantBuilder(r, `branches${seed}`, shape);
  const window = (stride: number) => ({ kernel: 3, stride, pads: samePads(3) });
  const block = (x: string, out: number, stride: number): string => {
    const expanded = b.conv(x, r.int(5, 40), POINTWISE, FORMAT);
    return b.conv(b.depthwise(expanded, window(stride), FORMAT), out, POINTWISE, FORMAT);
  };
  let x = b.conv(b.input, r.int(5, 17), window(1), FORMAT);
  for (let left = r.int(1, 2); left > 0; left--) {
    const out = r.int(5, 30);
    let big = block(x, out, 2);
    for (let i = r.int(0, 2); i > 0; i--) big = block(big, out, 1);
    x = b.add(b.upsample(big), block(x, out, 1), FORMAT);
    if (left > 1) x = block(x, r.int(5, 30), 2);
  }
  if (r.int(0, 1)) x = b.conv(b.globalAvgPool(x), 10, POINTWISE, FORMAT);
  return b.finish(x);
}

describe('two branches and their join', () => {
  it.each([1, 2, 3, 4, 6, 8])('keep the planned interval, network %i', (seed) => {
    const graph = twoBranches(seed);
    const r = new Prng(seed + 1000);
    const budget = { dsp: r.int(40, 200), lut: r.int(20_000, 60_000), bram: r.int(40, 200) };
    const { plan, cycles } = searchFoldings(foldingSpaces(graph), budget);
    expect(planCycles(graph, plan)).toBe(cycles);
    const { hardware } = sizeFifos(KINDS, graph, plan, cycles);
    for (const b of hardware.blocks) expect(bind(KINDS, b).cyclesPerFrame()).toBeLessThanOrEqual(cycles);
    expect(new SteadyStateMeter(KINDS, hardware).measure().intervalCycles).toBe(cycles);
  });
});
