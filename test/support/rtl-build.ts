/**
 * Builds and runs cases in Verilator and Icarus with the generated testbenches. Several cases share one Verilator
 * program (every design keeps its own model and testbench; the first argument picks one), because a program's fixed
 * costs exceed those of a small design.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseResult, type Simulator, testbenchArguments } from '../../src/io/simulators/rtl-simulation.js';
import { outputsOf } from '../../src/ir/hardware.js';
import type { StallPattern } from '../../src/sim/stimulus.js';
import { filesOf, type RtlCase } from './rtl-case.js';

export type RtlRun = ReturnType<typeof parseResult>;

/** Cycles without any handshake until a testbench gives up; above the longest computation of a small design. */
const PATIENCE_CYCLES = 8000;

function run(
  command: string,
  args: readonly string[],
  cwd: string,
  allowed: readonly number[] = [0],
): string {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.error || !allowed.includes(result.status as number)) {
    const why = result.error ? String(result.error) : `exit ${result.status} ${result.signal ?? ''}`;
    throw new Error(
      `${command} failed (${why}) in ${cwd}:\n${`${result.stdout}${result.stderr}`.slice(-3000)}`,
    );
  }
  return result.stdout;
}

/** Changes the text of a generated file before it is written: how faults are planted. */
export type Mutation = (files: Map<string, string>) => void;

/** A temporary folder with one build folder per case. */
export class RtlBuild {
  readonly folder = mkdtempSync(join(tmpdir(), 'blnet-rtl-'));

  constructor(
    readonly cases: readonly RtlCase[],
    mutate: Mutation = () => undefined,
  ) {
    const names = new Set(cases.map((c) => c.hardware.name));
    if (names.size !== cases.length) throw new Error('cases of one build need different names');
    for (const c of cases) {
      const files = filesOf(c);
      mutate(files);
      for (const [path, text] of files) {
        const file = join(this.folderOf(c), path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      mkdirSync(join(this.folderOf(c), 'sim'), { recursive: true });
    }
  }

  folderOf(c: RtlCase): string {
    return join(this.folder, c.hardware.name);
  }

  /** One program for all cases. `optimize` is the C++ compiler's level: 0 builds faster, 1 runs faster. */
  buildVerilator(optimize: 0 | 1 = 1): void {
    const parts: string[] = [];
    const headers: string[] = [];
    for (const { hardware } of this.cases) {
      const { name } = hardware;
      const cwd = join(this.folder, name);
      const sources = readFileSync(join(cwd, 'filelist.f'), 'utf8').trim().split('\n');
      run(
        'verilator',
        ['--cc', '-O3', '-DBLNET_TRACE', '-Wno-fatal', '-Wno-lint', '--top-module', name, ...sources],
        cwd,
      );
      const models = readdirSync(join(cwd, 'obj_dir')).filter((f) => f.endsWith('.cpp'));
      headers.push(`#include "V${name}.h"`);
      parts.push(...models.map((f) => `#include "${name}/obj_dir/${f}"`));
    }
    // The testbenches' own includes are in force already, so that only their code lands in the namespaces.
    const benches = this.cases.map(
      ({ hardware: { name } }) => `namespace bench_${name} {\n#include "${name}/tb/testbench.cpp"\n}`,
    );
    const calls = this.cases.map(({ hardware: { name } }) => `bench_${name}::run`);
    const program = `#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>
#include "verilated.h"
${headers.join('\n')}
${parts.join('\n')}
#define main run
${benches.join('\n')}
#undef main
int main(int argc, char** argv) {
  int (*const runs[])(int, char**) = {${calls.join(', ')}};
  return runs[atoi(argv[1])](argc - 1, argv + 1);
}
`;
    writeFileSync(join(this.folder, 'program.cpp'), program);
    const root = /VERILATOR_ROOT\s*=\s*(\S+)/.exec(run('verilator', ['-V'], this.folder))?.[1];
    if (!root) throw new Error('verilator -V names no VERILATOR_ROOT');
    const include = join(root, 'include');
    const flags = ['-std=gnu++17', '-faligned-new', '-w', `-O${optimize}`, `-I${include}`, '-I.'];
    const folders = this.cases.map((c) => `-I${c.hardware.name}/obj_dir`);
    const library = ['verilated.cpp', 'verilated_threads.cpp'].map((f) => join(include, f));
    run('g++', [...flags, ...folders, 'program.cpp', ...library, '-o', 'program', '-lpthread'], this.folder);
  }

  buildIcarus(c: RtlCase): void {
    const cwd = this.folderOf(c);
    const sources = readFileSync(join(cwd, 'filelist.f'), 'utf8').trim().split('\n');
    const options = ['-g2005', '-DBLNET_TRACE', `-Ptestbench.FRAMES=${c.frames}`, '-s', 'testbench'];
    run('iverilog', [...options, '-o', 'testbench.vvp', ...sources, 'tb/testbench.v'], cwd);
  }

  run(simulator: Simulator, c: RtlCase, stalls: StallPattern): RtlRun {
    const args = testbenchArguments(simulator, c.frames, c.hardware, stalls, PATIENCE_CYCLES);
    const cwd = this.folderOf(c);
    const index = String(this.cases.indexOf(c));
    const output =
      simulator === 'verilator'
        ? run(join(this.folder, 'program'), [index, ...args], cwd, [0, 1])
        : run('vvp', ['-n', 'testbench.vvp', ...args], cwd, [0, 1]);
    return parseResult(readFileSync(join(cwd, 'sim/result.txt'), 'utf8'), output, outputsOf(c.hardware));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
