/** Yosys as WebAssembly: the same program in this thread and in one of its own, its errors, and how it is stopped. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Yosys } from '../../src/io/synthesis/yosys.js';
import { wasmYosys } from '../../src/io/synthesis/yosys-wasm.js';
import { compileSources } from '../support/compile-sources.js';

const FILES = new Map([['top.v', 'module top(input a, input b, output y); assign y = a & b; endmodule\n']]);
const RESULTS = ['stat.json'];
const SCRIPT = 'read_verilog top.v\nsynth -top top\ntee -q -o stat.json stat -json\n';

let found: Readonly<Record<'here' | 'thread', Yosys>>;
beforeAll(async () => {
  const entry = compileSources('test-yosys')('io/synthesis/yosys-worker');
  found = { here: (await wasmYosys()) as Yosys, thread: (await wasmYosys(entry)) as Yosys };
});

describe.each(['here', 'thread'] as const)('@yowasp/yosys, %s', (where) => {
  it('synthesises', async () => {
    const yosys = found[where];
    expect([yosys.choice, yosys.parallel]).toEqual(['wasm', where === 'thread']);
    expect(yosys.version).toMatch(/@yowasp/);
    const lines: string[] = [];
    const job = {
      files: FILES,
      script: SCRIPT,
      results: RESULTS,
      onLine: (line: string) => lines.push(line),
    };
    const stat = JSON.parse((await yosys.run(job)).get('stat.json') as string);
    expect(stat.modules['\\top'].num_cells_by_type).toEqual({ $_AND_: 1 });
    expect(lines.some((line) => line.includes('Executing SYNTH pass'))).toBe(true);
  });

  it('says what went wrong', async () => {
    const run = (script: string) => found[where].run({ files: FILES, script, results: RESULTS });
    await expect(run('read_verilog absent.v\n')).rejects.toThrow(/BLN402.*absent\.v/s);
    await expect(run('read_verilog top.v\n')).rejects.toThrow(/BLN402.*no stat\.json/s);
  });
});

describe('@yowasp/yosys in a thread', () => {
  it('is stopped when its time is over, and by a signal', async () => {
    const job = { files: FILES, script: SCRIPT, results: RESULTS };
    await expect(found.thread.run({ ...job, limitSeconds: 0.01 })).rejects.toThrow(/not done after 0.01 s/);
    const reason = new Error('enough');
    await expect(found.thread.run({ ...job, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
