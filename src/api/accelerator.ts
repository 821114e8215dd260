/** From a model to an accelerator: its integers, its hardware, its files. */
import { type Assets, compile as compileGraph } from '../compile.js';
import { parseConfig } from '../config.js';
import type { Hardware } from '../ir/hardware.js';
import type { QuantGraph } from '../ir/quant-graph.js';
import type { Manifest } from '../report/manifest.js';
import type { Model } from './model.js';

export interface CompileRequest {
  readonly model: Model;
  /** Calibration images: a byte for every pixel, 0..255, channel-major. */
  readonly images: readonly Uint8Array[];
  /** What they are, for the manifest: `noise, seed 1`. */
  readonly calibration?: string;
  /** Keys of manifest.json "config"; what is absent has its default. */
  readonly config?: object;
  /** `assets` of `blnet/assets`, or `loadAssets()` of `blnet/node`. */
  readonly assets: Assets;
  /** Called when a stage begins. */
  readonly onStage?: (stage: string) => void;
}

/** What can be simulated and estimated; a build that was read back is one, too. */
export interface Accelerator {
  readonly manifest: Manifest;
  /** The integers that are the specification. */
  readonly quantized: QuantGraph;
  readonly hardware: Hardware;
}

export interface CompiledAccelerator extends Accelerator {
  /** Generated files by path: Verilog, memories, testbenches, scripts, summary. */
  readonly files: ReadonlyMap<string, string>;
}

/** Errors: BLN107 for a configuration that is none, BLN002 for an unknown part, those of the stages. */
export function compile({
  model,
  images,
  calibration,
  config = {},
  assets,
  onStage,
}: CompileRequest): CompiledAccelerator {
  const { quantized, sized, manifest, files } = compileGraph({
    graph: model.graph,
    model: model.name,
    images,
    imageCount: images.length,
    ...(calibration === undefined ? {} : { calibration }),
    config: parseConfig(config, 'config'),
    assets,
    ...(onStage ? { onStage } : {}),
  });
  return { manifest, quantized, hardware: sized.hardware, files };
}
