/** Estimate and synthesis side by side, for tables, and how far they are apart. */
import type { Family, Resources } from '../../ir/resources.js';
import { FAMILY_DATA } from '../../targets/index.js';
import { paint } from '../terminal/colour.js';
import { type Cell, grouped } from '../terminal/output.js';

/** Columns shown: estimate and synthesis side by side. */
export const heads = (family: Family): string[] =>
  ['LUT', 'FF', 'DSP', ...FAMILY_DATA[family].blockRams.map(([, head]) => head)].flatMap((h) => [
    `${h}>`,
    '>',
  ]);

export function pairs(estimate: Resources, synthesis: Resources, family: Family): Cell[] {
  const blocks = FAMILY_DATA[family].blockRams.map(([name]) => name);
  return (['lut', 'ff', 'dsp', ...blocks] as const).flatMap((name) => {
    const [e, s] = [estimate[name], synthesis[name]];
    if (e === 0 && s === 0) return ['', ''];
    return [paint.dim(grouped(e)), grouped(s)];
  });
}

/** Signed difference of an estimate, or nothing where there is nothing to compare. */
export const errorText = (estimate: number, synthesis: number): string => {
  if (synthesis === 0) return estimate === 0 ? 'exact' : `${grouped(estimate)} of none`;
  if (estimate === synthesis) return 'exact';
  const error = (100 * (estimate - synthesis)) / synthesis;
  return `${error > 0 ? '+' : ''}${error.toFixed(1)} %`;
};

export function errorFacts(estimate: Resources, synthesis: Resources): Array<readonly [string, string]> {
  const blocks = (r: Resources): number => r.ramb36 + r.ramb18 / 2;
  return [
    ['LUT', errorText(estimate.lut, synthesis.lut)],
    ['FF', errorText(estimate.ff, synthesis.ff)],
    ['DSP', errorText(estimate.dsp, synthesis.dsp)],
    ['block RAM', errorText(blocks(estimate), blocks(synthesis))],
  ];
}
