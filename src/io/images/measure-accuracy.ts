/** `blnet accuracy`: the same images through the golden (a runtime on the model itself) and the integer reference. */
import { BlnetError } from '../../diagnostics.js';
import { importOnnx } from '../../frontend/onnx/import-onnx.js';
import { readModel } from '../../frontend/onnx/read-model.js';
import { writeOnnx } from '../../frontend/onnx/write-onnx.js';
import type { Image } from '../../images/image.js';
import { splitOutputs, tensorOf } from '../../ir/quant-graph.js';
import { dequantizeValues } from '../../ir/quantize-values.js';
import { AccuracyMeter, type AccuracyReport, argmax } from '../../report/accuracy.js';
import { type Build, modelOf } from '../build/build-folder.js';
import { FloatModel } from './float-model.js';
import { type Answer, openGolden, realsOf } from './golden.js';
import { ImageOutputs } from './image-outputs.js';
import { ImageWorkers } from './image-workers.js';

/** Images in one call of ONNX Runtime, and in one question to a thread. */
const BATCH = 64;

export interface AccuracyOptions {
  /** How many images also compare every layer; each costs as much as running it. */
  readonly sqnrImages: number;
  /** Threads of the integer reference beside this one, which runs the float golden; 0 (default): none. */
  readonly threads?: number;
  /** Called with the number of images done. */
  readonly onProgress?: (done: number) => void;
  /** The threads' program, where it is not beside this file. */
  readonly workerEntry?: URL;
}

/** Images of a batch with what both sides say of them. */
interface Judged {
  readonly images: readonly Image[];
  readonly answers: readonly Answer[];
  readonly outputs: Promise<readonly Int16Array[]>;
}

/** The report does not depend on the number of threads. */
export async function measureAccuracy(
  build: Build,
  images: Iterable<Image>,
  options: AccuracyOptions,
): Promise<AccuracyReport> {
  const { sqnrImages, threads = 0, onProgress = () => {}, workerEntry } = options;
  const meter = new AccuracyMeter();
  const golden = await openGolden(build);
  const workers = new ImageWorkers(build.quantized, threads, workerEntry);
  const layers = sqnrImages > 0 ? await LayerComparison.open(build) : null;
  const open: Judged[] = [];
  let done = 0;

  const settle = async ({ images, answers, outputs }: Judged): Promise<void> => {
    const integers = await outputs;
    images.forEach((image, i) => {
      const [first] = splitOutputs(build.quantized, integers[i]);
      meter.add(image.label, argmax(answers[i].scores), argmax(first));
      const { equals } = answers[i];
      if (equals) meter.addEquality(equals(integers[i]));
    });
    done += images.length;
    onProgress(done);
  };
  try {
    let seen = 0;
    for (const batch of batches(images, sqnrImages)) {
      if (seen < sqnrImages) await layers?.add(batch, meter);
      seen += batch.length;
      const outputs = workers.run(batch.map((image) => image.pixels));
      // Its failure is met where it is awaited, be that after another one.
      outputs.catch(() => {});
      const answers = await golden.run(batch);
      checkLabels(batch, answers);
      open.push({ images: batch, answers, outputs });
      if (open.length >= workers.depth) await settle(open.shift() as Judged);
    }
    for (const judged of open) await settle(judged);
  } finally {
    await workers.close();
    await golden.close();
    await layers?.close();
  }
  return { ...meter.report(), golden: golden.name };
}

/** A label that the model has no output for says that the images are another dataset's. */
function checkLabels(images: readonly Image[], answers: readonly Answer[]): void {
  const classes = answers[0]?.scores.length ?? 0;
  const foreign = images.find(({ label }) => label !== null && label >= classes);
  if (foreign === undefined) return;
  throw new BlnetError('BLN103', {
    where: "the images' labels",
    found: `label ${foreign.label}`,
    need: `labels 0..${classes - 1}, the model's outputs`,
    hint: 'name the dataset that the model was trained on',
  });
}

/** Images in batches, one of which ends at `edge`. */
function* batches(images: Iterable<Image>, edge: number): Generator<Image[]> {
  let batch: Image[] = [];
  let seen = 0;
  for (const image of images) {
    batch.push(image);
    if (++seen !== edge && batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/**
 * A model whose inner maps have their channels first, as the graph has them: the model itself, or the graph that was read from it where
 * the model turns maps around.
 */
function channelMajor(bytes: Uint8Array): Uint8Array {
  const turns = readModel(bytes).nodes.some((n) => n.opType === 'Transpose');
  return turns ? writeOnnx(importOnnx(bytes)) : bytes;
}

/** Every layer of both sides on the same images. */
class LayerComparison {
  private readonly integer: ImageOutputs;

  private constructor(
    private readonly build: Build,
    private readonly golden: FloatModel,
    private readonly tensors: readonly string[],
  ) {
    this.integer = new ImageOutputs(build.quantized);
  }

  static async open(build: Build): Promise<LayerComparison> {
    const { tensors, input } = build.quantized;
    const inner = [...tensors.keys()].filter((name) => name !== input);
    return new LayerComparison(build, await FloatModel.open(channelMajor(modelOf(build)), inner), inner);
  }

  async add(batch: readonly Image[], meter: AccuracyMeter): Promise<void> {
    const { integer } = this;
    const { quantized } = this.build;
    const results = await this.golden.run(realsOf(this.build, batch));
    batch.forEach((image, i) => {
      integer.run(image.pixels);
      for (const name of this.tensors) {
        const t = tensorOf(quantized, name);
        const float = results.get(name)?.[i];
        if (float)
          meter.addTensor(name, float, dequantizeValues(integer.executor.valuesOf(name), t.shape, t));
      }
    });
  }

  close(): Promise<void> {
    return this.golden.close();
  }
}
