/** What a thread of `image-workers.ts` runs: it answers images with outputs, in the order in which they come. */
import { parentPort, workerData } from 'node:worker_threads';
import type { QuantGraph } from '../../ir/quant-graph.js';
import { ImageOutputs } from './image-outputs.js';

const outputs = new ImageOutputs(workerData as QuantGraph);

parentPort?.on('message', (images: readonly Uint8Array[]) => {
  parentPort?.postMessage(images.map((pixels) => outputs.run(pixels)));
});
