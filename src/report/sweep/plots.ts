/** The designs of a sweep as plots, one of each model on each part and clock. */
import { type Cost, RESOURCES } from '../../explore/cost.js';
import { dominates, type ParetoPoint } from '../../explore/pareto.js';
import type { PointResult } from '../../schema/sweep.js';
import { paretoSvg } from '../pareto-svg.js';
import type { SweepRow } from './table.js';

export interface SweepPlot {
  /** Name of the file. */
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

type Figures = NonNullable<PointResult['figures']>;

function pointOf(f: Figures): ParetoPoint {
  const share = (r: keyof Cost): number => (f.limits[r] > 0 ? f[r] / f.limits[r] : 0);
  const fullest = RESOURCES.reduce((a, b) => (share(b) > share(a) ? b : a));
  const { dsp, lut, bram, intervalCycles: interval, bound } = f;
  return {
    ...{ dsp, lut, bram, interval, bound },
    cycles: interval,
    aims: [],
    fullest,
    fullestShare: share(fullest),
  };
}

function plotOf(name: string, title: string, designs: readonly Figures[]): SweepPlot {
  const all = designs.map(pointOf).sort((a, b) => a.interval - b.interval);
  const points = all.map((p) => (all.some((q) => dominates(q, p)) ? p : { ...p, aims: ['all'] as const }));
  const most = (r: keyof Cost): number => Math.max(...designs.map((f) => f.limits[r]));
  const limits = { dsp: most('dsp'), lut: most('lut'), bram: most('bram') };
  const svg = paretoSvg({ points, limits }, title, designs[0].clockMhz);
  return { file: `${name}.svg`, title, svg };
}

export function sweepPlots(rows: readonly SweepRow[]): SweepPlot[] {
  const groups = new Map<string, Figures[]>();
  for (const { point, result } of rows) {
    if (!result.figures) continue;
    const title = `${point.model} on ${point.config.part} at ${result.figures.clockMhz} MHz`;
    groups.set(title, [...(groups.get(title) ?? []), result.figures]);
  }
  return [...groups].map(([title, designs], i) => plotOf(`plot${i + 1}`, title, designs));
}
