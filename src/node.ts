/** The public API with files and outside tools: `blnet` and what only Node.js can do. docs/api.md shows both. */
import type { CompiledAccelerator } from './api/accelerator.js';
import type { Model } from './api/model.js';
import { type Build, readBuildFolder } from './io/build/build-folder.js';
import { prepareOutput, writeBuildFolder } from './io/build/write-build-folder.js';
import type { Simulator } from './io/simulators/rtl-simulation.js';
import { type VerifyResult, verifyBuild } from './io/simulators/verify-build.js';
import { preprocess, preprocessingOf } from './ir/preprocess.js';
import { tensorOf } from './ir/quant-graph.js';
import { quantizeValues } from './ir/quantize-values.js';
import { extraFiles } from './report/build-files.js';
import { stallsFromSeed } from './sim/stimulus.js';

export type { Image } from './images/image.js';
export * from './index.js';
export { loadAssets } from './io/assets.js';
export type { Build } from './io/build/build-folder.js';
export { readImages } from './io/images/images.js';
export { measureAccuracy } from './io/images/measure-accuracy.js';
export { loadModel } from './io/load-model.js';
export type { VerifyResult } from './io/simulators/verify-build.js';
export type { AccuracyReport } from './report/accuracy.js';

/**
 * Writes a build folder, as `blnet compile -o` does: an earlier build is replaced, what the user put there stays.
 * @param samples images kept with the build
 * @returns files of the user that were in the way, where they are now
 * Errors: BLN302 for a folder that is not to be replaced, BLN304 while somebody else works in it.
 */
export function writeBuild(
  folder: string,
  {
    model,
    accelerator,
    samples,
  }: { model: Model; accelerator: CompiledAccelerator; samples: readonly Uint8Array[] },
): string[] {
  prepareOutput(folder, []);
  return writeBuildFolder(
    folder,
    new Map<string, string | Uint8Array>([...accelerator.files, ...extraFiles(model, samples)]),
  );
}

/** A build folder, read back: it can be simulated, estimated, verified. Errors: BLN303. */
export const readBuild = (folder: string): Build => readBuildFolder(folder);

export interface VerifyOptions {
  /** `verilator` where absent. */
  readonly simulator?: Simulator;
  /** Pauses source and sink at random, from this seed. */
  readonly backpressure?: number;
}

/**
 * The generated RTL against the integer reference and the cycle simulator; a difference is a result, not an error.
 * Errors: BLN401 without the simulator, BLN304 while somebody else works in the folder.
 */
export function verify(
  build: Build,
  images: readonly Uint8Array[],
  { simulator = 'verilator', backpressure }: VerifyOptions = {},
): Promise<VerifyResult> {
  const input = tensorOf(build.quantized, build.quantized.input);
  const preprocessing = preprocessingOf(build.quantized.metadata);
  const frames = images.map((pixels) =>
    quantizeValues(preprocess(pixels, input.shape, preprocessing), input.shape, input),
  );
  const stalls = backpressure === undefined ? {} : { stalls: stallsFromSeed(backpressure) };
  return verifyBuild({ build, frames, simulator, ...stalls });
}
