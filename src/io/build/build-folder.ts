/** The build folder, read back into the hardware it stands for. `build/write-build-folder.ts` writes it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { deviceOf } from '../../config.js';
import { BlnetError, type DiagnosticDetail, refuseProblems } from '../../diagnostics.js';
import { deserializeFolding } from '../../explore/serialize-folding.js';
import { type Hardware, inputsOf } from '../../ir/hardware.js';
import type { QuantGraph } from '../../ir/quant-graph.js';
import { takesReals } from '../../ir/dataset.js';
import type { Pixels } from '../../ir/preprocess.js';
import { hardwareProblems } from '../../ir/verify-hardware.js';
import { KINDS } from '../../kinds/index.js';
import { deserializeQuantGraph } from '../../layers/serialize-quant-graph.js';
import { quantGraphProblems } from '../../layers/verify-quant-graph.js';
import { copyPipeline, ONE_COPY } from '../../passes/copy-pipeline.js';
import { lower } from '../../passes/lower.js';
import { planProblems } from '../../passes/plan-problems.js';
import { MODEL_FILE, SAMPLES_FILE } from '../../report/build-files.js';
import { MANIFEST_SCHEMA, type Manifest } from '../../report/manifest.js';
import { validate } from '../../schema/validate.js';
import { assertSame, instanceOf, type OpenBuild } from './lock-build.js';
import { resolveOutput } from './output-folder.js';
import { settleBeside, writerOf } from './write-build-folder.js';
import { readBytes, readText, reasonOf } from '../files.js';
import { inUse } from '../lock.js';

const MANIFEST = 'manifest.json';
const AGAIN = 'compile the model again into this folder';

/** A build, read back. */
export interface Build extends OpenBuild {
  readonly manifest: Manifest;
  readonly quantized: QuantGraph;
  readonly hardware: Hardware;
}

/** Longest wait for a folder that a compilation is about to put in its place. */
const PATIENCE_MS = 10_000;
const POLL_MS = 20;

/**
 * Never half of one build and half of the next: where a compilation replaces the folder meanwhile, it is read again.
 * Errors: BLN303 when `folder` is no build of this version; BLN304 when it is being written and that takes long.
 */
export function readBuildFolder(folder: string): Build {
  for (;;) {
    const instance = awaited(folder);
    try {
      const build = readOnce(folder, instance ?? '');
      if (instanceOf(folder) === instance) return build;
    } catch (error) {
      if (instanceOf(folder) === instance) throw error;
    }
  }
}

/** Which folder it is, when nobody is about to replace it; undefined where there is none. */
function awaited(folder: string): string | undefined {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const writer = writerBeside(folder);
    const instance = instanceOf(folder);
    if (writer === undefined || instance !== undefined) return instance;
    if (waitedMs >= PATIENCE_MS) throw inUse(folder, writer, `the .blnet-lock file beside ${folder}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
  }
}

/** Who writes this folder; what killed writers left is put in order first. */
function writerBeside(folder: string): string | undefined {
  try {
    const { parent, target } = resolveOutput(folder);
    settleBeside(parent);
    return writerOf(target);
  } catch {
    // A name such as `.`, which nobody writes.
    return undefined;
  }
}

/** Errors: BLN303 with the place inside the file; BLN002 for a part that is none. */
function readManifest(file: string): Manifest {
  const text = readText(file);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new BlnetError('BLN303', { where: file, found: reasonOf(error), hint: AGAIN });
  }
  const format = (document as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format !== 1) {
    const found = `format ${format}, this version reads 1`;
    throw new BlnetError('BLN303', { where: file, found, hint: AGAIN });
  }
  const manifest = validate(MANIFEST_SCHEMA, document, { where: file, code: 'BLN303', hint: AGAIN });
  deviceOf(manifest.config);
  return manifest;
}

/** What the manifest repeats of the hardware for outside tools must be the hardware's. */
function manifestProblems(file: string, { top, input }: Manifest, hw: Hardware): DiagnosticDetail[] {
  const { lanes, bits } = hw.streams[inputsOf(hw)[0].stream];
  const beat = (b: { readonly lanes: number; readonly bits: number }): string =>
    `${b.lanes} lanes of ${b.bits} bits`;
  return [
    ...(top === hw.name ? [] : [{ where: `${file}: top`, found: top, need: hw.name }]),
    ...(input.lanes === lanes && input.bits === bits
      ? []
      : [{ where: `${file}: input`, found: beat(input), need: beat({ lanes, bits }) }]),
  ];
}

function readOnce(folder: string, instance: string): Build {
  const fail = (found: string) =>
    new BlnetError('BLN303', { where: folder, found, hint: 'make one with: blnet compile MODEL -o DIR' });
  if (!existsSync(join(folder, MANIFEST))) throw fail(`it has no ${MANIFEST}`);
  const manifest = readManifest(join(folder, MANIFEST));
  const file = join(folder, 'network.json');
  const quantized = deserializeQuantGraph(readText(file), file);
  refuseProblems('BLN303', quantGraphProblems(quantized), AGAIN);
  const plan = deserializeFolding(manifest.folding);
  refuseProblems('BLN303', planProblems(quantized, plan), AGAIN);
  const depths = new Map(Object.entries(manifest.fifoDepths));
  const rows = new Map(Object.entries(manifest.extraRows));
  const depthOf = (name: string): number => depths.get(name) ?? 0;
  const one = lower(quantized, plan, depthOf, { burst: depthOf, room: (name) => rows.get(name) ?? 0 });
  const hardware = copyPipeline(one, manifest.copies ?? ONE_COPY);
  refuseProblems('BLN303', hardwareProblems(KINDS, hardware), AGAIN);
  refuseProblems('BLN303', manifestProblems(join(folder, MANIFEST), manifest, hardware), AGAIN);
  return { folder, instance, manifest, quantized, hardware };
}

/** The source model that the build was made from, as ONNX. */
export const modelOf = (build: Build): Uint8Array => readOf(build, MODEL_FILE);

/** Errors: BLN301; BLN303 when it is another build by now. */
function readOf(build: Build, name: string): Uint8Array {
  const bytes = readBytes(join(build.folder, name));
  assertSame(build);
  return bytes;
}

/** The first calibration images, kept with the build: pixels 0..255 or reals, channel-major. Errors: BLN303. */
export function samplesOf(build: Build): Pixels[] {
  const bytes = readOf(build, SAMPLES_FILE);
  const { shape } = build.quantized.tensors.get(build.quantized.input) as {
    shape: { channels: number; height: number; width: number };
  };
  const isReal = takesReals(build.quantized.metadata);
  const size = shape.channels * shape.height * shape.width * (isReal ? 4 : 1);
  if (bytes.length === 0 || bytes.length % size !== 0) {
    throw new BlnetError('BLN303', {
      where: join(build.folder, SAMPLES_FILE),
      found: `${bytes.length} bytes`,
      need: `images of ${size} bytes, at least one`,
      hint: `name frames with --images, or ${AGAIN}`,
    });
  }
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => {
    const part = bytes.slice(i * size, (i + 1) * size);
    return isReal ? new Float32Array(part.buffer, part.byteOffset, size / 4) : part;
  });
}
