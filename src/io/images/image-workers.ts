/**
 * The integer reference on many images in worker threads. Which thread takes which images does not show in the
 * results: every image stands for itself, and answers come in the order of the questions.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Pixels } from '../../ir/preprocess.js';
import type { QuantGraph } from '../../ir/quant-graph.js';
import { ImageOutputs } from './image-outputs.js';

/** Compiled beside this file; absent where the sources run as they are, as tests do. */
const ENTRY = new URL('./image-worker.js', import.meta.url);

type Answer = readonly Int16Array[];

/** One thread and the questions that it has not answered yet, oldest first. */
class Thread {
  private readonly worker: Worker;
  private readonly open: { resolve(answer: Answer): void; reject(error: unknown): void }[] = [];
  private failure: unknown = null;

  constructor(entry: URL, graph: QuantGraph) {
    this.worker = new Worker(entry, { workerData: graph });
    this.worker.on('message', (answer: Answer) => this.open.shift()?.resolve(answer));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', (code) => this.fail(new Error(`a worker thread ended with exit code ${code}`)));
  }

  ask(images: readonly Pixels[]): Promise<Answer> {
    if (this.failure !== null) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.open.push({ resolve, reject });
      // Images may be views of a whole file, which would travel with each of them.
      this.worker.postMessage(images.map((pixels) => pixels.slice()));
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    for (const { reject } of this.open.splice(0)) reject(error);
  }
}

export class ImageWorkers {
  private readonly threads: readonly Thread[];
  private readonly here: ImageOutputs | null;
  private asked = 0;

  /** @param threads how many; 0 for this thread alone */
  constructor(graph: QuantGraph, threads: number, entry = ENTRY) {
    const isThreaded = threads > 0 && (entry !== ENTRY || existsSync(fileURLToPath(entry)));
    this.here = isThreaded ? null : new ImageOutputs(graph);
    this.threads = Array.from({ length: isThreaded ? threads : 0 }, () => new Thread(entry, graph));
  }

  /** Questions that may be open at once so that no thread waits for the next one. */
  get depth(): number {
    return Math.max(1, 2 * this.threads.length);
  }

  /** Output integers of each image (pixels, channel-major). Rejects when a thread ends before its answer. */
  async run(images: readonly Pixels[]): Promise<Answer> {
    const { here } = this;
    if (here) return images.map((pixels) => here.run(pixels));
    const thread = this.threads[this.asked++ % this.threads.length];
    return thread.ask(images);
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((t) => t.close()));
  }
}
