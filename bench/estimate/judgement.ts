/** Estimates of the judged networks beside what Yosys made of them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { estimateHardware } from '../../src/estimate/estimate.js';
import type { Hardware } from '../../src/ir/hardware.js';
import type { Family, Resources } from '../../src/ir/resources.js';
import { KINDS } from '../../src/kinds/index.js';
import { DEVICES, type Device } from '../../src/targets/devices.js';
import { TARGETS } from '../../src/targets/index.js';
import { medianOf, worstOf } from './fit-family.js';
import { decode, encode } from './json-arrays.js';
import type { JudgedNetwork } from './judged-networks.js';

/** One network a line, with the hardware that was synthesised: a changed folding search does not change the judgement. */
export const judgedFile = (family: Family): string => `bench/estimate/judged-${family}.jsonl`;

export interface Kept {
  readonly network: JudgedNetwork;
  readonly hardware: Hardware;
  /** What Yosys made of the flat design. */
  readonly found: Resources;
}

export const readKept = (family: Family): Kept[] =>
  existsSync(judgedFile(family))
    ? readFileSync(judgedFile(family), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line, decode) as Kept)
    : [];

export const writeKept = (family: Family, kept: readonly Kept[]): void =>
  writeFileSync(judgedFile(family), kept.map((k) => `${JSON.stringify(k, encode)}\n`).join(''));

export interface Judgement {
  readonly network: JudgedNetwork;
  readonly blocks: number;
  readonly estimate: Resources;
  readonly found: Resources;
}

export function judge(family: Family): Judgement[] {
  const device = DEVICES.find((d) => d.family === family) as Device;
  return readKept(family).map(({ network, hardware, found }) => ({
    network,
    blocks: hardware.blocks.length,
    estimate: estimateHardware(KINDS, hardware, device).total,
    found,
  }));
}
/** Relative errors of one resource, signed. */
export const errorsIn = (rows: readonly Judgement[], name: 'lut' | 'ff'): number[] =>
  rows.map((r) => r.estimate[name] / r.found[name] - 1);

export const exactIn = (rows: readonly Judgement[], name: keyof Resources): number =>
  rows.filter((r) => r.estimate[name] === r.found[name]).length;

const percent = (x: number): string => `${x > 0 ? '+' : ''}${(100 * x).toFixed(1)} %`;
const magnitude = (x: number): string => `${(100 * Math.abs(x)).toFixed(1)} %`;

/** What must be exact, LUT RAM behind it. */
const comparedIn = (family: Family): readonly (keyof Resources)[] =>
  TARGETS[family].blockKbit === 18 ? ['dsp', 'ramb18', 'lutram'] : ['dsp', 'ramb18', 'ramb36', 'lutram'];

/** The committed table. */
export const tableFile = (family: Family): string => `bench/results/judged-${family}.md`;

const foldingText = (folding: JudgedNetwork['folding']): string =>
  folding === 'random'
    ? 'random'
    : typeof folding === 'number'
      ? `${folding} frames/Mcycle`
      : `${folding.dsp} DSPs, ${folding.lut} LUTs`;

/** What errors a family's networks have, in a sentence. */
export function judgementSummary(family: Family, rows: readonly Judgement[]): string {
  const [lut, ff] = [errorsIn(rows, 'lut'), errorsIn(rows, 'ff')];
  const exact = comparedIn(family).map(
    (name) => `${name.toUpperCase()} exact in ${exactIn(rows, name)} of ${rows.length}`,
  );
  return (
    `${family}, ${rows.length} networks: LUT error ${magnitude(medianOf(lut))} in the median, ${magnitude(worstOf(lut))} at worst; ` +
    `FF error ${magnitude(medianOf(ff))} in the median, ${magnitude(worstOf(ff))} at worst. ${exact.join(', ')}.`
  );
}

/** Markdown, with the summary below. */
export function judgementTable(family: Family, rows: readonly Judgement[]): string {
  const [lut, ff] = [errorsIn(rows, 'lut'), errorsIn(rows, 'ff')];
  const names = comparedIn(family);
  const pair = (r: Judgement, name: keyof Resources): string => `${r.estimate[name]} / ${r.found[name]}`;
  const line = (r: Judgement, i: number): string => {
    const { shape, seed, folding, bits } = r.network;
    const cells = [
      shape,
      seed,
      r.blocks,
      foldingText(folding),
      bits,
      pair(r, 'lut'),
      percent(lut[i]),
      pair(r, 'ff'),
      percent(ff[i]),
      ...names.map((name) => pair(r, name)),
    ];
    return `| ${cells.join(' | ')} |`;
  };
  return [
    `| Network | Seed | Blocks | Folding | Bits | LUT | | FF | | ${names.map((n) => n.toUpperCase()).join(' | ')} |`,
    `| ------- | ---: | -----: | ------- | ---: | --: | --: | --: | --: | ${names.map(() => '--:').join(' | ')} |`,
    ...rows.map(line),
    '',
    judgementSummary(family, rows),
  ].join('\n');
}
