/**
 * Estimate against flat synthesis of whole networks that the fit never saw. With a family it runs Yosys over them and
 * keeps the results in bench/estimate/judged-FAMILY.jsonl; without, it only makes the tables from what is kept: they are
 * printed and written to bench/results/judged-FAMILY.md.
 * Usage: node build/bench-js/bench/estimate/judge.js [FAMILY [FIRST LAST]]   (places in the list, from 1; all without)
 */

import { writeFileSync } from 'node:fs';
import { parseStat } from '../../src/estimate/yosys-stat.js';
import { cacheKey } from '../../src/io/cache.js';
import { statOf, synthesisScript } from '../../src/io/synthesis/synthesis-batch.js';
import { diskCache } from '../../src/io/synthesis/synthesis-cache.js';
import { sourcesOf } from '../../src/io/synthesis/synthesize.js';
import { findYosys } from '../../src/io/synthesis/yosys.js';
import type { Family } from '../../src/ir/resources.js';
import { resourcesOf } from '../../src/targets/cells.js';
import { FAMILIES } from '../../src/targets/index.js';
import { JUDGED, judgedDesign } from './judged-networks.js';
import { judge, judgementTable, type Kept, readKept, tableFile, writeKept } from './judgement.js';

async function synthesizeSome(family: Family, first: number, last: number): Promise<void> {
  const yosys = await findYosys('native');
  const cache = diskCache();
  const before = new Map(readKept(family).map((k) => [JSON.stringify(k.network), k]));
  const kept: Kept[] = [];
  for (const [i, network] of JUDGED[family].entries()) {
    const known = before.get(JSON.stringify(network));
    if (i + 1 < first || i + 1 > last) {
      if (known) kept.push(known);
      continue;
    }
    const { files, hardware } = judgedDesign(network, family);
    const script = synthesisScript(sourcesOf(files.keys()), hardware.name, family);
    const key = cacheKey([yosys.version, script, ...[...files].flat()]);
    let cells = cache.get(key);
    if (!cells) {
      const started = performance.now();
      cells = parseStat(await statOf(yosys, { files, script })).get(hardware.name) ?? {};
      cache.set(key, cells);
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      process.stderr.write(`${i + 1} ${network.name} ${family}: ${seconds} s\n`);
    }
    kept.push({ network, hardware, found: resourcesOf(cells, family, hardware.name) });
  }
  writeKept(family, kept);
}

const [wanted, first, last] = process.argv.slice(2);
if (wanted)
  await synthesizeSome(wanted as Family, Number(first ?? 1), Number(last ?? Number.POSITIVE_INFINITY));
for (const family of FAMILIES) {
  const rows = judge(family);
  if (rows.length === 0) continue;
  writeFileSync(tableFile(family), `${judgementTable(family, rows)}\n`);
  process.stdout.write(`${judgementTable(family, rows)}\n`);
}
