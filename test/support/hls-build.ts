/**
 * Writes the HLS code of cases into a temporary folder, compiles it with g++ and runs its testbenches. All cases share
 * one program (each in a namespace; the first argument picks one), because the compiler's fixed costs exceed those of
 * a small network.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { generateHls } from '../../src/hls-gen/hls.js';
import { topFunctionName } from '../../src/hls-gen/hls-names.js';
import { loadAssets, PACKAGE_ROOT } from '../../src/io/assets.js';
import { KINDS } from '../../src/kinds/index.js';
import type { RtlCase } from './rtl-case.js';

/** The folder of a case: path -> text, stimulus included. */
export function hlsFilesOf(c: RtlCase): Map<string, string> {
  const { hls, templates } = loadAssets();
  const files = generateHls(KINDS, c.hardware, {
    version: 'test',
    model: 'test',
    outputChannels: c.outputChannels,
    library: hls,
    templates,
    part: 'xc7z020clg400-1',
    clockMhz: 150,
  });
  files.set('sim/input.hex', c.inputText);
  files.set('sim/expected.hex', c.expectedText);
  if (c.hardware.ends.length > 2) for (const [path, text] of c.stimuli ?? []) files.set(path, text);
  return files;
}

export function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** What a program printed. */
export interface RunResult {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

export function runProgram(command: string, args: readonly string[], cwd: string): RunResult {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (result.error || result.status === null)
    throw new Error(`${command} in ${cwd}: ${result.error ?? result.signal}`);
  return { status: result.status, output: result.stdout, errors: result.stderr };
}

/** `endless` runs the functions in turn, `dataflow` side by side with streams of their real depths. */
export type HlsMode = 'endless' | 'dataflow';

/** A case, and how its generated text is changed before it is written: so faults are planted. */
export interface HlsCase {
  readonly name: string;
  readonly case: RtlCase;
  readonly mutate?: (files: Map<string, string>) => void;
}

const HLS = join(PACKAGE_ROOT, 'hw/hls');

/** Include paths and warnings of every g++ call; warnings are errors. */
export const CXX_FLAGS = [
  '-std=c++14',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Wno-unknown-pragmas',
  `-I${HLS}`,
  `-I${HLS}/sim`,
  '-I.',
];

/** Headers that the sources include: known before, so that none lands in a namespace. */
const SYSTEM = ['cstdint', 'cstdio', 'cstdlib', 'cstring', 'string', 'vector', 'functional', 'memory'];

export class HlsBuild {
  readonly folder = mkdtempSync(join(tmpdir(), 'blnet-hls-'));

  constructor(readonly cases: readonly HlsCase[]) {
    for (const c of cases) {
      const files = hlsFilesOf(c.case);
      c.mutate?.(files);
      writeFiles(join(this.folder, c.name), files);
    }
  }

  /** Compiles all cases, unoptimised: small networks run faster than they compile. */
  build(): void {
    const benches = this.cases.map(({ name, case: c }, i) => {
      const top = topFunctionName(c.hardware.name);
      const includes = [`${top}.cpp`, `${top}_dataflow.cpp`, `${top}_tb.cpp`].map(
        (file) => `#include "${name}/hls/${file}"`,
      );
      // Several cases may have one network's name, and so its include guards.
      const guard = `${top.toUpperCase()}_HPP`;
      return [`namespace n${i} {`, ...includes, '}', `#undef ${guard}`, `#undef ${guard}_ROMS`].join('\n');
    });
    const library = [...loadAssets().hls.keys()].filter((n) => n.endsWith('.hpp'));
    const text = `${SYSTEM.map((h) => `#include <${h}>`).join('\n')}
#include <ap_axi_sdata.h>
#include "blnet_tasks.h"
${library.map((h) => `#include "${h}"`).join('\n')}
#define main run
${benches.join('\n')}
#undef main
int main(int argc, char** argv) {
  int (*const runs[])(int, char**) = {${this.cases.map((_, i) => `n${i}::run`).join(', ')}};
  return runs[atoi(argv[1])](argc - 1, argv + 1);
}
`;
    writeFileSync(join(this.folder, 'program.cpp'), text);
    const result = runProgram('g++', ['-O0', ...CXX_FLAGS, 'program.cpp', '-o', 'program'], this.folder);
    if (result.status !== 0) throw new Error(`g++ failed:\n${result.errors.slice(0, 4000)}`);
  }

  run(name: string, mode: HlsMode): RunResult {
    const index = this.cases.findIndex((c) => c.name === name);
    const cwd = join(this.folder, name, 'hls');
    return runProgram(relative(cwd, join(this.folder, 'program')), [String(index), '--mode', mode], cwd);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
