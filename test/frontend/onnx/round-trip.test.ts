/** Graph -> ONNX -> graph is the identity, weights and metadata included. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/frontend/onnx/import-onnx.js';
import { decodeModel } from '../../../src/frontend/onnx/onnx-proto.js';
import { writeOnnx } from '../../../src/frontend/onnx/write-onnx.js';
import type { Graph } from '../../../src/ir/graph.js';
import { foldBatchNorm } from '../../../src/passes/fold-batch-norm.js';
import { randomGraph } from '../../support/random-graph.js';

describe('writing and reading ONNX', () => {
  it.each(Array.from({ length: 20 }, (_, i) => i + 100))('gives random graph %i back', (seed) => {
    const graph = randomGraph(seed, 14, seed % 2 ? 'all' : 'first');
    expect(importOnnx(writeOnnx(graph))).toEqual(graph);
  });

  it('gives the trained network back, folded or not', () => {
    const bytes = readFileSync(new URL('../../../models/mobile-blnet-cifar10.onnx', import.meta.url));
    const graph = importOnnx(bytes);
    expect(importOnnx(writeOnnx(graph))).toEqual(graph);
    const folded = foldBatchNorm(graph);
    expect(importOnnx(writeOnnx(folded))).toEqual(folded);
  });

  it('flattens logits to N x C and keeps the batch symbolic', () => {
    const graph = Array.from({ length: 20 }, (_, seed) => randomGraph(seed)).find(
      (g) => g.outputs[0] === 'logits',
    ) as Graph;
    const model = decodeModel(writeOnnx(graph)).graph;
    expect(model?.output?.[0]?.name).toBe(`${graph.outputs[0]}.flat`);
    expect(model?.input?.[0]?.type?.tensorType?.shape?.dim?.[0]).toEqual({ dimParam: 'N' });
    expect(model?.output?.[0]?.type?.tensorType?.shape?.dim).toHaveLength(2);
  });
});
