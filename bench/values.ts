/**
 * Integer reference against ONNX Runtime: 10,000 images through each, one at a time on one thread. The contenders take
 * turns, a part of the images each, so that what else the machine does falls on all of them alike.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { Image } from '../src/images/image.js';
import { FloatModel } from '../src/io/images/float-model.js';
import { readImages } from '../src/io/images/images.js';
import { type Shape, sizeOf } from '../src/ir/graph.js';
import { preprocess, preprocessingOf } from '../src/ir/preprocess.js';
import { Prng } from '../src/ir/prng.js';
import { tensorOf } from '../src/ir/quant-graph.js';
import { quantizeValues } from '../src/ir/quantize-values.js';
import { argmax } from '../src/report/accuracy.js';
import { type Executor, IntegerExecutor } from '../src/sim/integer-executor.js';
import { SimdExecutor } from '../src/sim/simd-executor.js';
import { CIFAR10, COMMITTED, clock, compiled, ms, NOISE, printTable } from './measure.js';

const IMAGES = 10_000;
/** Images between two changes of turn. */
const TURN = 500;
/** The plain executor is the specification and not fast: fewer images say enough. */
const PLAIN_IMAGES = 20;
/** What the integer reference may take of ONNX Runtime's time. */
const LIMIT = 3;

interface Inputs {
  /** Channel-major, as ONNX Runtime takes them. */
  readonly reals: readonly Float32Array[];
  /** Raster order, as the integer reference takes them. */
  readonly integers: readonly Int16Array[];
}

interface Contender {
  readonly name: string;
  readonly limit: number;
  classify(x: Inputs): Promise<readonly number[]>;
}

interface Tally {
  images: number;
  seconds: number;
  cpuSeconds: number;
  right: number;
}

const integers = (name: string, executor: Executor, limit = IMAGES): Contender => ({
  name,
  limit,
  classify: async (x) => x.integers.map((image) => argmax(executor.run(image))),
});

async function runtime(name: string, path: string, perCall: number): Promise<Contender> {
  const model = await FloatModel.open(readFileSync(path));
  return {
    name,
    limit: IMAGES,
    classify: async ({ reals }) => {
      const classes: number[] = [];
      for (let i = 0; i < reals.length; i += perCall) {
        const results = await model.run(reals.slice(i, i + perCall));
        for (const logits of results.get(model.output) ?? []) classes.push(argmax(logits));
      }
      return classes;
    },
  };
}

/** CIFAR-10's test images where BLNET_CIFAR10 names its folder, else as many of noise, without labels. */
function* imagesFor(shape: Shape): Generator<Image> {
  if (CIFAR10) return yield* readImages(CIFAR10, shape, 'test', IMAGES);
  const prng = new Prng(1);
  for (let i = 0; i < IMAGES; i++)
    yield { pixels: Uint8Array.from({ length: sizeOf(shape) }, () => prng.int(0, 255)), label: null };
}

function* parts(images: Iterable<Image>): Generator<Image[]> {
  let part: Image[] = [];
  for (const image of images) {
    part.push(image);
    if (part.length < TURN) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

export async function benchValues(): Promise<void> {
  const { quantized } = compiled(COMMITTED, {}, CIFAR10 ?? NOISE).value;
  const input = tensorOf(quantized, quantized.input);
  const preprocessing = preprocessingOf(quantized.metadata);
  const qdq = COMMITTED.replace('.onnx', '.qdq.onnx');
  const contenders = [
    await runtime('ONNX Runtime, float', COMMITTED, 1),
    await runtime('ONNX Runtime, float, 64 images a call', COMMITTED, 64),
    ...(existsSync(qdq) ? [await runtime('ONNX Runtime, QDQ int8', qdq, 1)] : []),
    integers('integer reference, WebAssembly SIMD', new SimdExecutor(quantized)),
    integers('integer reference, plain', new IntegerExecutor(quantized), PLAIN_IMAGES),
  ];
  const tallies = contenders.map((): Tally => ({ images: 0, seconds: 0, cpuSeconds: 0, right: 0 }));
  let isWarm = false;
  for (const part of parts(imagesFor(input.shape))) {
    const reals = part.map((image) => preprocess(image.pixels, input.shape, preprocessing));
    const all = { reals, integers: reals.map((r) => quantizeValues(r, input.shape, input)) };
    // Code is compiled and memory touched before the clock runs.
    if (!isWarm) for (const c of contenders) await c.classify(firstOf(all, 3));
    isWarm = true;
    for (const [k, contender] of contenders.entries()) {
      const tally = tallies[k];
      const x = firstOf(all, contender.limit - tally.images);
      const stop = clock();
      const classes = await contender.classify(x);
      const { seconds, cpuSeconds } = stop();
      tally.seconds += seconds;
      tally.cpuSeconds += cpuSeconds;
      tally.images += classes.length;
      tally.right += classes.filter((c, i) => c === part[i].label).length;
    }
  }
  const perImage = tallies.map((t) => t.cpuSeconds / t.images);
  console.log(
    `Values: ${COMMITTED}, ${CIFAR10 ? 'test images of CIFAR-10' : 'random images (BLNET_CIFAR10 is not set)'}, one thread`,
  );
  printTable(
    ['what', 'images', 'clock s', 'CPU s', 'CPU ms/image', 'of float', 'top-1'],
    tallies.map((t, k) => [
      contenders[k].name,
      t.images,
      t.seconds.toFixed(2),
      t.cpuSeconds.toFixed(2),
      ms(perImage[k]),
      (perImage[k] / perImage[0]).toFixed(2),
      CIFAR10 ? `${((100 * t.right) / t.images).toFixed(2)} %` : '-',
    ]),
  );
  const simd = contenders.findIndex((c) => c.name.includes('SIMD'));
  const ratio = perImage[simd] / perImage[0];
  console.log(
    `  integer reference: ${ratio.toFixed(2)} times float, one image a call; ${ratio <= LIMIT ? 'within' : 'ABOVE'} the limit of ${LIMIT}\n`,
  );
}

const firstOf = (x: Inputs, count: number): Inputs => ({
  reals: x.reals.slice(0, count),
  integers: x.integers.slice(0, count),
});
