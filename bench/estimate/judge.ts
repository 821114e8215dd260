/**
 * Estimate against flat synthesis of whole networks that the fit never saw. With a family it runs Yosys over them and
 * keeps the results in bench/estimate/judged-FAMILY.json; without, it only prints the table from what is kept.
 * Usage: node build/bench-js/bench/estimate/judge.js [FAMILY]
 */
import { writeFileSync } from 'node:fs';
import { type Family, resourcesOf } from '../../src/estimate/resources.js';
import { parseStat } from '../../src/estimate/yosys-stat.js';
import { synthesisScript } from '../../src/io/synthesis-batch.js';
import { cacheKey, diskCache } from '../../src/io/synthesis-cache.js';
import { sourcesOf } from '../../src/io/synthesize.js';
import { findYosys } from '../../src/io/yosys.js';
import { JUDGED, judgedDesign } from './judged-networks.js';
import { judge, judgedFile, judgementTable, readKept } from './judgement.js';

const FAMILIES: readonly Family[] = ['xc7', 'xcup', 'ecp5'];
async function synthesizeAll(family: Family): Promise<void> {
  const yosys = await findYosys('native');
  const cache = diskCache();
  for (const n of JUDGED) {
    const { files, hardware } = judgedDesign(n);
    const script = synthesisScript(sourcesOf(files.keys()), hardware.name, family);
    const key = cacheKey([yosys.version, script, ...[...files].flat()]);
    let cells = cache.get(key);
    if (!cells) {
      const started = performance.now();
      cells = parseStat(await yosys.run({ files, script })).get(hardware.name) ?? {};
      cache.set(key, cells);
      process.stderr.write(`${n.name} ${family}: ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
    }
    const kept = { ...readKept(family), [n.name]: resourcesOf(cells, family, n.name) };
    const ordered = Object.fromEntries(JUDGED.flatMap((j) => (kept[j.name] ? [[j.name, kept[j.name]]] : [])));
    writeFileSync(judgedFile(family), `${JSON.stringify(ordered, null, 1)}\n`);
  }
}

const [wanted] = process.argv.slice(2);
if (wanted) await synthesizeAll(wanted as Family);
for (const family of FAMILIES) {
  const rows = judge(family);
  if (rows.length > 0) process.stdout.write(`${judgementTable(family, rows)}\n`);
}
