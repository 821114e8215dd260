/** The float graph of an ONNX model against ONNX Runtime, on one random image. */
import { expect } from 'vitest';
import { importOnnx } from '../../src/frontend/onnx/import-onnx.js';
import { FloatModel } from '../../src/io/images/float-model.js';
import { Prng } from '../../src/ir/prng.js';
import { FloatExecutor } from '../../src/sim/float-executor.js';

export async function expectLikeRuntime(bytes: Uint8Array, title: string, seed: number): Promise<void> {
  const graph = importOnnx(bytes);
  const shape = graph.shapes.get(graph.input) as { channels: number; height: number; width: number };
  const p = new Prng(seed);
  const image = Float32Array.from({ length: shape.channels * shape.height * shape.width }, () => p.normal());
  const model = await FloatModel.open(bytes);
  const theirs = (await model.run([image])).get(model.output)?.[0] as Float32Array;
  await model.close();
  const ours = new FloatExecutor(graph).run(image);
  expect(ours.length, title).toBe(theirs.length);
  const largest = Math.max(1, ...theirs.map(Math.abs));
  const difference = Math.max(...ours.map((v, i) => Math.abs(v - theirs[i])));
  expect(difference / largest, `${title}, seed ${seed}`).toBeLessThan(1e-5);
}
