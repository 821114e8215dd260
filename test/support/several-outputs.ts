/** Small networks with several outputs: of one, another layer reads on; of one, a branch ends; one is of a single pixel. */
import { foldingOptions } from '../../src/explore/foldings.js';
import { sizeFifos } from '../../src/explore/size-fifos.js';
import type { Folding } from '../../src/ir/folding.js';
import type { Hardware } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import type { QuantGraph } from '../../src/ir/quant-graph.js';
import { KINDS } from '../../src/kinds/index.js';
import { POINTWISE, QuantBuilder, randomFrame, samePads } from './quant-builder.js';
import { caseOf, type RtlCase } from './rtl-case.js';

const WINDOW = { kernel: 3, stride: 1, pads: samePads(3) };

/** Two outputs; the first one feeds the layers of the second, too. */
export function twoOutputs(seed = 1): QuantGraph {
  const b = new QuantBuilder(new Prng(seed), `two${seed}`, { channels: 2, height: 6, width: 5 });
  const stem = b.conv(b.input, 5, WINDOW);
  return b.finish(stem, b.conv(b.depthwise(stem, WINDOW), 3, POINTWISE));
}

/** Three: a map at half the extent, the sum of a residual, and one pixel; the map is read on twice. */
export function threeOutputs(seed = 2): QuantGraph {
  const b = new QuantBuilder(new Prng(seed), `three${seed}`, { channels: 3, height: 6, width: 8 });
  const stem = b.conv(b.input, 4, { ...WINDOW, stride: 2 });
  const sum = b.add(stem, b.depthwise(stem, WINDOW));
  return b.finish(b.globalAvgPool(sum), stem, sum);
}

/** The folding in the middle of every layer's list. */
function hardwareOf(graph: QuantGraph): Hardware {
  const plan = new Map(
    graph.nodes.map((n): [string, Folding] => {
      const options = [...foldingOptions(graph, n)].sort((a, b) => a.cycles - b.cycles);
      return [n.name, options[Math.floor(options.length / 2)].folding];
    }),
  );
  return sizeFifos(KINDS, graph, plan, 4000).hardware;
}

export function caseOfGraph(graph: QuantGraph, frames = 3): RtlCase {
  const images = Array.from({ length: frames }, (_, i) => randomFrame(new Prng(i + 1), graph));
  return caseOf(graph, hardwareOf(graph), images);
}
