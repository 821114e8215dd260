/**
 * From the quantized graph to hardware that fits its part: foldings, FIFO depths, and the estimate of what came out.
 * The search prices layers; what stands between them is known when they are joined. Where the whole then exceeds a
 * limit, so much more is set aside for it and the search runs again.
 */
import { BlnetError } from '../diagnostics.js';
import { type Estimate, estimateHardware } from '../estimate/estimate.js';
import type { QuantGraph } from '../ir/quant-graph.js';
import { KINDS } from '../kinds/index.js';
import type { Device } from '../targets/devices.js';
import { targetOf } from '../targets/index.js';
import { budgetOf, type Limits } from './budget.js';
import { type CostWithFlipFlops, costOf } from './cost.js';
import { fabricOf } from './foldings.js';
import { type FoldingResult, foldingsForInterval, searchFoldings } from './search-foldings.js';
import { type SizedHardware, sizeFifos } from './size-fifos.js';

export interface DesignRequest extends Limits {
  readonly device: Device;
  /** Cycles per frame to reach with the fewest resources; null for as few as fit. */
  readonly interval: number | null;
  readonly requantizeIn: 'any' | 'luts';
  readonly onStage?: (stage: string) => void;
}

export interface Design {
  readonly folding: FoldingResult;
  readonly sized: SizedHardware;
  readonly estimate: Estimate;
}

/** Searches before a design is refused. */
const ROUNDS = 8;
/** Share of a limit that is set aside beyond what was exceeded, more in every round: another plan is joined otherwise. */
const MARGIN = 0.005;

const KEYS = ['dsp', 'lut', 'bram', 'ff'] as const;
type Key = (typeof KEYS)[number];

const WORDS: Readonly<Record<Key, string>> = {
  dsp: 'DSPs',
  lut: 'LUTs',
  bram: 'block RAMs',
  ff: 'flip-flops',
};

/** What the whole may take: what was asked for, or all of the part. Block RAM in blocks of 18 kbit. */
function mostOf({ device, maxDsp, maxLut, maxBram }: DesignRequest): CostWithFlipFlops {
  const halves = targetOf(device).blockKbit / 18;
  return {
    dsp: Math.min(maxDsp ?? device.dsp, device.dsp),
    lut: Math.min(maxLut ?? device.lut, device.lut),
    bram: halves * Math.min(maxBram ?? device.bram, device.bram),
    ff: device.ff,
  };
}

/** Errors: BLN208. */
function refuse(used: CostWithFlipFlops, most: CostWithFlipFlops, r: DesignRequest): BlnetError {
  const halves = targetOf(r.device).blockKbit / 18;
  const amount = (key: Key, n: number): string => `${key === 'bram' ? n / halves : n} ${WORDS[key]}`;
  const over = KEYS.filter((key) => used[key] > most[key]);
  const list = (of: CostWithFlipFlops): string => over.map((key) => amount(key, of[key])).join(' and ');
  const excess = over.map((key) => amount(key, used[key] - most[key])).join(' and ');
  const slower = r.interval === null ? 'ask for fewer frames per second with --fps' : 'lower --fps';
  return new BlnetError('BLN208', {
    where: r.device.name,
    found: `the design takes ${list(used)} by the estimate, ${excess} too many`,
    need: `at most ${list(most)}`,
    hint: `${slower}, raise limits that are below the part's, or choose a larger part with --part`,
  });
}

/** Errors: BLN206 where no foldings fit the limits, BLN208 where the whole does not; those of `sizeFifos`. */
export function planDesign(graph: QuantGraph, r: DesignRequest): Design {
  const { device, interval, onStage = () => {} } = r;
  const fabric = fabricOf(device.family, r.requantizeIn);
  const most = mostOf(r);
  let budget = budgetOf(device, graph, r);
  for (let round = 1; ; round++) {
    onStage('search foldings');
    const folding =
      interval === null
        ? searchFoldings(graph, budget, fabric)
        : foldingsForInterval(graph, interval, budget, fabric);
    onStage('size FIFOs');
    const sized = sizeFifos(KINDS, graph, folding.plan, folding.cycles);
    const estimate = estimateHardware(KINDS, sized.hardware, device);
    const used = costOf(estimate.total);
    if (KEYS.every((key) => used[key] <= most[key])) return { folding, sized, estimate };
    const { joins } = budget;
    const more = (key: Key): number =>
      used[key] <= most[key]
        ? joins[key]
        : joins[key] + Math.ceil(used[key] - most[key] + round * MARGIN * most[key]);
    const reserve = { dsp: more('dsp'), lut: more('lut'), bram: more('bram'), ff: more('ff') };
    const next = budgetOf(device, graph, r, reserve);
    const isSame = KEYS.every((key) => next[key] === budget[key]);
    if (round === ROUNDS || isSame) throw refuse(used, most, r);
    budget = next;
  }
}
