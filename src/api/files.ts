/** All files of a build folder, as `blnet compile -o` writes them, for where there is no file system. */
import { extraFiles, KEPT_SAMPLES, MARK_FILE, markText } from '../report/build-files.js';
import type { CompiledAccelerator } from './accelerator.js';
import type { Model } from './model.js';

export interface BuildFilesRequest {
  readonly model: Model;
  readonly accelerator: CompiledAccelerator;
  /** Calibration images; the first of them are kept with the build. */
  readonly images: readonly Uint8Array[];
  /** SHA-256 of bytes as hexadecimal digits; the mark of the folder holds one for every file. */
  readonly sha256: (bytes: Uint8Array) => string;
  /** UTF-8. */
  readonly encode: (text: string) => Uint8Array;
}

/** By path in the folder, in the order in which they are written. */
export function buildFiles({
  model,
  accelerator,
  images,
  sha256,
  encode,
}: BuildFilesRequest): Map<string, Uint8Array> {
  const files = new Map([...accelerator.files].map(([path, text]) => [path, encode(text)]));
  for (const [path, bytes] of extraFiles(model, images.slice(0, KEPT_SAMPLES))) files.set(path, bytes);
  const hashes = Object.fromEntries([...files].map(([path, bytes]) => [path, sha256(bytes)]));
  return files.set(MARK_FILE, encode(markText(hashes)));
}
