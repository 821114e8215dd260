/** Python with cocotb, FuseSoC and a SystemRDL compiler, which `make cocotb` puts into build/cocotb-env. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const HARDWARE_BIN = fileURLToPath(new URL('../../build/cocotb-env/bin', import.meta.url));
export const HARDWARE_PYTHON = `${HARDWARE_BIN}/python`;

export interface PythonRun {
  readonly status: number | null;
  readonly text: string;
}

/** Runs a command of the environment, Python where it has no other name; both streams in one text. */
export function runHardware(args: readonly string[], cwd: string, command = 'python'): PythonRun {
  const path = `${HARDWARE_BIN}:${process.env.PATH}`;
  const { status, stdout, stderr, error } = spawnSync(`${HARDWARE_BIN}/${command}`, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, PATH: path },
  });
  return { status, text: `${stdout}${stderr}${error ? String(error) : ''}` };
}

/** Channel-major pixels as PNG files `0.png`, `1.png` and so on. */
export function writePictures(
  folder: string,
  images: readonly Uint8Array[],
  shape: { readonly channels: number; readonly height: number; readonly width: number },
): void {
  const script = `
import json, sys
import numpy as np
from PIL import Image
images, shape = json.load(sys.stdin)
for i, pixels in enumerate(images):
    planes = np.array(pixels, dtype=np.uint8).reshape(shape["channels"], shape["height"], shape["width"])
    Image.fromarray(planes.transpose(1, 2, 0)).save(f"{sys.argv[1]}/{i}.png")`;
  const input = JSON.stringify([images.map((i) => [...i]), shape]);
  const run = spawnSync(HARDWARE_PYTHON, ['-c', script, folder], { input, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
}
