/** How far a running RTL build or simulation is, from the files that it leaves. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Share of Verilator's C++ that is compiled, weighted by size; undefined while Verilator still writes it. */
export function builtFraction(folder: string, product: string): number | undefined {
  try {
    const objects = join(folder, product);
    const names = new Set(readdirSync(objects));
    let all = 0;
    let done = 0;
    for (const name of names) {
      if (!name.endsWith('.cpp')) continue;
      const { size } = statSync(join(objects, name));
      all += size;
      if (names.has(name.replace(/cpp$/, 'o'))) done += size;
    }
    return all === 0 ? undefined : done / all;
  } catch {
    return undefined;
  }
}

/** Share of the expected output beats that the testbench has noted. */
export function ranFraction(folder: string, beats: number): number | undefined {
  try {
    const text = readFileSync(join(folder, 'sim', 'result.txt'), 'utf8');
    return (text.match(/^output /gm)?.length ?? 0) / beats;
  } catch {
    return undefined;
  }
}
