/** Cycle simulator against Verilator on the same network: seconds per frame, values included. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extraFiles, writeBuildFolder } from '../src/io/build-folder.js';
import { readBytes } from '../src/io/files.js';
import { findTool } from '../src/io/process.js';
import { type RtlResult, runRtl } from '../src/io/rtl-simulation.js';
import { sizeOf } from '../src/ir/graph.js';
import { Prng } from '../src/ir/prng.js';
import { tensorOf } from '../src/ir/quant-graph.js';
import { KINDS } from '../src/kinds/index.js';
import { intervalCycles, simulate } from '../src/sim/engine.js';
import { simulateFast } from '../src/sim/fast-engine.js';
import { SimdExecutor } from '../src/sim/simd-executor.js';
import { stallsFromSeed } from '../src/sim/stimulus.js';
import { COMMITTED, compiled, ms, printTable, timed } from './measure.js';

const FRAMES = [1, 8, 16, 64];
/** Verilator's frames: enough that start and drain do not count. */
const RTL_FRAMES = 16;

export async function benchCycles(): Promise<void> {
  const { quantized, sized, files } = compiled(COMMITTED).value;
  const { hardware } = sized;
  const prng = new Prng(1);
  const size = sizeOf(tensorOf(quantized, quantized.input).shape);
  const images = Array.from({ length: Math.max(...FRAMES) }, () =>
    Int16Array.from({ length: size }, () => prng.int(0, 255)),
  );
  const executor = new SimdExecutor(quantized);
  const rows: (string | number)[][] = [];
  const perFrame = new Map<number, number>();
  const outputs: Int16Array[] = [];
  for (const frames of FRAMES) {
    const values = timed(() => images.slice(0, frames).map((x) => executor.run(x).slice()));
    if (frames === RTL_FRAMES) outputs.push(...values.value);
    const cycles = timed(() => simulateFast(KINDS, hardware, { frames }));
    const total = (values.seconds + cycles.seconds) / frames;
    perFrame.set(frames, total);
    rows.push([
      `simulator, ${frames} frames`,
      ms(values.seconds / frames),
      ms(cycles.seconds / frames),
      ms(total),
    ]);
  }
  const stalled = timed(() => simulateFast(KINDS, hardware, { frames: 4, stalls: stallsFromSeed(1) }));
  rows.push(['simulator, 4 frames, stalls', '', ms(stalled.seconds / 4), '']);
  const plain = timed(() => simulate(KINDS, hardware, { frames: 2 }));
  rows.push(['plain engine, 2 frames', '', ms(plain.seconds / 2), '']);

  let rtl: RtlResult | null = null;
  if (findTool('verilator')) {
    const folder = mkdtempSync(join(tmpdir(), 'blnet-bench-'));
    const build = join(folder, 'build');
    writeBuildFolder(
      build,
      new Map<string, string | Uint8Array>([...files, ...extraFiles(readBytes(COMMITTED), [])]),
    );
    const inputs = images.slice(0, RTL_FRAMES);
    rtl = await runRtl({ folder: build, hardware, quantized, inputs, outputs, simulator: 'verilator' });
    rmSync(folder, { recursive: true });
    const run = rtl.runSeconds / RTL_FRAMES;
    rows.push([`Verilator, ${RTL_FRAMES} frames, run alone`, '', '', ms(run)]);
    rows.push([
      `Verilator, ${RTL_FRAMES} frames, with build`,
      '',
      '',
      ms(run + rtl.buildSeconds / RTL_FRAMES),
    ]);
  } else console.log('skipped: Verilator is not here');
  console.log(
    `Cycles: ${COMMITTED}, xc7z020, interval ${intervalCycles(sized.simulation)}, ${hardware.blocks.length} blocks`,
  );
  printTable(['what', 'values ms/frame', 'cycles ms/frame', 'ms/frame'], rows);
  if (!rtl) return;
  const run = rtl.runSeconds / RTL_FRAMES;
  const equal =
    rtl.cycles === simulateFast(KINDS, hardware, { frames: RTL_FRAMES }).cycles && rtl.mismatches === 0;
  console.log(
    `  RTL ${equal ? 'agrees' : 'DISAGREES'} in values and cycles; Verilator's run over the simulator, per frame:`,
  );
  for (const [frames, s] of perFrame) console.log(`  ${frames} frames: ${(run / s).toFixed(1)} times`);
  console.log();
}
