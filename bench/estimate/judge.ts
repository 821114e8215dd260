/**
 * Estimate against flat synthesis of whole networks that the fit never saw. With a family it runs Yosys over them and
 * keeps the results in bench/estimate/judged-FAMILY.json; without, it only prints the table from what is kept.
 * Usage: node build/bench-js/bench/estimate/judge.js [FAMILY]
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { DEVICES } from '../../src/estimate/devices.js';
import { estimateHardware } from '../../src/estimate/estimate.js';
import { type Family, type Resources, resourcesOf } from '../../src/estimate/resources.js';
import { parseStat } from '../../src/estimate/yosys-stat.js';
import { synthesisScript } from '../../src/io/synthesis-batch.js';
import { cacheKey, diskCache } from '../../src/io/synthesis-cache.js';
import { sourcesOf } from '../../src/io/synthesize.js';
import { findYosys } from '../../src/io/yosys.js';
import { KINDS } from '../../src/kinds/index.js';
import { JUDGED, judgedDesign } from './judged-networks.js';

const FAMILIES: readonly Family[] = ['xc7', 'xcup', 'ecp5'];
const fileOf = (family: Family): string => `bench/estimate/judged-${family}.json`;
type Kept = Record<string, Resources>;
const readKept = (family: Family): Kept =>
  existsSync(fileOf(family)) ? (JSON.parse(readFileSync(fileOf(family), 'utf8')) as Kept) : {};

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
    writeFileSync(fileOf(family), `${JSON.stringify(ordered, null, 1)}\n`);
  }
}

const percent = (x: number): string => `${x > 0 ? '+' : ''}${(100 * x).toFixed(1)} %`;
const sorted = (values: readonly number[]): number[] => values.map(Math.abs).sort((a, b) => a - b);
const median = (values: readonly number[]): number => {
  const s = sorted(values);
  const half = s.length >> 1;
  return s.length % 2 ? (s[half] as number) : ((s[half - 1] as number) + (s[half] as number)) / 2;
};

export interface Judgement {
  readonly name: string;
  readonly estimate: Resources;
  readonly found: Resources;
}

export function judge(family: Family): Judgement[] {
  const kept = readKept(family);
  const device = DEVICES.find((d) => d.family === family) ?? (DEVICES[0] as (typeof DEVICES)[number]);
  return JUDGED.flatMap((n) => {
    const found = kept[n.name];
    if (!found) return [];
    const { hardware } = judgedDesign(n);
    return [{ name: n.name, estimate: estimateHardware(KINDS, hardware, device).total, found }];
  });
}

function print(family: Family): void {
  const rows = judge(family);
  const error = (name: 'lut' | 'ff') => rows.map((r) => r.estimate[name] / r.found[name] - 1);
  const [lut, ff] = [error('lut'), error('ff')];
  const worst = (v: readonly number[]): number => sorted(v).at(-1) ?? 0;
  const exact = (['dsp', 'ramb18', 'ramb36', 'lutram'] as const).map(
    (name) =>
      `${name} exact in ${rows.filter((r) => r.estimate[name] === r.found[name]).length} of ${rows.length}`,
  );
  const pair = (r: Judgement, name: keyof Resources): string => `${r.estimate[name]} / ${r.found[name]}`;
  const bram = family === 'ecp5' ? (['ramb18'] as const) : (['ramb18', 'ramb36'] as const);
  const names = ['dsp', ...bram, 'lutram'] as const;
  const lines = [
    `| Network | Seed | Folding | Bits | LUT | | FF | | ${names.map((n) => n.toUpperCase()).join(' | ')} |`,
    `| ------- | ---: | ------- | ---: | --: | --: | --: | --: | ${names.map(() => '--:').join(' | ')} |`,
    ...rows.map((r, i) => {
      const n = JUDGED.find((j) => j.name === r.name) as (typeof JUDGED)[number];
      return `| ${n.shape} | ${n.seed} | ${n.folding === 'random' ? 'random' : `${n.folding} frames/Mcycle`} | ${n.bits} | ${pair(r, 'lut')} | ${percent(lut[i] as number)} | ${pair(r, 'ff')} | ${percent(ff[i] as number)} | ${names.map((name) => pair(r, name)).join(' | ')} |`;
    }),
    '',
    `${family}: ${rows.length} networks; LUT error ${(100 * median(lut)).toFixed(1)} % in the median, ${(100 * worst(lut)).toFixed(1)} % at worst; ` +
      `FF error ${(100 * median(ff)).toFixed(1)} % in the median, ${(100 * worst(ff)).toFixed(1)} % at worst; ${exact.join(', ')}.`,
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

const [wanted] = process.argv.slice(2);
if (wanted) await synthesizeAll(wanted as Family);
for (const family of FAMILIES) if (existsSync(fileOf(family))) print(family);
