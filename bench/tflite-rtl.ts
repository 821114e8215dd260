/**
 * The public int8 TFLite networks as RTL in Verilator: every output equals the integer reference and every handshake falls on the
 * simulator's cycle, steady and with stalls at both ends. Beside it what others published for the same networks.
 * Usage: tflite-rtl.js [FRAMES] [FILE ...]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../src/compile.js';
import { DEFAULT_CONFIG } from '../src/config.js';
import { loadAssets } from '../src/io/assets.js';
import { readBuildFolder } from '../src/io/build/build-folder.js';
import { writeBuildFolder } from '../src/io/build/write-build-folder.js';
import { readImages } from '../src/io/images/images.js';
import { loadModel } from '../src/io/load-model.js';
import { verifyBuild } from '../src/io/simulators/verify-build.js';
import type { Shape } from '../src/ir/graph.js';
import { preprocess, preprocessingOf } from '../src/ir/preprocess.js';
import { tensorOf } from '../src/ir/quant-graph.js';
import { quantizeValues } from '../src/ir/quantize-values.js';
import { extraFiles } from '../src/report/build-files.js';
import { NO_STALLS, stallsFromSeed } from '../src/sim/stimulus.js';

const PART = 'xc7z020';

/** Frames per second of other accelerators, by network. */
const PUBLISHED: Readonly<Record<string, string>> = {
  'kws.tflite': '3,088 (xc7z020)',
  'resnet8.tflite': '2,431 (xc7z020)',
  'vww_96_int8.tflite': '105 (xc7z020), 4,625 (VCU128)',
};

const [frames = '3', ...given] = process.argv.slice(2);
const FILES = given.length > 0 ? given : Object.keys(PUBLISHED);

/** Errors: those of compilation and of Verilator. Sets the exit code where something differs. */
async function bench(file: string): Promise<void> {
  const path = `../shared/models/${file}`;
  if (!existsSync(path)) {
    console.log(`${file}: ../shared/models is not there`);
    return;
  }
  const model = loadModel(path);
  const shape = model.graph.shapes.get(model.graph.input) as Shape;
  const images = [...readImages('noise:5', shape, 'test', Number(frames))].map((i) => i.pixels);
  const { manifest, files } = compile({
    graph: model.graph,
    model: file,
    images,
    imageCount: images.length,
    config: { ...DEFAULT_CONFIG, part: PART, backend: 'verilog', arithmetic: 'tflite-micro' },
    assets: loadAssets(),
  });
  const folder = mkdtempSync(join(tmpdir(), 'blnet-tflite-rtl-'));
  try {
    const target = join(folder, 'build');
    writeBuildFolder(target, new Map<string, string | Uint8Array>([...files, ...extraFiles(model, images)]));
    const build = readBuildFolder(target);
    const input = tensorOf(build.quantized, build.quantized.input);
    const preprocessing = preprocessingOf(build.quantized.metadata);
    const values = images.map((p) => quantizeValues(preprocess(p, shape, preprocessing), shape, input));
    const said: string[] = [];
    for (const [name, stalls] of [
      ['steady', NO_STALLS],
      ['stalled', stallsFromSeed(7)],
    ] as const) {
      const result = await verifyBuild({ build, frames: values, simulator: 'verilator', stalls });
      said.push(`${name} ${result.ok ? 'equal' : `DIFFERS: ${result.problems.join('; ')}`}`);
      if (!result.ok) process.exitCode = 1;
    }
    const { framesPerSecond, intervalCycles } = manifest.simulated;
    const rate = Math.floor(framesPerSecond).toLocaleString('en-US');
    console.log(
      `${file}: RTL in Verilator, ${frames} frames: ${said.join(', ')}; ${rate} frames/s on ${PART} at ${manifest.clockMhz} MHz planned (${intervalCycles} cycles); published: ${PUBLISHED[file] ?? '-'}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const file of FILES) await bench(file);
