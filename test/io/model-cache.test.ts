/** Simulators that were built from equal sources are built once; whatever they are made of makes another one. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { withModel } from '../../src/io/simulators/model-cache.js';

let root: string;
let builds = 0;
let folders = 0;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'blnet-models-'));
  vi.stubEnv('BLNET_CACHE', join(root, 'cache'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const FILES = {
  Makefile: 'all:',
  'filelist.f': 'rtl/a.v\nrtl/b.v\n',
  'rtl/a.v': 'module a; endmodule',
  'rtl/b.v': 'module b; endmodule',
  'tb/testbench.cpp': 'int main() {}',
  'weights/a.hex': '00',
};

/** A build folder of its own, whose make builds what is not there. @returns what is run, and whether it was built now */
async function verified(changes: Partial<typeof FILES> = {}): Promise<{ program: string; isBuilt: boolean }> {
  const folder = join(root, `build${folders++}`);
  for (const sub of ['rtl', 'tb', 'weights', 'obj_dir']) mkdirSync(join(folder, sub), { recursive: true });
  for (const [name, text] of Object.entries({ ...FILES, ...changes }))
    writeFileSync(join(folder, name), text);
  const path = join(folder, 'obj_dir', 'Vtop');
  const before = builds;
  await withModel(folder, 'obj_dir/Vtop', async () => {
    try {
      readFileSync(path);
    } catch {
      writeFileSync(path, `model ${++builds}`);
    }
  });
  return { program: readFileSync(path, 'utf8'), isBuilt: builds > before };
}

describe('models of Verilator', () => {
  it('are built once for equal sources, whatever the weights are', async () => {
    const first = await verified();
    expect(first.isBuilt).toBe(true);
    expect(await verified()).toEqual({ ...first, isBuilt: false });
    expect(await verified({ 'weights/a.hex': 'ff' })).toEqual({ ...first, isBuilt: false });
  });

  it.each(['Makefile', 'rtl/a.v', 'rtl/b.v', 'tb/testbench.cpp', 'filelist.f'] as const)(
    'are others where %s differs',
    async (name) => {
      const first = await verified();
      const other = await verified({ [name]: `${FILES[name]} ` });
      expect(other).toMatchObject({ isBuilt: true });
      expect(other.program).not.toBe(first.program);
    },
  );

  it('are others where the environment tells the tools something else', async () => {
    const first = await verified();
    vi.stubEnv('OPTIMIZE', '-O3');
    expect((await verified()).program).not.toBe(first.program);
    vi.stubEnv('OPTIMIZE', '');
    expect(await verified()).toEqual({ ...first, isBuilt: false });
  });

  it('are built where there is no cache to write to, or a source is missing', async () => {
    const file = join(root, 'no-folder');
    writeFileSync(file, '');
    vi.stubEnv('BLNET_CACHE', file);
    expect(await verified()).toMatchObject({ isBuilt: true });
    vi.stubEnv('BLNET_CACHE', join(root, 'cache'));
    expect(await verified({ 'filelist.f': 'rtl/absent.v' })).toMatchObject({ isBuilt: true });
  });
});
