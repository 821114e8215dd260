/** A small network in two copies that take frames in turn: the blocks that random networks lack. */
import { foldingOptions } from '../../src/explore/foldings.js';
import { sizeFifos } from '../../src/explore/size-fifos.js';
import { Prng } from '../../src/ir/prng.js';
import { KINDS } from '../../src/kinds/index.js';
import { copyPipeline } from '../../src/passes/copy-pipeline.js';
import { POINTWISE, QuantBuilder, randomFrame, samePads } from './quant-builder.js';
import { caseOf, type RtlCase } from './rtl-case.js';

/** Kinds that stand between copies alone. */
export const COPY_KINDS: readonly string[] = ['merge', 'turn'];

export function copiedCase(): RtlCase {
  const prng = new Prng(2);
  const b = new QuantBuilder(prng, 'copies', { channels: 1, height: 3, width: 4 });
  const x = b.conv(b.input, 3, POINTWISE);
  const graph = b.finish(b.depthwise(x, { kernel: 3, stride: 1, pads: samePads(3) }));
  const plan = new Map(graph.nodes.map((n) => [n.name, prng.pick(foldingOptions(graph, n)).folding]));
  const one = sizeFifos(KINDS, graph, plan, 1).hardware;
  const hardware = copyPipeline(one, { count: 2, pack: 1, depth: 4 });
  return caseOf(graph, hardware, [randomFrame(prng, graph), randomFrame(prng, graph)]);
}
