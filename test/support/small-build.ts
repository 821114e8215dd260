/** A build folder of a network that compiles in a moment: one stem, one Big-Little module, one classifier. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileTo } from '../../src/cli/commands/compile.js';
import { Progress } from '../../src/cli/terminal/progress.js';
import { writeOnnx } from '../../src/frontend/onnx/write-onnx.js';
import { buildGraph } from '../../src/frontend/spec/build-graph.js';
import { parseNetworkSpec } from '../../src/frontend/spec/network-spec.js';

const SMALL_SPEC = {
  name: 'tiny',
  input: { channels: 3, height: 8, width: 8, mean: 128, std: 64 },
  classes: 4,
  stages: [
    { type: 'conv', name: 'stem', out: 5, kernel: 3, stride: 1 },
    {
      type: 'bigLittle',
      name: 'm1',
      big: [
        { expand: 8, out: 6, stride: 2 },
        { expand: 9, out: 6, stride: 1 },
      ],
      little: [{ expand: 5, out: 6, stride: 1 }],
    },
    { type: 'classifier', name: 'classifier' },
  ],
};

/** Writes the network as `small.onnx` into the folder and returns its path. */
export function writeSmallModel(folder: string): string {
  const path = join(folder, 'small.onnx');
  writeFileSync(path, writeOnnx(buildGraph(parseNetworkSpec(SMALL_SPEC), 1)));
  return path;
}

/** Six blocks, for what takes long per block. */
export const SMALLEST_SPEC = {
  ...SMALL_SPEC,
  name: 'tiniest',
  stages: SMALL_SPEC.stages.filter((s) => s.type !== 'bigLittle'),
};

export interface SmallBuild {
  /** Holds spec.json and the build; removed by `remove`. */
  readonly root: string;
  readonly spec: string;
  readonly folder: string;
  remove(): void;
}

export function smallBuild(network: object = SMALL_SPEC): SmallBuild {
  const root = mkdtempSync(join(tmpdir(), 'blnet-small-'));
  const spec = join(root, 'small.json');
  const folder = join(root, 'build');
  writeFileSync(spec, JSON.stringify(network));
  compileTo(
    spec,
    { output: folder, maxDsp: 40, calibration: 'noise', calibrationImages: 4, seed: 1 },
    new Progress(true),
  );
  return { root, spec, folder, remove: () => rmSync(root, { recursive: true, force: true }) };
}
