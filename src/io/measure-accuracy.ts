/** `blnet accuracy`: the same images through ONNX Runtime (float golden) and the integer reference. */
import { preprocess, preprocessingOf } from '../ir/preprocess.js';
import { tensorOf } from '../ir/quant-graph.js';
import { dequantizeValues, quantizeValues } from '../ir/quantize-values.js';
import { AccuracyMeter, type AccuracyReport, argmax } from '../report/accuracy.js';
import { createExecutor } from '../sim/simd-executor.js';
import { type Build, modelOf } from './build-folder.js';
import { FloatModel } from './float-model.js';
import type { Image } from './images.js';

/** Images in one call of ONNX Runtime. */
const BATCH = 64;

/**
 * @param sqnrImages how many images also compare every layer; each costs as much as running it
 * @param onProgress called with the number of images done
 */
export async function measureAccuracy(
  build: Build,
  images: Iterable<Image>,
  sqnrImages: number,
  onProgress: (done: number) => void = () => {},
): Promise<AccuracyReport> {
  const { quantized } = build;
  const input = tensorOf(quantized, quantized.input);
  const preprocessing = preprocessingOf(quantized.metadata);
  const model = modelOf(build);
  const inner = [...quantized.tensors.keys()].filter((name) => name !== quantized.input);
  const golden = await FloatModel.open(model);
  const layered = await FloatModel.open(model, inner);
  const executor = createExecutor(quantized);
  const meter = new AccuracyMeter();
  let done = 0;

  const runBatch = async (batch: readonly Image[], layers: boolean) => {
    const reals = batch.map((image) => preprocess(image.pixels, input.shape, preprocessing));
    const results = await (layers ? layered : golden).run(reals);
    const logits = results.get(golden.output) as readonly Float32Array[];
    reals.forEach((image, i) => {
      const output = executor.run(quantizeValues(image, input.shape, input));
      meter.add((batch[i] as Image).label, argmax(logits[i] as Float32Array), argmax(output));
      if (!layers) return;
      for (const name of inner) {
        const t = tensorOf(quantized, name);
        const float = results.get(name)?.[i];
        if (float) meter.addTensor(name, float, dequantizeValues(executor.valuesOf(name), t.shape, t));
      }
    });
    done += batch.length;
    onProgress(done);
  };

  let batch: Image[] = [];
  const flush = async () => {
    const layers = done < sqnrImages;
    if (batch.length > 0) await runBatch(batch, layers);
    batch = [];
  };
  for (const image of images) {
    batch.push(image);
    if (batch.length === BATCH || done + batch.length === sqnrImages) await flush();
  }
  await flush();
  await golden.close();
  await layered.close();
  return meter.report();
}
