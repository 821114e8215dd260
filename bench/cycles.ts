/**
 * Simulator against Verilator on the same network, the same frames and the same work: every output value, and the
 * cycle of every handshake of every stream. Times are of the processor, so that other processes do not show.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Compilation } from '../src/compile.js';
import { extraFiles, writeBuildFolder } from '../src/io/build-folder.js';
import { readBytes } from '../src/io/files.js';
import { findTool } from '../src/io/process.js';
import { type RtlResult, runRtl } from '../src/io/rtl-simulation.js';
import { sizeOf } from '../src/ir/graph.js';
import { Prng } from '../src/ir/prng.js';
import { tensorOf } from '../src/ir/quant-graph.js';
import { KINDS } from '../src/kinds/index.js';
import { intervalCycles, type SimResult, simulate } from '../src/sim/engine.js';
import { type FastOptions, simulateFast } from '../src/sim/fast-engine.js';
import { SimdExecutor } from '../src/sim/simd-executor.js';
import { stallsFromSeed } from '../src/sim/stimulus.js';
import { COMMITTED, clock, compiled, ms, printTable } from './measure.js';

/** Of the comparison with Verilator: enough that start and drain do not count. */
const FRAMES = 16;
/** How many times as fast as Verilator's run the simulator has to be. */
const GOAL = 20;
/** Flags of the C++ compiler; Verilator's own are in the generated Makefile, -O3 too. */
const OPTIMIZE = '-O3';

/** Processor seconds of all children that have ended; null where the system does not say. */
function childSeconds(): number | null {
  try {
    // Behind the name in brackets: cutime and cstime, fields 16 and 17, in hundredths of a second.
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return null;
  }
}

interface RtlTimes {
  readonly result: RtlResult;
  readonly buildSeconds: number;
  readonly runSeconds: number;
}

/** Builds the Verilator program once and runs all frames through it. */
async function runVerilator(
  c: Compilation,
  inputs: readonly Int16Array[],
  outputs: readonly Int16Array[],
): Promise<RtlTimes> {
  const root = mkdtempSync(join(tmpdir(), 'blnet-bench-'));
  const folder = join(root, 'build');
  writeBuildFolder(
    folder,
    new Map<string, string | Uint8Array>([...c.files, ...extraFiles(readBytes(COMMITTED), [])]),
  );
  process.env.OPTIMIZE = OPTIMIZE;
  const marks: (number | null)[] = [];
  const result = await runRtl({
    folder,
    hardware: c.sized.hardware,
    quantized: c.quantized,
    inputs,
    outputs,
    simulator: 'verilator',
    onStage: () => marks.push(childSeconds()),
  });
  marks.push(childSeconds());
  rmSync(root, { recursive: true });
  const [start, built, end] = marks;
  if (start == null || built == null || end == null) return { ...result, result };
  return { result, buildSeconds: built - start, runSeconds: end - built };
}

/** Whether values, output cycles and the handshakes of every stream are those of the RTL. */
const agrees = (rtl: RtlResult, sim: SimResult): boolean =>
  rtl.mismatches === 0 &&
  rtl.cycles === sim.cycles &&
  rtl.outputCycles.every((cycle, i) => cycle === sim.outputCycles[i]) &&
  sim.streams.every((s, i) => s.beats === rtl.streams[i].beats && s.traceHash === rtl.streams[i].traceHash);

export async function benchCycles(): Promise<void> {
  const compilation = compiled(COMMITTED).value;
  const { quantized, sized } = compilation;
  const { hardware } = sized;
  const prng = new Prng(1);
  const size = sizeOf(tensorOf(quantized, quantized.input).shape);
  const images = Array.from({ length: 64 }, () => Int16Array.from({ length: size }, () => prng.int(0, 255)));
  const rows: (string | number)[][] = [];
  const note = (what: string, frames: number, values: number | null, cycles: number): number => {
    const total = ((values ?? 0) + cycles) / frames;
    rows.push([what, frames, values === null ? '-' : ms(values / frames), ms(cycles / frames), ms(total)]);
    return total;
  };
  /** From nothing but the compilation: code is made, then run. */
  const run = (what: string, frames: number, options: Partial<FastOptions> = {}) => {
    const stopValues = clock();
    const executor = new SimdExecutor(quantized);
    const outputs = images.slice(0, frames).map((x) => executor.run(x).slice());
    const values = stopValues().cpuSeconds;
    const stopCycles = clock();
    const sim = simulateFast(KINDS, hardware, { frames, hash: true, ...options });
    const total = note(what, frames, values, stopCycles().cpuSeconds);
    return { outputs, sim, total };
  };
  run('simulator, code just loaded', FRAMES);
  run('simulator', 1);
  const compared = run('simulator', FRAMES);
  run('simulator', 64);
  const stepped = run('simulator, every cycle stepped', FRAMES, { mayRepeat: false });
  run('simulator, both ends stalling', 4, { stalls: stallsFromSeed(1) });
  const stopPlain = clock();
  simulate(KINDS, hardware, { frames: 2, hash: true });
  note('plain engine', 2, null, stopPlain().cpuSeconds);

  const { result, buildSeconds, runSeconds } = findTool('verilator')
    ? await runVerilator(compilation, images.slice(0, FRAMES), compared.outputs)
    : { result: null, buildSeconds: 0, runSeconds: 0 };
  if (result) {
    note('Verilator, run alone', FRAMES, null, runSeconds);
    note('Verilator, with its build', FRAMES, null, runSeconds + buildSeconds);
  }
  console.log(
    `Cycles: ${COMMITTED}, xc7z020, interval ${intervalCycles(sized.simulation)}, ${hardware.blocks.length} blocks`,
  );
  console.log(
    '  CPU ms per frame; steady frames are recognised and added, not stepped, but in the rows that say so',
  );
  printTable(['what', 'frames', 'values', 'cycles', 'both'], rows);
  if (!result) return console.log('  skipped: Verilator is not here\n');
  const times = (seconds: number, of: { total: number }): string => (seconds / FRAMES / of.total).toFixed(1);
  const factor = Number(times(runSeconds, compared));
  console.log(
    `  ${agrees(result, compared.sim) ? 'RTL and simulator agree' : 'RTL and simulator DISAGREE'} in ${compared.sim.outputCycles.length} output beats and the handshakes of ${hardware.streams.length} streams over ${result.cycles} cycles`,
  );
  console.log(
    `  Verilator's run takes ${factor} times the simulator's time per frame, ${times(runSeconds, stepped)} times with every cycle stepped, ${times(runSeconds + buildSeconds, compared)} times with its build; ${factor >= GOAL ? 'at least' : 'BELOW'} the goal of ${GOAL}\n`,
  );
}
