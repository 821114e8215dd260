/**
 * Simulator against Verilator on the same network, the same frames and the same work: every output value, and the
 * cycle of every handshake of every stream. Times are of the processor, so that other processes do not show.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Build, readBuildFolder } from '../src/io/build/build-folder.js';
import { findTool } from '../src/io/process.js';
import { type RtlResult, runRtl } from '../src/io/simulators/rtl-simulation.js';
import { sizeOf } from '../src/ir/graph.js';
import { Prng } from '../src/ir/prng.js';
import { tensorOf } from '../src/ir/quant-graph.js';
import { KINDS } from '../src/kinds/index.js';
import { intervalCycles, type SimResult, simulate } from '../src/sim/engine.js';
import { type FastOptions, simulateFast } from '../src/sim/fast-engine.js';
import { SimdExecutor } from '../src/sim/simd-executor.js';
import { stallsFromSeed } from '../src/sim/stimulus.js';
import { CIFAR10, COMMITTED, childSeconds, clock, ms, printTable, SAMPLES } from './measure.js';

/** Of the comparison with Verilator: enough that start and drain do not count. */
const FRAMES = 16;
/** How many times as fast as Verilator's run the simulator has to be. */
const GOAL = 20;
/** What the build folder's makefile has the C++ compiler do. */
const OPTIMIZE = '-O3';

const CLI = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

/** Processor seconds of what ran between two readings, or the clock's where the system does not say. */
const between = (from: number | null, to: number | null, clockSeconds: number): number =>
  from === null || to === null ? clockSeconds : to - from;

/** `blnet compile` as a user starts it, in a process of its own; its processor seconds. */
function compileTo(folder: string, calibration: string): number {
  const before = childSeconds();
  const started = performance.now();
  const args = [CLI, 'compile', COMMITTED, '-o', folder, '--calibration', calibration, '--json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return between(before, childSeconds(), (performance.now() - started) / 1000);
}

interface RtlTimes {
  readonly result: RtlResult;
  readonly buildSeconds: number;
  readonly runSeconds: number;
}

/** Builds the Verilator program once and runs all frames through it. */
async function runVerilator(
  { folder, hardware, quantized }: Build,
  inputs: readonly Int16Array[],
  outputs: readonly Int16Array[],
): Promise<RtlTimes> {
  process.env.OPTIMIZE ??= OPTIMIZE;
  const marks: (number | null)[] = [];
  const onStage = () => marks.push(childSeconds());
  const simulator = 'verilator';
  const result = await runRtl({ folder, hardware, quantized, inputs, outputs, simulator, onStage });
  const [start, built] = marks as [number | null, number | null];
  return {
    result,
    buildSeconds: between(start, built, result.buildSeconds),
    runSeconds: between(built, childSeconds(), result.runSeconds),
  };
}

/** Whether values, output cycles and the handshakes of every stream are those of the RTL. */
const agrees = (rtl: RtlResult, sim: SimResult): boolean =>
  rtl.mismatches === 0 &&
  rtl.received === sim.outputCycles[0].length &&
  rtl.cycles === sim.cycles &&
  rtl.outputCycles[0].every((cycle, i) => cycle === sim.outputCycles[0][i]) &&
  sim.streams.every((s, i) => s.beats === rtl.streams[i].beats && s.traceHash === rtl.streams[i].traceHash);

/** Rows of the table, and how their numbers come about. */
class Runs {
  readonly rows: (string | number)[][] = [];

  constructor(
    private readonly build: Build,
    private readonly images: readonly Int16Array[],
  ) {}

  /** Seconds of a whole run; returns those of a frame. */
  note(what: string, frames: number, values: number | null, cycles: number): number {
    const total = ((values ?? 0) + cycles) / frames;
    const cell = values === null ? '-' : ms(values / frames);
    this.rows.push([what, frames, cell, ms(cycles / frames), ms(total)]);
    return total;
  }

  /** From nothing but the hardware and the integers: code is made, then run. */
  run(what: string, frames: number, options: Partial<FastOptions> = {}) {
    const { quantized, hardware } = this.build;
    const stopValues = clock();
    const executor = new SimdExecutor(quantized);
    const outputs = this.images.slice(0, frames).map((x) => executor.run(x).slice());
    const values = stopValues().cpuSeconds;
    const stopCycles = clock();
    const sim = simulateFast(KINDS, hardware, { frames, hash: true, ...options });
    return { outputs, sim, total: this.note(what, frames, values, stopCycles().cpuSeconds) };
  }
}

export async function benchCycles(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'blnet-bench-'));
  try {
    console.log('`blnet compile`: seconds of CPU time, its process and all');
    if (CIFAR10) {
      console.log(
        `  ${compileTo(join(root, 'build'), CIFAR10).toFixed(2)}  calibrated on 100 images of CIFAR-10`,
      );
    }
    const compileSeconds = compileTo(join(root, 'build'), SAMPLES);
    console.log(
      `  ${compileSeconds.toFixed(2)}  calibrated on the committed samples, as \`blnet demo\` is\n`,
    );
    await compare(readBuildFolder(join(root, 'build')));
  } finally {
    rmSync(root, { recursive: true });
  }
}

async function compare(build: Build): Promise<void> {
  const { quantized, hardware } = build;
  const prng = new Prng(1);
  const size = sizeOf(tensorOf(quantized, quantized.input).shape);
  const images = Array.from({ length: 64 }, () => Int16Array.from({ length: size }, () => prng.int(0, 255)));
  const runs = new Runs(build, images);
  runs.run('simulator, the first run of all', FRAMES);
  runs.run('simulator', 1);
  const compared = runs.run('simulator', FRAMES);
  runs.run('simulator', 64);
  const stepped = runs.run('simulator, every cycle stepped', FRAMES, { mayRepeat: false });
  runs.run('simulator, both ends stalling', 4, { stalls: stallsFromSeed(1) });
  const stopPlain = clock();
  simulate(KINDS, hardware, { frames: 2, hash: true });
  runs.note('plain engine', 2, null, stopPlain().cpuSeconds);
  const verilator = findTool('verilator')
    ? await runVerilator(build, images.slice(0, FRAMES), compared.outputs)
    : null;
  if (verilator) {
    runs.note('Verilator, run alone', FRAMES, null, verilator.runSeconds);
    runs.note('Verilator, with its build', FRAMES, null, verilator.runSeconds + verilator.buildSeconds);
  }

  const interval = intervalCycles(compared.sim);
  console.log(`Cycles: ${COMMITTED}, xc7z020, interval ${interval}, ${hardware.blocks.length} blocks`);
  console.log(
    '  CPU ms per frame; frames of a steady state are added and not stepped, but where the row says so',
  );
  printTable(['what', 'frames', 'values', 'cycles', 'both'], runs.rows);
  if (!verilator) return console.log('  skipped: Verilator is not here\n');
  const { result, runSeconds, buildSeconds } = verilator;
  const times = (seconds: number, of: { total: number }): number => seconds / FRAMES / of.total;
  const factor = times(runSeconds, compared);
  console.log(
    `  RTL and simulator ${agrees(result, compared.sim) ? 'agree' : 'DISAGREE'}: ${result.received} output beats, every handshake of ${hardware.streams.length} streams, ${result.cycles} cycles`,
  );
  console.log(
    `  Verilator's run (-O3) over the simulator, per frame: ${factor.toFixed(1)} times, ${factor >= GOAL ? 'at least' : 'BELOW'} the goal of ${GOAL}`,
  );
  console.log(
    `  with every cycle stepped ${times(runSeconds, stepped).toFixed(1)} times; with Verilator's build ${times(runSeconds + buildSeconds, compared).toFixed(1)} times\n`,
  );
}
