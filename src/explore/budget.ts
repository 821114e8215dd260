/**
 * What the folding search may spend: the part or the limits asked for, less what no folding can change and only
 * lowering and FIFO sizing will tell.
 */
import { type QuantGraph, tensorOf } from '../ir/quant-graph.js';
import type { Target } from '../ir/target.js';
import type { Device } from '../targets/devices.js';
import { targetOf } from '../targets/index.js';
import type { Budget } from './choose-options.js';
import { type Cost, type CostWithFlipFlops, type Resource, sumCosts, sumFlipFlops } from './cost.js';
import { blockCost } from './foldings.js';

/**
 * Shares of LUTs and block RAM that may be used unless more is asked for. Parts fuller than 85 % rarely meet timing;
 * block RAM is known exactly beforehand, LUTs to a percent or two.
 */
const FILL = { lut: 0.83, bram: 0.85 };
/** Rows of a tensor that wait before a join: up to three windows of three rows on the other branch. */
const WAITING_ROWS = 8;

/** Limits by the user, null where the part decides; block RAM in the part's own blocks. */
export interface Limits {
  readonly maxDsp: number | null;
  readonly maxLut: number | null;
  readonly maxBram: number | null;
}

export const NO_LIMITS: Limits = { maxDsp: null, maxLut: null, maxBram: null };

/** What layers may spend, and what of the whole goes to joins. */
export interface DesignBudget extends Budget {
  readonly joins: CostWithFlipFlops;
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

/** What the whole design may take: what was asked for, which may fill the part to the last, else the usual share. */
export function limitsOf(device: Device, { maxDsp, maxLut, maxBram }: Limits): CostWithFlipFlops {
  const units = targetOf(device).blockKbit / 18;
  const most = (limit: number | null, all: number, fill: number): number =>
    Math.min(limit ?? Math.floor(fill * all), all);
  return {
    dsp: most(maxDsp, device.dsp, 1),
    lut: most(maxLut, device.lut, FILL.lut),
    bram: most(maxBram === null ? null : maxBram * units, device.bram * units, FILL.bram),
    ff: Math.floor(FILL.lut * device.ff),
  };
}

/** The limits as a reader of a diagnostic wants them. */
function wordsOf(device: Device, limits: Limits, whole: Cost, unitsPerBlock: number): DesignBudget['words'] {
  const { name } = device;
  const why = (limit: number | null, all: number, option: string, fill: number): string =>
    limit === null
      ? fill === 1
        ? `all of ${name}`
        : `${100 * fill} % of ${name}`
      : limit <= all
        ? option
        : `all of ${name}`;
  return {
    dsp: `${whole.dsp} DSPs (${why(limits.maxDsp, device.dsp, '--max-dsp', 1)})`,
    lut: `${Math.floor(whole.lut)} LUTs (${why(limits.maxLut, device.lut, '--max-lut', FILL.lut)})`,
    bram: `${whole.bram / unitsPerBlock} block RAMs (${why(limits.maxBram, device.bram, '--max-bram', FILL.bram)})`,
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
    joins,
    words: wordsOf(device, limits, whole, unitsPerBlock),
    unitsPerBlock,
  };
}
