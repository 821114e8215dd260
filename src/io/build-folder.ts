/**
 * The build folder: written whole or not at all, and read back into the hardware it stands for. A folder that
 * somebody else filled is never replaced.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { BlnetError, refuseProblems } from '../diagnostics.js';
import { deserializeFolding } from '../explore/serialize-folding.js';
import type { Hardware } from '../ir/hardware.js';
import type { QuantGraph } from '../ir/quant-graph.js';
import { deserializeQuantGraph } from '../ir/serialize-quant-graph.js';
import { hardwareProblems } from '../ir/verify-hardware.js';
import { quantGraphProblems } from '../ir/verify-quant-graph.js';
import { KINDS } from '../kinds/index.js';
import { lower } from '../passes/lower.js';
import type { Manifest } from '../report/manifest.js';
import { readBytes, readText, reasonOf } from './files.js';

const MANIFEST = 'manifest.json';
const MODEL = 'model.onnx';
const TFLITE = 'model.tflite';
const SAMPLES = 'samples.bin';
const AGAIN = 'compile the model again into this folder';

/** Errors: BLN302 when `path` is a file, or a folder with content that is no build. Call it before long work. */
export function checkReplaceable(path: string): void {
  if (!existsSync(path)) return;
  const isFolder = statSync(path).isDirectory();
  if (isFolder && (readdirSync(path).length === 0 || existsSync(join(path, MANIFEST)))) return;
  throw new BlnetError('BLN302', {
    where: path,
    found: isFolder ? 'a folder that is not a blnet build' : 'a file of this name',
    need: 'a new name, an empty folder, or an earlier build',
    hint: 'name another folder with -o, or remove it yourself',
  });
}

/** Writes into a new folder beside `path`, then puts it in place of what was there. Errors: BLN302. */
export function writeBuildFolder(path: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  checkReplaceable(path);
  const target = resolve(path);
  const fresh = join(dirname(target), `.${basename(target)}.new-${process.pid}`);
  const old = join(dirname(target), `.${basename(target)}.old-${process.pid}`);
  try {
    for (const [name, content] of files) {
      const file = join(fresh, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
  } catch (error) {
    if (existsSync(old) && !existsSync(target)) renameSync(old, target);
    throw new BlnetError('BLN302', {
      where: path,
      found: reasonOf(error),
      hint: 'name a folder that you may write to',
    });
  } finally {
    for (const leftover of [fresh, old])
      if (existsSync(leftover)) rmSync(leftover, { recursive: true, force: true });
  }
}

/** A build, read back. */
export interface Build {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly quantized: QuantGraph;
  readonly hardware: Hardware;
}

/** What `writeBuildFolder` gets beside the compilation's own files. */
export const extraFiles = (
  model: { readonly onnx: Uint8Array; readonly tflite?: Uint8Array },
  samples: readonly Uint8Array[],
): Map<string, Uint8Array> =>
  new Map([
    [MODEL, model.onnx],
    ...(model.tflite ? [[TFLITE, model.tflite] as const] : []),
    [SAMPLES, Buffer.concat(samples)],
  ]);

/** Errors: BLN303 when `folder` is no build of this version. */
export function readBuildFolder(folder: string): Build {
  const fail = (found: string) =>
    new BlnetError('BLN303', { where: folder, found, hint: 'make one with: blnet compile MODEL -o DIR' });
  if (!existsSync(join(folder, MANIFEST))) throw fail(`it has no ${MANIFEST}`);
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readText(join(folder, MANIFEST))) as Manifest;
  } catch (error) {
    throw fail(`${MANIFEST}: ${reasonOf(error)}`);
  }
  if (manifest.format !== 1) throw fail(`format ${manifest.format} of ${MANIFEST}, this version reads 1`);
  const file = join(folder, 'network.json');
  const quantized = deserializeQuantGraph(readText(file), file);
  refuseProblems('BLN303', quantGraphProblems(quantized), AGAIN);
  const hardware = lower(
    quantized,
    deserializeFolding(manifest.folding),
    (name) => manifest.fifoDepths[name] ?? 0,
  );
  refuseProblems('BLN303', hardwareProblems(KINDS, hardware), AGAIN);
  return { folder, manifest, quantized, hardware };
}

/** What the float golden of a build is, in words. */
export const goldenOf = (build: Build): string =>
  existsSync(join(build.folder, TFLITE))
    ? 'ONNX Runtime on the reals that the integers of the TFLite file stand for'
    : 'ONNX Runtime on the model itself';

/** The source model that the build was made from, as ONNX. */
export const modelOf = (build: Build): Uint8Array => readBytes(join(build.folder, MODEL));

/** The first calibration images, kept with the build: pixels 0..255, channel-major. */
export function samplesOf(build: Build): Uint8Array[] {
  const bytes = readBytes(join(build.folder, SAMPLES));
  const { shape } = build.quantized.tensors.get(build.quantized.input) as {
    shape: { channels: number; height: number; width: number };
  };
  const size = shape.channels * shape.height * shape.width;
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}
