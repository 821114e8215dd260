/**
 * Copies of a pipeline on a large part: MobileNetV1 0.25/96 (MLPerf Tiny's visual wake words) on xczu7ev at four times the
 * 23,304 frames/s that it had, planned and run in Verilator. Runs the command line as a user would (dist/ must be built).
 * Usage: node build/bench-js/bench/copies.js
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NETWORKS } from './networks.js';

const CLI = 'dist/cli/main.js';
const NAME = 'mobilenet-v1-25-96';
const FPS = 4 * 23304;
/** Two rounds of four copies, and a frame that begins a third. */
const FRAMES = 9;

function run(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('node', [CLI, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`blnet ${args.join(' ')} failed: ${stdout}${stderr}`);
  return stdout;
}

const folder = mkdtempSync(join(tmpdir(), 'blnet-copies-'));
try {
  const [model, build] = [join(folder, `${NAME}.json`), join(folder, 'build')];
  const network = NETWORKS.find((n) => n.name === NAME);
  if (!network?.document) throw new Error(`no spec of ${NAME}`);
  writeFileSync(model, JSON.stringify(network.document));
  const noise = ['--calibration', 'noise:1', '--calibration-images', '2'];
  const compiled = run(
    'compile',
    model,
    '-o',
    build,
    '--part',
    'xczu7ev',
    '--fps',
    `${FPS}`,
    ...noise,
    '--json',
  );
  const { copies, planned, simulated, clockMhz } = JSON.parse(compiled);
  console.log(`${NAME} on xczu7ev at ${clockMhz} MHz, ${FPS} frames/s asked for`);
  console.log(
    `  ${copies.count} pipelines of ${planned.cycles} cycles, ${copies.pack} beats as one: a frame every ${simulated.intervalCycles} cycles, ${Math.round(simulated.framesPerSecond)} frames/s, latency ${simulated.latencyCycles} cycles`,
  );
  console.log(`  ${planned.dsp} DSPs, ${planned.lut} LUTs, ${planned.bram} block RAMs`);
  const verified = JSON.parse(run('verify', build, '--frames', `${FRAMES}`, '--json'));
  const { interval, latency } = verified.cycles.rtl;
  console.log(
    `  RTL in ${verified.simulator}: ${verified.ok ? 'bit-exact and cycle-exact' : `FAILED ${verified.problems.join('; ')}`}, ${verified.streams} streams, interval ${interval}, latency ${latency} cycles`,
  );
  process.exitCode = verified.ok && (clockMhz * 1e6) / interval >= FPS ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
