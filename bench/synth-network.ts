/**
 * Part of `make soak`: the reference network compiled for an xc7z020, run in RTL over four frames back to back,
 * synthesised by Yosys as one flat design, and held against the part, the planned DSPs and the estimate. Minutes.
 * Usage: node build/bench-js/bench/synth-network.js [MODEL [PART [OPTION of `blnet compile`]...]]; needs `make build`.
 * BLNET_CIFAR10 names the calibration images, the committed samples serve where it is not set.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deviceOf } from '../src/config.js';
import { estimateHardware } from '../src/estimate/estimate.js';
import { parseStat } from '../src/estimate/yosys-stat.js';
import { type Build, readBuildFolder } from '../src/io/build/build-folder.js';
import { readText } from '../src/io/files.js';
import { statOf, synthesisScript } from '../src/io/synthesis/synthesis-batch.js';
import { sourcesOf } from '../src/io/synthesis/synthesize.js';
import { findYosys } from '../src/io/synthesis/yosys.js';
import type { Resources } from '../src/ir/resources.js';
import { KINDS } from '../src/kinds/index.js';
import { resourcesOf } from '../src/targets/cells.js';
import type { Device } from '../src/targets/devices.js';
import { targetOf } from '../src/targets/index.js';
import { type DspCell, dspCells } from './dsp-report.js';
import { dspShare } from './dsp-share.js';
import { CIFAR10, COMMITTED, SAMPLES } from './measure.js';

/** Share of LUTs and block RAM that a build may take. */
const FILL = 0.85;
const FRAMES = 4;

const [model = COMMITTED, part = 'xc7z020', ...more] = process.argv.slice(2);

function compileInto(folder: string, calibration: string): Build {
  const args = [
    'dist/cli/main.js',
    'compile',
    model,
    '-o',
    folder,
    '--part',
    part,
    '--calibration',
    calibration,
    ...more,
  ];
  const { status, stderr } = spawnSync('node', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} failed: ${stderr}`);
  return readBuildFolder(folder);
}

/** `blnet verify`: every beat and cycle of four frames, in RTL and in the simulator. */
function verifyLines(folder: string): { text: string[]; ok: boolean; interval: number } {
  const args = ['dist/cli/main.js', 'verify', folder, '--frames', `${FRAMES}`, '--json'];
  const { stdout, stderr } = spawnSync('node', args, { encoding: 'utf8' });
  if (!stdout) throw new Error(`node ${args.join(' ')} failed: ${stderr}`);
  const { ok, mismatches, cycles, streams, differingTraces } = JSON.parse(stdout);
  const { rtl, simulator } = cycles;
  return {
    ok,
    interval: rtl.interval,
    text: [
      `RTL in Verilator, ${FRAMES} frames back to back: ${mismatches} mismatches, latency ${rtl.latency} and interval ${rtl.interval} cycles`,
      `simulator: latency ${simulator.latency} and interval ${simulator.interval} cycles; ${streams - differingTraces.length} of ${streams} streams with the same cycle of every beat`,
    ],
  };
}

const filesOf = (build: Build, folder: string): Array<[string, string]> =>
  readdirSync(join(build.folder, folder))
    .sort()
    .map((name) => [`${folder}/${name}`, readText(join(build.folder, folder, name))]);

/** Resources of the flat design, and its DSPs. */
async function synthesize(build: Build): Promise<{ found: Resources; dsps: DspCell[]; tool: string }> {
  const yosys = await findYosys('native');
  const files = new Map([...filesOf(build, 'rtl'), ...filesOf(build, 'weights')]);
  const { top } = build.manifest;
  const lines: string[] = [];
  const script = `${synthesisScript(sourcesOf(files.keys()), top, 'xc7')}dump t:DSP48E1\n`;
  const stat = await statOf(yosys, { files, script, onLine: (line) => lines.push(line) });
  const found = resourcesOf(parseStat(stat).get(top) ?? {}, 'xc7', top);
  return { found, dsps: dspCells(lines), tool: yosys.version };
}

const count = <T>(items: readonly T[], is: (item: T) => boolean): number => items.filter(is).length;
const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;
const signed = (x: number): string => `${x > 0 ? '+' : ''}${percent(x)}`;

function resourceLines(
  device: Device,
  estimate: Resources,
  found: Resources,
): { text: string[]; ok: boolean } {
  const rows = [
    { name: 'DSP48E1', estimate: estimate.dsp, found: found.dsp, limit: device.dsp },
    { name: 'LUT', estimate: estimate.lut, found: found.lut, limit: Math.floor(FILL * device.lut) },
    { name: 'FF', estimate: estimate.ff, found: found.ff, limit: device.ff },
    {
      name: 'RAMB36',
      estimate: targetOf(device).blocks(estimate),
      found: targetOf(device).blocks(found),
      limit: Math.floor(FILL * device.bram),
    },
  ];
  const cells = rows.map((r) => [
    r.name,
    `${r.found}`,
    `${r.limit}`,
    `${r.estimate}`,
    signed(r.estimate / r.found - 1),
    r.found <= r.limit ? 'ok' : 'FAILED',
  ]);
  const text = [['', 'Yosys', 'limit', 'estimate', 'error', ''], ...cells].map(([name, ...rest]) =>
    `${name.padEnd(9)}${rest.map((c) => c.padStart(10)).join('')}`.trimEnd(),
  );
  return { text, ok: rows.every((r) => r.found <= r.limit) };
}

/** Engines multiply and accumulate; requantizers only multiply. */
function dspLines(dsps: readonly DspCell[], planned: number): { text: string[]; ok: boolean } {
  const registered = (d: DspCell): boolean => d.registers.MREG === 1 && d.registers.PREG === 1;
  const operands = (d: DspCell): boolean =>
    (d.registers.AREG ?? 0) + (d.registers.ADREG ?? 0) > 0 && (d.registers.BREG ?? 0) > 0;
  const all = dsps.length;
  const line = (n: number, what: string): string => `${String(n).padStart(5)} of ${all}  ${what}`;
  const ok = all <= planned && dsps.every(registered);
  const addends = [...new Set(dsps.map((d) => d.addend))].sort();
  return {
    ok,
    text: [
      `${all} DSP48E1, ${planned} planned`,
      line(
        count(dsps, (d) => d.registers.MREG === 1),
        'with the register behind the multiplier inside (MREG)',
      ),
      line(
        count(dsps, (d) => d.registers.PREG === 1),
        'with the register of the sum or result inside (PREG)',
      ),
      line(count(dsps, operands), 'with registers of both operands inside (AREG or ADREG, BREG)'),
      line(
        count(dsps, (d) => d.preAdder),
        'with the adder in front of the multiplier in use',
      ),
      ...addends.map((a) =>
        line(
          count(dsps, (d) => d.addend === a),
          `whose adder behind the multiplier adds: ${a}`,
        ),
      ),
    ],
  };
}

const folder = mkdtempSync(join(tmpdir(), 'blnet-synth-'));
try {
  const calibration = CIFAR10 ?? SAMPLES;
  const build = compileInto(join(folder, 'build'), calibration);
  const device = deviceOf({ part });
  const estimate = estimateHardware(KINDS, build.hardware, device).total;
  const planned = estimate.dsp;
  const verified = verifyLines(build.folder);
  const { found, dsps, tool } = await synthesize(build);
  const resources = resourceLines(device, estimate, found);
  const absorbed = dspLines(dsps, planned);
  const ok = resources.ok && absorbed.ok && verified.ok;
  const images = CIFAR10 ? 'CIFAR-10' : SAMPLES;
  console.log(
    [
      `make soak: ${['node build/bench-js/bench/synth-network.js', ...process.argv.slice(2)].join(' ')}`,
      '',
      `${[model, 'on', part, ...more].join(' ')}, calibrated on ${images}, ${build.hardware.blocks.length} blocks; ${tool}, synth_xilinx -flatten`,
      `limits: ${percent(FILL)} of LUTs and block RAM, all DSPs and FFs; two RAMB18 count as a RAMB36`,
      '',
      ...resources.text,
      `${found.lutram} of the LUTs are memory; ${found.ramb36} RAMB36 and ${found.ramb18} RAMB18`,
      '',
      ...absorbed.text,
      '',
      ...verified.text,
      '',
      ...dspShare(build, dsps.length, verified.interval),
      '',
      ok ? 'ok' : 'FAILED',
    ].join('\n'),
  );
  process.exitCode = ok ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
