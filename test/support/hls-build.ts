/**
 * Writes the HLS code of cases into a temporary folder, compiles it with g++ and runs its testbenches. Several cases
 * share one program (each in a namespace; the first argument picks one), because the compiler's fixed costs exceed
 * those of a small network.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateHls } from '../../src/hls-gen/hls.js';
import { topFunctionName } from '../../src/hls-gen/hls-names.js';
import { KINDS } from '../../src/kinds/index.js';
import type { RtlCase } from './rtl-case.js';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

function readFolder(path: string): Map<string, string> {
  const folder = join(REPOSITORY, path);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((n) => /\.\w+$/.test(n));
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

export const HLS_LIBRARY = readFolder('hw/hls');
const TEMPLATES = readFolder('templates');

/** The folder of a case: path -> text, stimulus included. */
export function hlsFilesOf(c: RtlCase): Map<string, string> {
  const files = generateHls(KINDS, c.hardware, {
    version: 'test',
    model: 'test',
    outputChannels: c.outputChannels,
    library: HLS_LIBRARY,
    templates: TEMPLATES,
    part: 'xc7z020clg400-1',
    clockMhz: 150,
  });
  files.set('sim/input.hex', c.inputText);
  files.set('sim/expected.hex', c.expectedText);
  return files;
}

export function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** What a testbench printed. */
export interface HlsResult {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/** `endless` runs the functions in turn, `dataflow` side by side with streams of their real depths. */
export type HlsMode = 'endless' | 'dataflow';

/** Changes generated text before it is written: how faults are planted. */
export type HlsMutation = (files: Map<string, string>) => void;

const FLAGS = ['-std=c++14', '-O1', '-Wall', '-Wextra', '-Werror', '-Wno-unknown-pragmas'];

/** System headers that the sources include: known before, so that none lands in a namespace. */
const SYSTEM = ['cstdint', 'cstdio', 'cstdlib', 'cstring', 'string', 'vector', 'functional', 'memory', 'ucontext.h'];

export class HlsBuild {
  readonly folder = mkdtempSync(join(tmpdir(), 'blnet-hls-'));

  constructor(
    readonly cases: ReadonlyArray<{ readonly name: string; readonly case: RtlCase }>,
    mutate: (name: string) => HlsMutation = () => () => undefined,
  ) {
    for (const { name, case: c } of cases) {
      const files = hlsFilesOf(c);
      mutate(name)(files);
      writeFiles(join(this.folder, name), files);
    }
  }

  /** Compiles all cases into one program. */
  build(mode: HlsMode): void {
    const benches = this.cases.map(({ name, case: c }, i) => {
      const top = topFunctionName(c.hardware.name);
      const source = mode === 'dataflow' ? `${top}_dataflow.cpp` : `${top}.cpp`;
      // Networks of one name have one include guard.
      const again = [`${top.toUpperCase()}_HPP`, `${top.toUpperCase()}_HPP_ROMS`].map((g) => `#undef ${g}`);
      return `namespace n${i} {
#include "${name}/hls/${source}"
#include "${name}/hls/${top}_tb.cpp"
}
${again.join('\n')}`;
    });
    const library = [...HLS_LIBRARY.keys()].filter((n) => n.endsWith('.hpp'));
    const tasks = mode === 'dataflow' ? ['#include "blnet_tasks.h"'] : [];
    const text = `${SYSTEM.map((h) => `#include <${h}>`).join('\n')}
#include <ap_axi_sdata.h>
${[...tasks, ...library.map((h) => `#include "${h}"`)].join('\n')}
#define main run
${benches.join('\n')}
#undef main
int main(int argc, char** argv) {
  int (*const runs[])(int, char**) = {${this.cases.map((_, i) => `n${i}::run`).join(', ')}};
  return runs[atoi(argv[1])](argc - 1, argv + 1);
}
`;
    writeFileSync(join(this.folder, `${mode}.cpp`), text);
    const hls = join(REPOSITORY, 'hw/hls');
    const define = mode === 'dataflow' ? ['-DBLNET_DATAFLOW'] : [];
    const args = [...FLAGS, ...define, `-I${hls}`, `-I${hls}/sim`, '-I.', `${mode}.cpp`, '-o', mode];
    const result = spawnSync('g++', args, { cwd: this.folder, encoding: 'utf8' });
    if (result.status !== 0) throw new Error(`g++ failed:\n${result.stderr.slice(0, 4000)}`);
  }

  run(name: string, mode: HlsMode): HlsResult {
    const index = this.cases.findIndex((c) => c.name === name);
    const cwd = join(this.folder, name, 'hls');
    const program = relative(cwd, join(this.folder, mode));
    const result = spawnSync(program, [String(index)], { cwd, encoding: 'utf8' });
    if (result.error || result.status === null) {
      throw new Error(`${mode} of ${name}: ${result.error ?? result.signal}`);
    }
    return { status: result.status, output: result.stdout, errors: result.stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
