/**
 * What waiting costs, in seconds of CPU time: compilation of the larger networks, refused or not, the simulator that the first
 * `verify` of the committed network builds, and the start of the command line (dist/ must be built).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../src/compile.js';
import { DEFAULT_CONFIG } from '../src/config.js';
import { BlnetError } from '../src/diagnostics.js';
import { loadAssets } from '../src/io/assets.js';
import { readImages } from '../src/io/images/images.js';
import type { Shape } from '../src/ir/graph.js';
import { COMMITTED, childSeconds, NOISE, printTable, SAMPLES, timed } from './measure.js';
import { NETWORKS } from './networks.js';

const CLI = 'dist/cli/main.js';

const COMPILED = [
  ['mobile-blnet-cifar10', 'xc7z020'],
  ['mobilenet-v1-25-96', 'xczu7ev'],
  ['mobilenet-v2-35-160', 'xczu7ev'],
  ['mobilenet-v2-100-224', 'xc7z020'],
  ['mobilenet-v2-100-224', 'xczu7ev'],
  ['mobile-blnet-imagenet', 'xczu7ev'],
] as const;
const COMPILE_LIMIT = 5;
const VERIFY_LIMIT = 25;
const START_LIMIT = 0.15;

const verdict = (seconds: number, limit: number): string => (seconds <= limit ? 'met' : 'NOT met');

function compileRows(): (string | number)[][] {
  return COMPILED.map(([name, part]) => {
    const graph = NETWORKS.find((n) => n.name === name)?.graph();
    if (!graph) throw new Error(`no network ${name}`);
    const shape = graph.shapes.get(graph.input) as Shape;
    const images = [...readImages(NOISE, shape, 'train', 2)].map((i) => i.pixels);
    const config = { ...DEFAULT_CONFIG, part };
    const { value, cpuSeconds } = timed(() => {
      try {
        compile({ graph, model: name, images, config, assets: loadAssets() });
        return 'planned';
      } catch (error) {
        if (error instanceof BlnetError) return 'refused';
        throw error;
      }
    });
    const [took, limit] = [cpuSeconds.toFixed(2), COMPILE_LIMIT];
    return [`compile ${name}, ${part}`, value, took, limit, verdict(cpuSeconds, limit)];
  });
}

/** Processor seconds of a run of the command line and all that it starts; null where it fails or nobody tells. */
function spent(args: readonly string[], env: NodeJS.ProcessEnv = process.env): number | null {
  const before = childSeconds();
  const { status } = spawnSync('node', [CLI, ...args], { env, stdio: 'ignore' });
  const after = childSeconds();
  return status === 0 && before !== null && after !== null ? after - before : null;
}

function verifyRows(): (string | number)[][] {
  const folder = mkdtempSync(join(tmpdir(), 'blnet-times-'));
  try {
    const build = join(folder, 'build');
    const env = { ...process.env, BLNET_CACHE: join(folder, 'cache') };
    const frames = ['--calibration', SAMPLES, '--calibration-images', '10'];
    if (spent(['compile', COMMITTED, '-o', build, ...frames], env) === null) return [];
    return ['first', 'next'].map((which) => {
      const seconds = spent(['verify', build, '--frames', '4'], env);
      const name = `verify of the committed network, the ${which} one`;
      if (seconds === null) return [name, 'not run: no Verilator', '', VERIFY_LIMIT, ''];
      return [name, 'tool and all', seconds.toFixed(1), VERIFY_LIMIT, verdict(seconds, VERIFY_LIMIT)];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The least of some runs: anything else that the machine does only adds. */
function startRows(): (string | number)[][] {
  return ['--version', '--help'].map((word) => {
    const runs = Array.from({ length: 7 }, () => spent([word]) ?? Number.POSITIVE_INFINITY);
    const least = Math.min(...runs);
    return [`blnet ${word}`, 'least of 7', least.toFixed(2), START_LIMIT, verdict(least, START_LIMIT)];
  });
}

export function benchTimes(): void {
  console.log('Times: seconds of CPU time');
  printTable(['what', 'how', 'CPU s', 'limit', ''], [...compileRows(), ...startRows(), ...verifyRows()]);
}
