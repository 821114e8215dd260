/** `make bench`: every section in one run, so that ratios compare like with like. Arguments choose sections. */
import { cpus } from 'node:os';
import { benchCycles } from './cycles.js';
import { benchGrowth } from './growth.js';
import { clock } from './measure.js';
import { benchParts } from './parts.js';
import { benchTimes } from './times.js';
import { benchValues } from './values.js';

const SECTIONS: Readonly<Record<string, () => void | Promise<void>>> = {
  values: benchValues,
  cycles: benchCycles,
  growth: benchGrowth,
  parts: benchParts,
  times: benchTimes,
};

console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} processors, Node.js ${process.version}\n`);
const stop = clock();
const chosen = process.argv.slice(2);
for (const name of chosen.length > 0 ? chosen : Object.keys(SECTIONS)) {
  const section = SECTIONS[name];
  if (!section) throw new Error(`no section '${name}'; there are ${Object.keys(SECTIONS).join(', ')}`);
  await section();
}
console.log(`${Math.round(stop().seconds)} seconds in all`);
