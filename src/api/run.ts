/** What an accelerator answers to images, in which cycles, and what it takes of a part. */
import { deviceOf } from '../config.js';
import { BlnetError } from '../diagnostics.js';
import { type Estimate, estimateHardware } from '../estimate/estimate.js';
import { preprocess, preprocessingOf } from '../ir/preprocess.js';
import { tensorOf } from '../ir/quant-graph.js';
import { dequantizeValues, quantizeValues } from '../ir/quantize-values.js';
import { KINDS } from '../kinds/index.js';
import { argmax } from '../report/accuracy.js';
import { type SimulationReport, simulationReport } from '../report/simulation.js';
import { explainDeadlock } from '../sim/deadlock.js';
import { simulateFast } from '../sim/fast-engine.js';
import { createExecutor } from '../sim/simd-executor.js';
import { NO_STALLS, stallsFromSeed } from '../sim/stimulus.js';
import type { Accelerator } from './accelerator.js';

export interface Answer {
  /** Index of the largest output. */
  readonly class: number;
  /** What the hardware puts out, bit for bit. */
  readonly integers: Int16Array;
  /** The numbers that these integers stand for. */
  readonly reals: Float32Array;
}

/** Answers to images (a byte for every pixel, channel-major). Errors: BLN103 for an image of another size. */
export function classify({ quantized }: Accelerator, images: Iterable<Uint8Array>): Answer[] {
  const executor = createExecutor(quantized);
  const output = quantized.outputs[0] as string;
  const [x, y] = [tensorOf(quantized, quantized.input), tensorOf(quantized, output)];
  const preprocessing = preprocessingOf(quantized.metadata);
  return Array.from(images, (pixels) => {
    const values = quantizeValues(preprocess(pixels, x.shape, preprocessing), x.shape, x);
    executor.run(values);
    const integers = executor.valuesOf(output).slice();
    const reals = Float32Array.from(dequantizeValues(integers, y.shape, y));
    return { class: argmax(integers), integers, reals };
  });
}

export interface SimulateOptions {
  /** Frames, back to back; 2 where absent. */
  readonly frames?: number;
  /** Pauses source and sink at random, from this seed; no pauses where absent. */
  readonly backpressure?: number;
}

/** Latency, interval, use of every block, the fullest each FIFO gets; exact to the cycle. Errors: BLN502 in a deadlock. */
export function simulate(
  { manifest, hardware }: Accelerator,
  { frames = 2, backpressure }: SimulateOptions = {},
): SimulationReport {
  const stalls = backpressure === undefined ? NO_STALLS : stallsFromSeed(backpressure);
  const result = simulateFast(KINDS, hardware, { frames, stalls });
  if (result.deadlock) throw new BlnetError('BLN502', explainDeadlock(KINDS, hardware, result.deadlock));
  return simulationReport(KINDS, hardware, result, manifest.clockMhz);
}

/** Resources of every block, and their share of the part. Errors: BLN002 for an unknown part. */
export const estimate = ({ manifest, hardware }: Accelerator, part = manifest.config.part): Estimate =>
  estimateHardware(KINDS, hardware, deviceOf({ part }));
