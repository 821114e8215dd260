/**
 * The paper's networks for CIFAR-100, Food101 and ImageNet, after pruning, with seeded weights (there is no data): each
 * compiles, the cycle simulator takes a frame through it without deadlock, and both integer executors agree on one.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { foldingSpaces } from '../../src/explore/folding-space.js';
import { searchFoldings } from '../../src/explore/search-foldings.js';
import { sizeFifos } from '../../src/explore/size-fifos.js';
import { buildGraph } from '../../src/frontend/spec/build-graph.js';
import { parseNetworkSpec } from '../../src/frontend/spec/network-spec.js';
import { type Shape, sizeOf } from '../../src/ir/graph.js';
import { outputsOf } from '../../src/ir/hardware.js';
import { preprocess, preprocessingOf } from '../../src/ir/preprocess.js';
import { Prng } from '../../src/ir/prng.js';
import { tensorOf } from '../../src/ir/quant-graph.js';
import { KINDS } from '../../src/kinds/index.js';
import { calibrate } from '../../src/passes/calibrate.js';
import { foldBatchNorm } from '../../src/passes/fold-batch-norm.js';
import { inputFormat } from '../../src/passes/input-format.js';
import { quantize } from '../../src/passes/quantize.js';
import { simulateFast } from '../../src/sim/fast-engine.js';
import { FloatExecutor } from '../../src/sim/float-executor.js';
import { IntegerExecutor } from '../../src/sim/integer-executor.js';
import { createExecutor } from '../../src/sim/simd-executor.js';

/** Plenty, so that a frame takes few cycles to simulate: what is tested is that the networks go through. */
const BUDGET = { dsp: 2520, lut: 400_000, bram: 1800 };

describe.each([
  ['mobile-blnet-cifar100', 100],
  ['mobile-blnet-food101', 101],
  ['mobile-blnet-imagenet', 1000],
] as const)('%s', (name, classes) => {
  const path = new URL(`../../models/specs/${name}.json`, import.meta.url);
  const graph = foldBatchNorm(buildGraph(parseNetworkSpec(JSON.parse(readFileSync(path, 'utf8'))), 1));
  const shape = graph.shapes.get(graph.input) as Shape;
  const prng = new Prng(1);
  const pixels = Uint8Array.from({ length: sizeOf(shape) }, () => prng.int(0, 255));
  const preprocessing = preprocessingOf(graph.metadata);
  const ranges = calibrate(
    graph,
    [preprocess(pixels, shape, preprocessing)],
    'min-max',
    new FloatExecutor(graph),
  );
  const { format } = inputFormat(preprocessing, [0, 0], 8);
  const quantized = quantize(graph, { ranges: ranges.tensors, inputFormat: format });

  it('has one result, whichever executor computes it', () => {
    const result = new IntegerExecutor(quantized).run(pixels).slice();
    expect(result).toHaveLength(classes);
    expect(new Set(result).size).toBeGreaterThan(20);
    expect(createExecutor(quantized).run(pixels)).toEqual(result);
  });

  it('is laid out, and the simulator takes a frame through it', () => {
    const folding = searchFoldings(foldingSpaces(quantized), BUDGET);
    const { hardware } = sizeFifos(KINDS, quantized, folding.plan, folding.cycles);
    const run = simulateFast(KINDS, hardware, { frames: 1 });
    expect(run.deadlock).toBeNull();
    const out = hardware.streams[outputsOf(hardware)[0].stream];
    expect(run.outputCycles[0]).toHaveLength(
      Math.ceil(tensorOf(quantized, quantized.outputs[0]).shape.channels / out.lanes),
    );
  });
});
