/** What a build folder holds beside the generated files: the model, images, and the mark that says who made it. */
import type { Pixels } from '../ir/preprocess.js';
import { VERSION } from '../version.js';

export const MODEL_FILE = 'model.onnx';
export const TFLITE_FILE = 'model.tflite';
export const SAMPLES_FILE = 'samples.bin';
export const MARK_FILE = 'blnet-build.json';
export const MARK_FORMAT = 1;

/** Images kept in a build as default frames of `simulate` and `verify`. */
export const KEPT_SAMPLES = 16;

export interface Mark {
  readonly blnet: 'build folder';
  readonly format: number;
  readonly version: string;
  /** SHA-256 of every file that blnet wrote, by path in the folder. */
  readonly files: Readonly<Record<string, string>>;
}

/** @param files SHA-256 in hexadecimal digits, by path */
export const markText = (files: Readonly<Record<string, string>>): string => {
  const mark: Mark = { blnet: 'build folder', format: MARK_FORMAT, version: VERSION, files };
  return `${JSON.stringify(mark, null, 1)}\n`;
};

function concat(parts: readonly Pixels[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return whole;
}

/** Model and images, by path. */
export const extraFiles = (
  model: { readonly onnx: Uint8Array; readonly tflite?: Uint8Array },
  samples: readonly Pixels[],
): Map<string, Uint8Array> =>
  new Map([
    [MODEL_FILE, model.onnx],
    ...(model.tflite ? [[TFLITE_FILE, model.tflite] as const] : []),
    [SAMPLES_FILE, concat(samples)],
  ]);
