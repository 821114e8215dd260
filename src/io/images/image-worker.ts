/** What a thread of `image-workers.ts` runs: it answers images with outputs, in the order in which they come. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Pixels } from '../../ir/preprocess.js';
import type { QuantGraph } from '../../ir/quant-graph.js';
import { ImageOutputs } from './image-outputs.js';

const outputs = new ImageOutputs(workerData as QuantGraph);

parentPort?.on('message', (images: readonly Pixels[]) => {
  parentPort?.postMessage(images.map((pixels) => outputs.run(pixels)));
});
