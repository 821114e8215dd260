/**
 * C simulation of a build's HLS code under g++: every output beat against the integer reference, once with endless
 * streams and once with streams of their real depths, which also shows deadlocks.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BlnetError } from '../../diagnostics.js';
import { topFunctionName } from '../../hls-gen/hls-names.js';
import { createExecutor } from '../../sim/simd-executor.js';
import type { Build } from '../build/build-folder.js';
import { type Access, whileLocked } from '../build/lock-build.js';
import type { Lock } from '../lock.js';
import { type Outcome, requireTool, run, runOk } from '../process.js';
import { type OnStage, writeStimulus } from './rtl-simulation.js';
import { wholeBuild } from './unfinished.js';

/** How streams behave: `endless` as in the vendor's C simulation, `dataflow` with their depths in hardware. */
const HLS_MODES = ['endless', 'dataflow'] as const;
export type HlsMode = (typeof HLS_MODES)[number];

export interface HlsRun {
  readonly mode: HlsMode;
  readonly ok: boolean;
  /** Output beats that differ; null when the program stopped before its end. */
  readonly mismatches: number | null;
  readonly deadlock: boolean;
  readonly seconds: number;
  /** What the program printed. */
  readonly output: string;
}

export interface HlsVerification {
  readonly simulator: 'hls';
  readonly ok: boolean;
  readonly frames: number;
  readonly runs: readonly HlsRun[];
  readonly buildSeconds: number;
  readonly problems: readonly string[];
}

const INSTALL = 'apt-get install make g++';

const mismatchesIn = (output: string): number | null => {
  const found = /(\d+) of \d+ output beats differ/.exec(output);
  return found ? Number(found[1]) : null;
};

const runOf = (mode: HlsMode, { status, output, seconds }: Outcome): HlsRun => ({
  mode,
  ok: status === 0,
  mismatches: mismatchesIn(output),
  deadlock: output.includes('DEADLOCK'),
  seconds,
  output: output.trim(),
});

function problemOf(r: HlsRun): string {
  if (r.deadlock) return `${r.mode}: deadlock`;
  if (r.mismatches) return `${r.mode}: ${r.mismatches} output beats differ from the integer reference`;
  return `${r.mode}: ${r.output.split('\n').at(-1)}`;
}

/**
 * `frames` are quantized: raster order, channels innermost. A difference is a result, not an error.
 * Errors: those of `whileLocked`, BLN303 for a build without HLS code, BLN401 without g++ or make, BLN402 when the code does not compile.
 */
export async function verifyHls(
  build: Build,
  frames: readonly Int16Array[],
  onStage: OnStage = () => {},
  access?: Access,
): Promise<HlsVerification> {
  const folder = join(build.folder, 'hls');
  if (!existsSync(folder)) {
    throw new BlnetError('BLN303', {
      where: build.folder,
      found: 'no HLS code in this build',
      hint: 'compile with --backend hls or --backend both',
    });
  }
  requireTool('g++', INSTALL);
  requireTool('make', INSTALL);
  onStage('integer reference');
  const executor = createExecutor(build.quantized);
  const outputs = frames.map((f) => executor.run(f).slice());
  return whileLocked(build, access, (lock) => runHls(build, frames, outputs, lock, onStage));
}

async function runHls(
  build: Build,
  frames: readonly Int16Array[],
  outputs: readonly Int16Array[],
  lock: Lock,
  onStage: OnStage,
): Promise<HlsVerification> {
  const { hardware, quantized } = build;
  const folder = join(build.folder, 'hls');
  writeStimulus({ folder: build.folder, hardware, quantized, inputs: frames, outputs });
  onStage('compile HLS code (g++)');
  const program = `${topFunctionName(hardware.name)}_csim`;
  const products = [`hls/${program}`, `hls/${topFunctionName(hardware.name)}_all.cpp`];
  const built = await wholeBuild(build.folder, 'hls', products, () =>
    runOk('make', ['-s', program], folder, lock),
  );
  const runs: HlsRun[] = [];
  for (const mode of HLS_MODES) {
    onStage(`run HLS code (${mode} streams)`);
    runs.push(runOf(mode, await run(`./${program}`, ['--mode', mode], folder, lock)));
  }
  const problems = runs.filter((r) => !r.ok).map(problemOf);
  const ok = problems.length === 0;
  return { simulator: 'hls', ok, frames: frames.length, runs, buildSeconds: built.seconds, problems };
}
