/** The smallest network with a window, engines, a residual and a FIFO: generated RTL in Verilator and in Icarus. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { foldingOptions } from '../../src/explore/foldings.js';
import { sizeFifos } from '../../src/explore/size-fifos.js';
import { Prng } from '../../src/ir/prng.js';
import { KINDS } from '../../src/kinds/index.js';
import { differences, PATTERNS, type PatternName } from '../support/compare-rtl.js';
import { POINTWISE, QuantBuilder, randomFrame, samePads } from '../support/quant-builder.js';
import { RtlBuild } from '../support/rtl-build.js';
import { caseOf, type RtlCase } from '../support/rtl-case.js';
import { describeWithTool } from '../support/tools.js';

function smallest(): RtlCase {
  const prng = new Prng(1);
  const builder = new QuantBuilder(prng, 'smoke', { channels: 3, height: 7, width: 9 });
  const stem = builder.conv(builder.input, 5, { kernel: 3, stride: 1, pads: samePads(3) });
  const filtered = builder.depthwise(stem, { kernel: 3, stride: 1, pads: samePads(3) });
  const mixed = builder.conv(filtered, 5, POINTWISE);
  const graph = builder.finish(builder.add(stem, mixed));
  const plan = new Map(graph.nodes.map((n) => [n.name, prng.pick(foldingOptions(graph, n)).folding]));
  const { hardware } = sizeFifos(KINDS, graph, plan, 2000);
  return caseOf(graph, hardware, [randomFrame(prng, graph), randomFrame(prng, graph)]);
}

describeWithTool(['verilator', 'iverilog'], 'the smallest network in RTL', () => {
  const c = smallest();
  const patterns = Object.keys(PATTERNS) as PatternName[];
  let build: RtlBuild;
  beforeAll(() => {
    build = new RtlBuild([c]);
    build.buildVerilator(0);
    build.buildIcarus(c);
  });
  afterAll(() => build.remove());

  it.each(patterns)('Verilator, %s: values and every handshake', (pattern) => {
    expect(differences(c, PATTERNS[pattern], build.run('verilator', c, PATTERNS[pattern]))).toEqual([]);
  });

  it.each(['steady', 'both'] as const)('Icarus, %s: values and every handshake', (pattern) => {
    expect(differences(c, PATTERNS[pattern], build.run('iverilog', c, PATTERNS[pattern]))).toEqual([]);
  });
});
