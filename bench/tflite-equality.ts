/**
 * The public int8 TFLite networks against TFLite Micro, in front of SOFTMAX and behind it: random images, and the test images of CIFAR-10
 * for the network that is trained on them. Usage: tflite-equality.js [RANDOM_IMAGES] [CIFAR_IMAGES]
 */
import { existsSync, readFileSync } from 'node:fs';
import { isProved, type LayerProof } from '../src/arithmetic/proof.js';
import { assertInternal } from '../src/diagnostics.js';
import { importTflite, tensorNames } from '../src/frontend/tflite/import-tflite.js';
import { readTflite } from '../src/frontend/tflite/read-tflite.js';
import { readImages } from '../src/io/images/images.js';
import { sizeOf } from '../src/ir/graph.js';
import { Prng } from '../src/ir/prng.js';
import { tensorOf } from '../src/ir/quant-graph.js';
import { foldBatchNorm } from '../src/passes/fold-batch-norm.js';
import { quantize } from '../src/passes/quantize.js';
import { hostRuns } from '../src/sim/host-part.js';
import { SimdExecutor } from '../src/sim/simd-executor.js';
import { runTflite } from '../test/support/tflite-runtime.js';
import { CIFAR10 } from './measure.js';

const [RANDOM_IMAGES = 1000, CIFAR_IMAGES = 10_000] = process.argv.slice(2).map(Number);
/** Images that TFLite Micro gets at once. */
const PART = 1000;

/** Pixels in raster order, channels innermost. */
type Source = () => Generator<Uint8Array>;

function* randomPixels(size: number): Generator<Uint8Array> {
  const prng = new Prng(11);
  for (let i = 0; i < RANDOM_IMAGES; i++) yield Uint8Array.from({ length: size }, () => prng.int(0, 255));
}

function* cifarPixels(folder: string): Generator<Uint8Array> {
  const shape = { channels: 3, height: 32, width: 32 };
  for (const { pixels } of readImages(folder, shape, 'test', CIFAR_IMAGES))
    yield Uint8Array.from(pixels, (_, i) => pixels[(i % 3) * 1024 + Math.floor(i / 3)]);
}

function compare(path: string, images: Source, what: string): void {
  const bytes = readFileSync(path);
  const proofs: LayerProof[] = [];
  const graph = quantize(foldBatchNorm(importTflite(bytes)), {
    ranges: {},
    inputFormat: { bits: 8, signed: false, scale: 1, zeroPoint: 0 },
    arithmetic: 'tflite-micro',
    onProof: (p) => proofs.push(p),
  });
  const model = readTflite(bytes);
  const [name] = graph.outputs;
  const softmax = hostRuns(graph).get(name);
  assertInternal(softmax !== undefined, `${path} ends without SOFTMAX`);
  const tensors = [tensorNames(model).indexOf(name), ...model.outputs];
  const executor = new SimdExecutor(graph);
  const size = sizeOf(tensorOf(graph, graph.input).shape);
  let [count, values, differing, behind] = [0, 0, 0, 0];
  const compareAll = (pixels: readonly Uint8Array[]): void => {
    const input = new Int8Array(pixels.length * size);
    for (const [i, image] of pixels.entries())
      for (let k = 0; k < size; k++) input[i * size + k] = image[k] - 128;
    const [golden] = runTflite([{ model: bytes, input, images: pixels.length, tensors }]);
    let at = 0;
    for (const image of pixels) {
      const q = executor.run(image);
      for (const v of q) if (v !== golden[at++]) differing++;
      for (const v of softmax(q).integers ?? []) if (v !== golden[at++]) behind++;
    }
    count += pixels.length;
    values += at / 2;
    assertInternal(at === golden.length, 'values left over');
  };
  let part: Uint8Array[] = [];
  for (const image of images()) {
    part.push(image);
    if (part.length === PART) {
      compareAll(part);
      part = [];
    }
  }
  if (part.length > 0) compareAll(part);
  const channels = proofs.reduce((sum, p) => sum + p.channels, 0);
  const proved = proofs.filter(isProved).length;
  const file = path.split('/').at(-1);
  console.log(
    `${file}: ${proved} of ${proofs.length} layers proved (${channels} channels); ${count} ${what}: ${differing} of ${values} integers differ in front of SOFTMAX, ${behind} behind it`,
  );
  if (differing + behind > 0) process.exitCode = 1;
}

for (const file of ['kws.tflite', 'resnet8.tflite', 'vww_96_int8.tflite']) {
  const path = `../shared/models/${file}`;
  if (!existsSync(path)) {
    console.log(`${file}: ../shared/models is not there`);
    continue;
  }
  const graph = importTflite(readFileSync(path));
  const size = sizeOf(graph.shapes.get(graph.input) ?? { channels: 0, height: 0, width: 0 });
  if (RANDOM_IMAGES > 0) compare(path, () => randomPixels(size), 'random images');
  const cifar = CIFAR10;
  if (file === 'resnet8.tflite' && CIFAR_IMAGES > 0 && cifar)
    compare(path, () => cifarPixels(cifar), 'test images of CIFAR-10');
}
