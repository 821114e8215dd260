/**
 * What a build is compared with: ONNX Runtime for ONNX, a TFLite runtime for TFLite where the user has one, else ONNX Runtime
 * on the reals that the file's integers stand for.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '../../images/image.js';
import { preprocess, preprocessingOf } from '../../ir/preprocess.js';
import { type QuantGraph, splitOutputs, tensorOf } from '../../ir/quant-graph.js';
import { quantizeValues } from '../../ir/quantize-values.js';
import { TFLITE_FILE } from '../../report/build-files.js';
import { hostRuns } from '../../sim/host-part.js';
import { type Build, modelOf } from '../build/build-folder.js';
import { findTflitePython } from '../tflite-python.js';
import { FloatModel } from './float-model.js';
import { type TfliteEnd, TfliteModel } from './tflite-model.js';

export interface Answer {
  /** Of the first output: the largest is the class. */
  readonly scores: ArrayLike<number>;
  /** Whether integers of the network, all outputs one behind the other, give exactly this answer; absent where no equality is meant. */
  readonly equals?: (integers: Int16Array) => boolean;
}

export interface Golden {
  /** In words. */
  readonly name: string;
  run(images: readonly Image[]): Promise<readonly Answer[]>;
  close(): Promise<void>;
}

const hasTflite = (build: Build): boolean => existsSync(join(build.folder, TFLITE_FILE));

/** Errors: BLN401 without ONNX Runtime, BLN402 where a runtime refuses the model. */
export async function openGolden(build: Build): Promise<Golden> {
  const python = hasTflite(build) ? findTflitePython() : undefined;
  return python === undefined ? openFloat(build) : openTflite(build, python);
}

export function realsOf({ quantized }: Build, images: readonly Image[]): Float32Array[] {
  const { shape } = tensorOf(quantized, quantized.input);
  const preprocessing = preprocessingOf(quantized.metadata);
  return images.map((image) => preprocess(image.pixels, shape, preprocessing));
}

async function openFloat(build: Build): Promise<Golden> {
  const model = await FloatModel.open(modelOf(build));
  return {
    name: hasTflite(build)
      ? 'ONNX Runtime on the reals that the integers of the TFLite file stand for (no TFLite runtime found: pip install tflite-micro, and BLNET_PYTHON names that Python)'
      : 'ONNX Runtime on the model itself',
    run: async (images) => {
      const logits = (await model.run(realsOf(build, images))).get(model.output) ?? [];
      return logits.map((scores) => ({ scores }));
    },
    close: () => model.close(),
  };
}

async function openTflite(build: Build, python: string): Promise<Golden> {
  const { quantized } = build;
  const model = await TfliteModel.open(python, join(build.folder, TFLITE_FILE));
  const { name, version, input, outputs } = model.head;
  // A float model has no integers to equal.
  const isExact = build.manifest.arithmetic.name !== 'blnet';
  const same = equality(quantized, outputs);
  return {
    name: `${name} ${version} on the model itself`,
    run: async (images) => {
      const frames = realsOf(build, images).map((reals) => frameOf(reals, quantized, input));
      const results = await model.run(frames);
      return results.map((values) => ({
        scores: values[0],
        ...(isExact ? { equals: (integers: Int16Array) => same(integers, values) } : {}),
      }));
    },
    close: async () => model.close(),
  };
}

/** Reals (channel-major) as the model's input has them: raster order, channels innermost. */
function frameOf(
  reals: Float32Array,
  graph: QuantGraph,
  end: TfliteEnd,
): Int8Array | Uint8Array | Float32Array {
  const tensor = tensorOf(graph, graph.input);
  const { channels, height, width } = tensor.shape;
  if (end.scale === 0) {
    const area = height * width;
    return reals.map((_, i) => reals[(i % channels) * area + Math.floor(i / channels)]);
  }
  const offset = end.zeroPoint - tensor.zeroPoint;
  const integers = quantizeValues(reals, tensor.shape, tensor).map((q) => q + offset);
  return end.type === 'int8' ? Int8Array.from(integers) : Uint8Array.from(integers);
}

/** Compares the network's outputs, the host's part behind them included, with those of the runtime. */
function equality(graph: QuantGraph, ends: readonly TfliteEnd[]) {
  const hosts = hostRuns(graph);
  const mine = graph.outputs.map((tensor) => {
    const t = tensorOf(graph, tensor);
    const plain = (q: ArrayLike<number>) => ({ integers: Array.from(q), reals: realsInOrder(q, t) });
    return hosts.get(tensor) ?? plain;
  });
  return (all: Int16Array, theirs: readonly Float64Array[]): boolean =>
    splitOutputs(graph, all).every((q, i) => {
      const { integers, reals } = mine[i](q);
      const isReal = ends[i].type === 'float32';
      const values = isReal ? reals.map((v) => Math.fround(v)) : integers;
      return values?.every((v, k) => v === theirs[i][k]) ?? false;
    });
}

/** Reals with channels innermost, as TFLite has them. */
const realsInOrder = (
  q: ArrayLike<number>,
  t: { readonly scale: number; readonly zeroPoint: number },
): number[] => Array.from(q, (v) => t.scale * (v - t.zeroPoint));
