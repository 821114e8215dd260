/** Small networks in copies that take frames in turn: the blocks that random networks lack. */
import { foldingOptions } from '../../src/explore/foldings.js';
import { sizeFifos } from '../../src/explore/size-fifos.js';
import { type Hardware, inputsOf } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import type { QuantGraph } from '../../src/ir/quant-graph.js';
import { KINDS } from '../../src/kinds/index.js';
import { copyPipeline, packsOf } from '../../src/passes/copy-pipeline.js';
import { POINTWISE, QuantBuilder, randomFrame, samePads } from './quant-builder.js';
import { caseOf, type RtlCase } from './rtl-case.js';

/** Kinds that stand between copies alone. */
export const COPY_KINDS: readonly string[] = ['merge', 'turn'];

/** A residual block, and sometimes a second output. */
export function copiedNetwork(seed: number, channels: number, height: number, width: number): QuantGraph {
  const prng = new Prng(seed);
  const b = new QuantBuilder(prng, `copied${seed}`, { channels, height, width });
  const x = b.conv(b.input, prng.int(2, 5), POINTWISE);
  const y = b.depthwise(x, { kernel: 3, stride: 1, pads: samePads(3) });
  return b.finish(prng.int(0, 1) ? b.add(x, y) : y);
}

function pipelineOf(graph: QuantGraph, seed: number): Hardware {
  const prng = new Prng(seed);
  const plan = new Map(graph.nodes.map((n) => [n.name, prng.pick(foldingOptions(graph, n)).folding]));
  return sizeFifos(KINDS, graph, plan, 1).hardware;
}

export const COPIES = [
  { seed: 1, channels: 3, height: 4, width: 6, count: 2, wide: true },
  { seed: 2, channels: 1, height: 3, width: 4, count: 3, wide: true },
  { seed: 3, channels: 2, height: 3, width: 2, count: 4, wide: false },
] as const;

export function copied({ seed, channels, height, width, count, wide }: (typeof COPIES)[number]) {
  const graph = copiedNetwork(seed, channels, height, width);
  const one = pipelineOf(graph, seed);
  const packs = packsOf(one.streams[inputsOf(one)[0].stream], channels);
  const pack = wide ? (packs.at(-1) as number) : 1;
  const hardware = copyPipeline(one, { count, pack, depth: 1 + seed * 3 });
  return { graph, one, hardware, pack };
}

export function copiedCase(c: (typeof COPIES)[number]): RtlCase {
  const { graph, hardware } = copied(c);
  const prng = new Prng(c.seed);
  // A round that is not whole at the end.
  const frames = Array.from({ length: c.count + 2 }, () => randomFrame(prng, graph));
  return caseOf(graph, hardware, frames);
}
