/** Integer reference against ONNX Runtime on one thread: milliseconds per image. */
import { existsSync, readFileSync } from 'node:fs';
import { FloatModel } from '../src/io/float-model.js';
import { sizeOf } from '../src/ir/graph.js';
import { Prng } from '../src/ir/prng.js';
import { tensorOf } from '../src/ir/quant-graph.js';
import { IntegerExecutor } from '../src/sim/integer-executor.js';
import { SimdExecutor } from '../src/sim/simd-executor.js';
import { COMMITTED, compiled, ms, printTable, timed } from './measure.js';

const IMAGES = 256;
/** The best of several rounds, since other processes only ever add time. */
const ROUNDS = 5;

async function floatSeconds(path: string, shape: number): Promise<number> {
  const model = await FloatModel.open(readFileSync(path));
  const prng = new Prng(1);
  const images = Array.from({ length: IMAGES }, () =>
    Float32Array.from({ length: shape }, () => prng.normal()),
  );
  let best = Number.POSITIVE_INFINITY;
  for (let r = 0; r < ROUNDS; r++) {
    const start = performance.now();
    await model.run(images);
    best = Math.min(best, (performance.now() - start) / 1000 / IMAGES);
  }
  await model.close();
  return best;
}

export async function benchValues(): Promise<void> {
  const { quantized } = compiled(COMMITTED).value;
  const size = sizeOf(tensorOf(quantized, quantized.input).shape);
  const prng = new Prng(1);
  const image = Uint8Array.from({ length: size }, () => prng.int(0, 255));
  const seconds = (executor: { run(x: ArrayLike<number>): unknown }, images: number): number =>
    Math.min(
      ...Array.from(
        { length: ROUNDS },
        () =>
          timed(() => {
            for (let i = 0; i < images; i++) executor.run(image);
          }).seconds / images,
      ),
    );
  const float = await floatSeconds(COMMITTED, size);
  const rows: [string, number][] = [
    ['ONNX Runtime, float, batches of 64', float],
    ['integer reference, WebAssembly SIMD', seconds(new SimdExecutor(quantized), IMAGES)],
    ['integer reference, plain', seconds(new IntegerExecutor(quantized), 4)],
  ];
  const qdq = COMMITTED.replace('.onnx', '.qdq.onnx');
  if (existsSync(qdq))
    rows.splice(1, 0, ['ONNX Runtime, QDQ int8, batches of 64', await floatSeconds(qdq, size)]);
  console.log(`Values: ${COMMITTED}, one thread, best of ${ROUNDS} rounds`);
  printTable(
    ['what', 'ms/image', 'of float'],
    rows.map(([what, s]) => [what, ms(s), (s / float).toFixed(2)]),
  );
}
