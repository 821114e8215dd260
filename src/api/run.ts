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

/** The values of one output: pixels in raster order, channels innermost. */
export interface OutputValues {
  /** What the hardware puts out, bit for bit. */
  readonly integers: Int16Array;
  /** The numbers that these integers stand for. */
  readonly reals: Float32Array;
}

/** The first output's values, and those of all. */
export interface Answer extends OutputValues {
  /** Index of the largest value of the first output. */
  readonly class: number;
  /** By tensor, in the order of the model. */
  readonly outputs: ReadonlyMap<string, OutputValues>;
}

/** Answers to images (a byte for every pixel, channel-major). Errors: BLN103 for an image of another size. */
export function classify({ quantized }: Accelerator, images: Iterable<Uint8Array>): Answer[] {
  const executor = createExecutor(quantized);
  const x = tensorOf(quantized, quantized.input);
  const preprocessing = preprocessingOf(quantized.metadata);
  return Array.from(images, (pixels) => {
    const values = quantizeValues(preprocess(pixels, x.shape, preprocessing), x.shape, x);
    executor.run(values);
    const outputs = new Map(
      quantized.outputs.map((name) => {
        const y = tensorOf(quantized, name);
        const integers = Int16Array.from(executor.valuesOf(name));
        return [name, { integers, reals: Float32Array.from(dequantizeValues(integers, y.shape, y)) }];
      }),
    );
    const first = outputs.get(quantized.outputs[0]) as OutputValues;
    return { class: argmax(first.integers), ...first, outputs };
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
