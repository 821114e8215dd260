/**
 * Runs Yosys over the blocks of the grid's designs and merges the results into bench/estimate/grid-FAMILY.jsonl, which
 * the fit reads. Results are cached, so a run that was cut off goes on where it was, and a changed module costs only
 * its own blocks.
 * Usage: node build/bench-js/bench/estimate/grid.js FAMILY FIRST_SEED LAST_SEED [KIND,KIND...]
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { estimateBlock } from '../../src/estimate/estimate.js';
import { fabricOf } from '../../src/explore/foldings.js';
import type { SynthesisUnit } from '../../src/io/synthesis/synthesis-batch.js';
import { diskCache } from '../../src/io/synthesis/synthesis-cache.js';
import { synthesizeUnits } from '../../src/io/synthesis/synthesize.js';
import { findYosys } from '../../src/io/synthesis/yosys.js';
import { type Family, NO_RESOURCES, type Resources } from '../../src/ir/resources.js';
import { bind, KINDS } from '../../src/kinds/index.js';
import { TARGETS } from '../../src/targets/index.js';
import { ballastOf, NEEDS_BALLAST, withBallast } from './ballast.js';
import { gridDesign } from './designs.js';
import { gridRow, mergeRows } from './grid-file.js';

const [family, first, last, kinds] = process.argv.slice(2);
const wanted = kinds?.split(',');
const folder = 'hw/rtl';
const library = new Map(
  readdirSync(folder)
    .filter((f) => f.endsWith('.v'))
    .map((f) => [f, readFileSync(join(folder, f), 'utf8')] as const),
);

interface Point {
  readonly seed: number;
  readonly unit: SynthesisUnit;
}
const points: Point[] = [];
for (let seed = Number(first); seed <= Number(last); seed++) {
  const hw = gridDesign(seed, fabricOf(family as Family));
  for (const block of hw.blocks) {
    if (wanted && !wanted.includes(block.params.kind)) continue;
    points.push({ seed, unit: { block, rtl: bind(KINDS, block).rtl(), streams: hw.streams } });
  }
}
/**
 * Modules of short paths: their LUTs depend on how long the longest path beside them is. The later ones are measured
 * beside a long path on every family.
 */
const LATER = ['lookup', 'concat', 'select'];
const EARLIER = ['window', 'max_pool', 'upsample', 'fork', 'fifo', 'width_up', 'width_down', 'add'];
const SHORT = new Set(
  (NEEDS_BALLAST.has(family as Family) ? [...EARLIER, ...LATER] : LATER).map((m) => `blnet_${m}`),
);
const yosys = await findYosys('native');
const relaxed = points.some((p) => SHORT.has(p.unit.rtl.module));
const ballast = relaxed ? await ballastOf(yosys, family as Family) : NO_RESOURCES;
const withoutBallast = (found: Resources, unit: SynthesisUnit): Resources =>
  relaxed && SHORT.has(unit.rtl.module)
    ? { ...found, lut: found.lut - ballast.lut, ff: found.ff - ballast.ff }
    : found;

const results = await synthesizeUnits(
  points.map((p) => p.unit),
  {
    yosys,
    family: family as Family,
    library: relaxed ? withBallast(library, SHORT) : library,
    cache: diskCache(),
    weightOf: (unit) => estimateBlock(KINDS, unit.block, TARGETS[family as Family]).lut,
    onProgress: (p) => process.stderr.write(`${(100 * p.share()).toFixed(1)} % of ${p.blocks} blocks\n`),
  },
);
mergeRows(
  family as Family,
  points.map(({ seed, unit }, i) => gridRow(seed, unit.block, withoutBallast(results[i], unit))),
  { first: Number(first), last: Number(last), ...(wanted ? { kinds: wanted } : {}) },
);
