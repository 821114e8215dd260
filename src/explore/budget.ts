/**
 * What the folding search may spend: the part or the limits asked for, less what no folding can change and only
 * lowering and FIFO sizing will tell.
 */
import { type QuantGraph, tensorOf } from '../ir/quant-graph.js';
import type { Fill, Target } from '../ir/target.js';
import type { Device } from '../targets/devices.js';
import { targetOf } from '../targets/index.js';
import {
  type Budget,
  type Cost,
  type CostWithFlipFlops,
  type Resource,
  sumCosts,
  sumFlipFlops,
  type Whole,
} from './cost.js';
import { blockCost } from './foldings.js';

/** Rows of a tensor that wait before a join: up to three windows of three rows on the other branch. */
const WAITING_ROWS = 8;

/** Limits by the user, null where the part decides; block RAM in the part's own blocks. */
export interface Limits {
  readonly maxDsp: number | null;
  readonly maxLut: number | null;
  readonly maxBram: number | null;
  /** Percent of LUTs, flip-flops and block RAM where they have no limit of their own; null takes the family's. */
  readonly fillPercent: number | null;
}

export const NO_LIMITS: Limits = { maxDsp: null, maxLut: null, maxBram: null, fillPercent: null };

/** What layers may spend, and what of the whole goes to joins. */
export interface DesignBudget extends Budget {
  readonly whole: Whole;
  /** The whole of each resource in words: `14,608 LUTs (83 % of xc7z010)`. */
  readonly words: Readonly<Record<Resource, string>>;
  /** Units of `bram` in a block of the part. */
  readonly unitsPerBlock: number;
}

/** What stands in front of every join: a FIFO and two forks. */
function joinsOf(graph: QuantGraph, target: Target): CostWithFlipFlops {
  const all = graph.nodes
    .filter((n) => n.inputs.length > 1)
    .flatMap((n) => {
      const { shape, bits } = tensorOf(graph, n.output);
      const beats = shape.width * shape.height * shape.channels;
      const depth = WAITING_ROWS * shape.width * shape.channels;
      const fork = blockCost({ kind: 'fork', beats, lanes: 1, bits }, target);
      return [blockCost({ kind: 'fifo', beats, lanes: 1, bits, depth }, target), fork, fork];
    });
  return { ...sumCosts(all), ff: sumFlipFlops(all) };
}

/** All that a part has, block RAM in blocks of 18 kbit. */
export const partOf = (device: Device): CostWithFlipFlops => ({
  dsp: device.dsp,
  lut: device.lut,
  bram: (device.bram * targetOf(device).blockKbit) / 18,
  ff: device.ff,
});

/** Percent of the part that may be taken where nothing else is asked for. */
function fillOf(device: Device, { fillPercent: asked }: Limits): Fill {
  const usual = targetOf(device).fill;
  return { lut: asked ?? usual.lut, ff: asked ?? usual.ff, bram: asked ?? usual.bram };
}

/** What the whole design may take: what was asked for, which may fill the part to the last, else the usual share. */
export function limitsOf(device: Device, limits: Limits): CostWithFlipFlops {
  const { maxDsp, maxLut, maxBram } = limits;
  const units = targetOf(device).blockKbit / 18;
  const part = partOf(device);
  const fill = fillOf(device, limits);
  const most = (limit: number | null, all: number, percent: number): number =>
    Math.min(limit ?? Math.floor((percent * all) / 100), all);
  return {
    dsp: most(maxDsp, part.dsp, 100),
    lut: most(maxLut, part.lut, fill.lut),
    bram: most(maxBram === null ? null : maxBram * units, part.bram, fill.bram),
    ff: most(null, part.ff, fill.ff),
  };
}

/** The limits as a reader of a diagnostic wants them. */
function wordsOf(device: Device, limits: Limits, whole: Cost, unitsPerBlock: number): DesignBudget['words'] {
  const { name } = device;
  const fill = fillOf(device, limits);
  const why = (limit: number | null, all: number, option: string, percent: number): string =>
    limit === null
      ? percent === 100
        ? `all of ${name}`
        : `${percent} % of ${name}`
      : limit <= all
        ? option
        : `all of ${name}`;
  return {
    dsp: `${whole.dsp} DSPs (${why(limits.maxDsp, device.dsp, '--max-dsp', 100)})`,
    lut: `${Math.floor(whole.lut)} LUTs (${why(limits.maxLut, device.lut, '--max-lut', fill.lut)})`,
    bram: `${whole.bram / unitsPerBlock} block RAMs (${why(limits.maxBram, device.bram, '--max-bram', fill.bram)})`,
  };
}

/**
 * @param reserve what of the whole is not for layers; by default what joins usually take
 */
export function budgetOf(
  device: Device,
  graph: QuantGraph,
  limits: Limits,
  reserve?: CostWithFlipFlops,
): DesignBudget {
  const target = targetOf(device);
  const joins = reserve ?? joinsOf(graph, target);
  const whole = limitsOf(device, limits);
  const unitsPerBlock = target.blockKbit / 18;
  return {
    dsp: Math.max(0, whole.dsp - joins.dsp),
    lut: Math.max(0, whole.lut - joins.lut),
    ff: Math.max(0, whole.ff - joins.ff),
    bram: Math.max(0, whole.bram - joins.bram),
    whole: { part: partOf(device), joins },
    words: wordsOf(device, limits, whole, unitsPerBlock),
    unitsPerBlock,
  };
}
