/** Models that fix their batch, and operators as they were before opset 7. */
import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/frontend/onnx/import-onnx.js';
import { FloatModel } from '../../../src/io/images/float-model.js';
import { Prng } from '../../../src/ir/prng.js';
import { FloatExecutor } from '../../../src/sim/float-executor.js';
import { floats, int64s, node, onnxModel } from '../../support/onnx-model.js';

import { randomFloats } from '../../support/random-onnx.js';

describe('a fixed batch', () => {
  it('is frames: each image gives what ONNX Runtime gives it among the others', async () => {
    const p = new Prng(2);
    const nodes = [
      node('Conv', ['x', 'w'], 'c'),
      node('Relu', ['c'], 'r'),
      node('Reshape', ['r', 'shape'], 'f'),
      node('MatMul', ['f', 'd'], 'y'),
    ];
    const constants = [
      randomFloats(p, 'w', 3, 2, 3, 3),
      int64s('shape', [4, 3 * 3 * 2]),
      randomFloats(p, 'd', 18, 5),
    ];
    const bytes = onnxModel(nodes, constants, { input: [4, 2, 5, 4], outputDims: [4, 5] });
    const graph = importOnnx(bytes);
    expect(graph.notes?.[0]?.text).toContain('4 images at once');
    // Six images: the second batch is not full.
    const images = Array.from({ length: 6 }, () => Float32Array.from({ length: 40 }, () => p.normal()));
    const model = await FloatModel.open(bytes);
    const theirs = (await model.run(images)).get('y') as readonly Float32Array[];
    await model.close();
    expect(theirs).toHaveLength(6);
    const run = new FloatExecutor(graph);
    for (const [n, image] of images.entries()) {
      const ours = run.run(image);
      const wanted = theirs[n];
      expect(wanted).toHaveLength(5);
      ours.forEach((v, i) => {
        expect(Math.abs(v - wanted[i])).toBeLessThan(1e-4);
      });
    }
  });
});

describe('operators before opset 7', () => {
  it('broadcast along an axis that an attribute names', () => {
    const nodes = [node('Add', ['x', 'k'], 't', { broadcast: 1, axis: 1 }), node('Relu', ['t'], 'y')];
    const graph = importOnnx(onnxModel(nodes, [floats('k', [4], [1, 2, 3, 4])], { opset: 6 }));
    expect(graph.nodes[0]).toMatchObject({ op: 'batchNorm', shift: Float32Array.of(1, 2, 3, 4) });
  });
});
