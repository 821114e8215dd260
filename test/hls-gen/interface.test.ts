/**
 * What a build says to other tools, read and run by them: SystemRDL and IP-XACT by their own compilers, the C driver against
 * the RTL in Verilator, the cocotb bench with pictures, FuseSoC's lint and simulation.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classify } from '../../src/api/run.js';
import { registersOf } from '../../src/hls-gen/registers.js';
import { beatsText } from '../../src/hls-gen/stimulus.js';
import { readBuildFolder, samplesOf } from '../../src/io/build/build-folder.js';
import { preprocess, preprocessingOf } from '../../src/ir/preprocess.js';
import { tensorOf } from '../../src/ir/quant-graph.js';
import { quantizeValues } from '../../src/ir/quantize-values.js';
import { runHardware, writePictures } from '../support/hardware-python.js';
import { SMALLEST_SPEC, type SmallBuild, smallBuild } from '../support/small-build.js';
import { describeWithTool, itWithTool } from '../support/tools.js';

const CHECK = fileURLToPath(new URL('../support/check_registers.py', import.meta.url));
const BENCH = fileURLToPath(new URL('./interface/driver_bench.cpp', import.meta.url));
const TIMEOUT_MS = 600_000;
const FRAMES = 3;

let small: SmallBuild;
let samples: readonly Uint8Array[];
/** Integers of the first output, image by image. */
let answers: readonly (readonly number[])[];

beforeAll(() => {
  small = smallBuild({ ...SMALLEST_SPEC, name: 'net' });
  const build = readBuildFolder(small.folder);
  samples = samplesOf(build)
    .slice(0, FRAMES)
    .map((s) => Uint8Array.from(s));
  answers = classify(build, samples).map((a) => [...a.integers]);
  const x = tensorOf(build.quantized, build.quantized.input);
  const y = tensorOf(build.quantized, build.quantized.outputs[0] ?? '');
  const [from, to] = build.hardware.ends.map((e) => build.hardware.streams[e.stream]);
  if (!from || !to) throw new Error('no ends');
  const preprocessing = preprocessingOf(build.quantized.metadata);
  const frames = samples.map((s) => quantizeValues(preprocess(s, x.shape, preprocessing), x.shape, x));
  const text = (values: readonly ArrayLike<number>[], channels: number, s: typeof from) =>
    values.map((v) => beatsText(v, channels, s.lanes, s.bits)).join('');
  mkdirSync(join(small.folder, 'sim'));
  writeFileSync(join(small.folder, 'sim/input.hex'), text(frames, x.shape.channels, from));
  writeFileSync(join(small.folder, 'sim/expected.hex'), text(answers, y.shape.channels, to));
}, TIMEOUT_MS);
afterAll(() => small.remove());

const read = (path: string): string => readFileSync(join(small.folder, path), 'utf8');
/** Version and build, as the header has them. */
const constantsOf = (): [number, number] => {
  const constant = (name: string): number => {
    const digits = new RegExp(`${name} (0x\\w+)u`).exec(read('c/net.h'))?.[1];
    if (!digits) throw new Error(`no ${name}`);
    return Number(digits);
  };
  return [constant('EXPECTED_VERSION'), constant('EXPECTED_BUILD')];
};
const mapOf = () =>
  registersOf(...constantsOf()).flatMap((r) =>
    r.fields.map((f) => [r.name, r.offset, f.name, f.low, f.bits, f.access !== 'read', f.reset]),
  );

describe('INTERFACE.md', () => {
  it('has the ports, the packing, the registers and an instance of both tops', () => {
    const text = read('INTERFACE.md');
    for (const port of ['s_axis_tdata', 'm_axis_tkeep', 's_axi_awaddr', 'aresetn', 'frame_error'])
      expect(text).toContain(port);
    for (const [name, , field] of mapOf())
      expect(text).toMatch(new RegExp(`\\| ${name} \\| .* \\| ${field} \\|`));
    expect(text).toContain('| beat | 31..24 | 23..16 | 15..8 | 7..0 |');
    const { latencyCycles, intervalCycles } = readBuildFolder(small.folder).manifest.simulated;
    expect(text).toContain(`takes ${latencyCycles} cycles`);
    expect(text).toContain(`every ${intervalCycles} cycles`);
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });
});

describeWithTool('cocotb', 'register descriptions', () => {
  const check = (rdl: string, xml: string) => runHardware([CHECK, rdl, xml], small.folder);

  it('are valid SystemRDL and IP-XACT, and say what the table says', () => {
    const { status, text } = check('regs/net.rdl', 'component.xml');
    expect(status, text).toBe(0);
    expect(JSON.parse(text)).toEqual({ rdl: mapOf(), ipxact: mapOf() });
  });

  it('planted faults are seen: a field twice as wide, an element out of its order', () => {
    writeFileSync(join(small.root, 'bad.rdl'), read('regs/net.rdl').replace('patch[15:8]', 'patch[16:8]'));
    expect(check(join(small.root, 'bad.rdl'), 'component.xml')).toMatchObject({
      status: 1,
      text: expect.stringMatching(/overlap/),
    });
    const swapped = read('component.xml').replace(
      /(<spirit:bitOffset>.*)(\s*)(<spirit:bitWidth>.*)/,
      '$3$2$1',
    );
    writeFileSync(join(small.root, 'bad.xml'), swapped);
    expect(check('regs/net.rdl', join(small.root, 'bad.xml'))).toMatchObject({
      status: 1,
      text: expect.stringMatching(/bitOffset/),
    });
  });

  it('IP-XACT names files that are there', () => {
    const names = [...read('component.xml').matchAll(/<spirit:file>\s*<spirit:name>(.*)<\/spirit:name>/g)];
    expect(names.length).toBeGreaterThan(10);
    for (const [, name] of names) expect(read(name as string)).not.toBe('');
  });
});

describeWithTool(['verilator', 'g++'], 'the C driver', () => {
  it(
    'finds the accelerator, counts, waits, tells of errors and resets, on the RTL',
    () => {
      const run = (command: string, ...args: string[]): string => {
        const { status, stdout, stderr } = spawnSync(command, args, { cwd: small.folder, encoding: 'utf8' });
        expect([command, status, status ? stderr.slice(-2000) : ''].join(' ')).toBe(`${command} 0 `);
        return stdout;
      };
      const root = /VERILATOR_ROOT\s*=\s*(\S+)/.exec(run('verilator', '-V'))?.[1] as string;
      run('gcc', '-std=c99', '-Wall', '-Wextra', '-Werror', '-pedantic', '-c', 'c/net.c', '-o', 'plain.o');
      const sources = readdirSync(join(small.folder, 'rtl')).filter((f) => f.endsWith('.v'));
      run(
        'verilator',
        '--cc',
        '-Wno-fatal',
        '-Wno-lint',
        '--prefix',
        'Vdut',
        '--top-module',
        'net_axi',
        ...sources.map((f) => `rtl/${f}`),
      );
      writeFileSync(
        join(small.folder, 'driver.h'),
        `#pragma once
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
uint32_t bus_read(uint32_t);
void bus_write(uint32_t, uint32_t);
#ifdef __cplusplus
}
#endif
#define NET_READ(device, offset) ((void)(device), bus_read(offset))
#define NET_WRITE(device, offset, value) ((void)(device), bus_write(offset, value))
#define NET_KEEP 15
#include "c/net.h"
`,
      );
      run('gcc', '-std=c99', '-include', 'driver.h', '-I.', '-c', 'c/net.c', '-o', 'net.o');
      const models = readdirSync(join(small.folder, 'obj_dir')).filter((f) => f.endsWith('.cpp'));
      writeFileSync(
        join(small.folder, 'all.cpp'),
        [...models.map((f) => `obj_dir/${f}`), BENCH].map((f) => `#include "${f}"\n`).join(''),
      );
      const include = join(root, 'include');
      run(
        'g++',
        '-std=gnu++17',
        '-faligned-new',
        '-w',
        '-O0',
        `-I${include}`,
        '-Iobj_dir',
        '-I.',
        'all.cpp',
        join(include, 'verilated.cpp'),
        join(include, 'verilated_threads.cpp'),
        'net.o',
        '-o',
        'driver',
        '-lpthread',
      );
      const beats = readBuildFolder(small.folder).hardware.streams[0]?.beatsPerFrame;
      const { stdout } = spawnSync('./driver', [`${beats}`, 'sim/input.hex', 'sim/expected.hex'], {
        cwd: small.folder,
        encoding: 'utf8',
      });
      expect(stdout.trim().split('\n').at(-1)).toBe('PASS');
      // What the RTL holds after reset is what the descriptions say.
      for (const register of registersOf(...constantsOf())) {
        const offset = register.offset.toString(16).padStart(2, '0');
        const value = Number.parseInt(
          new RegExp(`register ${offset} (\\w+)`).exec(stdout)?.[1] as string,
          16,
        );
        for (const f of register.fields) {
          if (f.reset === null) continue;
          expect([register.name, f.name, Math.floor(value / 2 ** f.low) % 2 ** f.bits]).toEqual([
            register.name,
            f.name,
            f.reset,
          ]);
        }
      }
    },
    TIMEOUT_MS,
  );
});

describe('other benches', () => {
  itWithTool(
    ['cocotb', 'iverilog'],
    'cocotb sends pictures through the AXI ports in Icarus, and sees a wrong answer',
    () => {
      const { shape } = tensorOf(readBuildFolder(small.folder).quantized, 'input');
      const pictures = join(small.root, 'pictures');
      mkdirSync(pictures);
      writePictures(pictures, samples, shape);
      const save = (rows: readonly (readonly number[])[]): string => {
        const file = join(small.root, 'expected.npy');
        const script =
          'import json, sys, numpy as np; np.save(sys.argv[1], np.array(json.loads(sys.argv[2])))';
        runHardware(['-c', script, file, JSON.stringify(rows)], small.root);
        return file;
      };
      const bench = (file: string) =>
        runHardware(['cocotb/test_net.py', pictures, '--expected', file], small.folder);
      const good = bench(save(answers));
      expect(good.text).toMatch(/^PASS: /m);
      expect(good.status).toBe(0);
      expect(JSON.parse(read('cocotb/answers.json')).m_axis).toEqual(answers);
      const wrong = answers.map((row, i) => (i === 1 ? row.map((v) => v ^ 1) : row));
      const bad = bench(save(wrong));
      expect([bad.status, /other integers than expected: \S+\/1\.png$/m.test(bad.text)]).toEqual([1, true]);
    },
  );

  itWithTool(['cocotb', 'verilator', 'iverilog'], 'FuseSoC lints and simulates the core', () => {
    const core = /^name: (\S+)$/m.exec(read('net.core'))?.[1] as string;
    const fusesoc = (...args: string[]) =>
      runHardware(['--cores-root', small.folder, 'run', ...args], small.root, 'fusesoc');
    const lint = fusesoc('--target=lint', core);
    expect(lint.status, lint.text).toBe(0);
    const files = ['input', 'expected'].map((n) => [`--${n}`, join(small.folder, `sim/${n}.hex`)]);
    const result = ['--result', join(small.root, 'result.txt')];
    const sim = fusesoc('--target=sim', core, '--FRAMES', String(FRAMES), ...files.flat(), ...result);
    expect(sim.text).toMatch(/PASS: 3 frames/);
    expect(sim.status).toBe(0);
  });
});
