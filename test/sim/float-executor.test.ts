/** The float executor against ONNX Runtime, on written models: every tensor, not only the output. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeOnnx } from '../../src/frontend/onnx/write-onnx.js';
import { buildGraph } from '../../src/frontend/spec/build-graph.js';
import { parseNetworkSpec } from '../../src/frontend/spec/network-spec.js';
import { FloatModel } from '../../src/io/images/float-model.js';
import type { Graph, Shape } from '../../src/ir/graph.js';
import { Prng } from '../../src/ir/prng.js';
import { FloatExecutor, runFloat } from '../../src/sim/float-executor.js';
import { diagnosticOf } from '../support/errors.js';
import { randomGraph, randomImage, relativeError } from '../support/random-graph.js';

async function expectLikeRuntime(graph: Graph, seed: number): Promise<void> {
  const tensors = graph.nodes.map((n) => n.output);
  const model = await FloatModel.open(writeOnnx(graph), tensors);
  const prng = new Prng(seed);
  const images = [0, 1].map(() => randomImage(prng, graph.shapes.get(graph.input) as Shape));
  const theirs = await model.run(images);
  await model.close();
  images.forEach((image, i) => {
    const ours = runFloat(graph, image);
    for (const t of tensors) {
      const error = relativeError(ours.get(t) as Float32Array, theirs.get(t)?.[i] as Float32Array);
      expect(error, `${graph.name} ${t}`).toBeLessThan(1e-4);
    }
  });
}

describe('float executor', () => {
  it.each(Array.from({ length: 24 }, (_, i) => i + 1))(
    'agrees with ONNX Runtime on random graph %i',
    async (seed) => {
      await expectLikeRuntime(randomGraph(seed), seed);
    },
  );

  it('agrees with ONNX Runtime on the reference network', async () => {
    const path = new URL('../../models/specs/mobile-blnet-cifar10.json', import.meta.url);
    const spec = parseNetworkSpec(JSON.parse(readFileSync(path, 'utf8')));
    await expectLikeRuntime(buildGraph(spec, 1), 1);
  });

  it.each([3, 4, 5, 6])('agrees with its plain loops on random graph %i', (seed) => {
    const graph = randomGraph(seed);
    const image = randomImage(new Prng(seed), graph.shapes.get(graph.input) as Shape);
    const plain = new FloatExecutor(graph, false).run(image);
    expect(relativeError(new FloatExecutor(graph, true).run(image), plain)).toBeLessThan(1e-5);
  });

  it('gives the same result again, and leaves the image alone', () => {
    const graph = randomGraph(5);
    const executor = new FloatExecutor(graph);
    const image = randomImage(new Prng(1), graph.shapes.get(graph.input) as Shape);
    const copy = Float32Array.from(image);
    const first = executor.run(image);
    const second = executor.run(image);
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
    expect(image).toEqual(copy);
    expect(runFloat(graph, image).get(graph.outputs[0])).toEqual(first);
  });

  it('refuses an image of the wrong size', () => {
    const d = diagnosticOf(() => new FloatExecutor(randomGraph(1)).run(new Float32Array(3)));
    expect(d.code).toBe('BLN103');
    expect(d.found).toBe('an image of 3 values');
  });
});
