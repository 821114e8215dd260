/** TFLite Micro's Python package as the golden of TFLite models; `make tools` puts it into build/tflite-env. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Seen from the root of the repository, where tests and benchmarks run. */
export const TFLITE_PYTHON = resolve('build/tflite-env/bin/python');
const SCRIPT = resolve('test/support/run_tflite.py');

export interface TfliteJob {
  readonly model: Uint8Array;
  /** Images in the type of the model's input, one after the other. */
  readonly input: Int8Array | Uint8Array | Float32Array;
  readonly images: number;
  /** Indices of the tensors to return. */
  readonly tensors: readonly number[];
}

/** Values of every job's tensors, image by image; one process for all jobs. */
export function runTflite(jobs: readonly TfliteJob[]): readonly Float64Array[] {
  const folder = mkdtempSync(join(tmpdir(), 'blnet-tflite-'));
  try {
    const requests = jobs.map((job, i) => {
      const path = (kind: string) => join(folder, `${i}.${kind}`);
      writeFileSync(path('tflite'), job.model);
      writeFileSync(path('in'), new Uint8Array(job.input.buffer, job.input.byteOffset, job.input.byteLength));
      const { images, tensors } = job;
      return { model: path('tflite'), input: path('in'), images, tensors, output: path('out') };
    });
    const { status, signal, stderr } = spawnSync(TFLITE_PYTHON, [SCRIPT], {
      input: JSON.stringify(requests),
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`TFLite Micro: ${signal ?? status} ${stderr}`);
    return requests.map(({ output }) => {
      const bytes = readFileSync(output);
      return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
