/**
 * From the quantized graph to hardware that keeps to its limits: foldings, FIFO depths, and the estimate of what came
 * out. The search prices layers; what stands between them is known when they are joined. Where the whole then exceeds a
 * limit, so much more is set aside for it and the search runs again.
 */
import { BlnetError } from '../diagnostics.js';
import { type Estimate, estimateHardware } from '../estimate/estimate.js';
import { smallestOf } from '../ir/extremes.js';
import type { Hardware } from '../ir/hardware.js';
import type { QuantGraph } from '../ir/quant-graph.js';
import { KINDS } from '../kinds/index.js';
import { lower } from '../passes/lower.js';
import type { Device } from '../targets/devices.js';
import { targetOf } from '../targets/index.js';
import { budgetOf, type DesignBudget, type Limits, limitsOf, NO_LIMITS, partOf } from './budget.js';
import { type Cost, type CostWithFlipFlops, costOf, type Resource } from './cost.js';
import { PLAIN } from './flip-flops.js';
import { type FoldingSpaces, foldingSpaces } from './folding-space.js';
import { fabricOf } from './foldings.js';
import {
  type FoldingResult,
  foldingsForInterval,
  frugalFoldings,
  planFor,
  searchFoldings,
} from './search-foldings.js';
import { serializeFolding } from './serialize-folding.js';
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
const ROUNDS = 12;
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

export const isWithin = (used: CostWithFlipFlops, most: CostWithFlipFlops): boolean =>
  KEYS.every((key) => used[key] <= most[key]);

/** Errors: BLN208. */
export function refuse(used: CostWithFlipFlops, most: CostWithFlipFlops, r: DesignRequest): BlnetError {
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

/**
 * Designs of one network on one part, for any number of rates and aims: foldings are priced once, and equal plans are
 * joined once.
 */
export class Planner {
  readonly spaces: FoldingSpaces;
  /** What a whole design may take, and all of the part; block RAM in the part's blocks. */
  readonly limits: Cost;
  readonly part: Cost;
  readonly #joined = new Map<string, Omit<Design, 'folding'>>();

  constructor(
    private readonly graph: QuantGraph,
    private readonly request: Omit<DesignRequest, 'interval'>,
    spaces?: FoldingSpaces,
  ) {
    this.request.onStage?.('search foldings');
    this.spaces = spaces ?? foldingSpaces(graph, fabricOf(request.device.family, request.requantizeIn));
    this.limits = this.inBlocks(limitsOf(request.device, request));
    this.part = this.inBlocks(partOf(request.device));
  }

  /** The same network within other limits; foldings are not priced again. */
  within(limits: Limits): Planner {
    return new Planner(this.graph, { ...this.request, ...limits }, this.spaces);
  }

  /** Cycles per frame of every layer's fastest folding. */
  fastest(): number[] {
    return [...this.spaces(PLAIN).values()].map((options) => smallestOf(options.map((o) => o.cycles)));
  }

  /** What the layers take at least of the fullest resource for an interval, whatever the limits; null where none is so fast. */
  cheapest(interval: number): Cost | null {
    const { device } = this.request;
    const most = partOf(device);
    const budget = budgetOf(device, this.graph, { ...NO_LIMITS, fillPercent: 100 });
    return planFor(this.spaces(PLAIN), interval, { ...budget, ...most });
  }

  /** @param cost block RAM in blocks of 18 kbit, as the search counts */
  inBlocks({ dsp, lut, bram }: Cost): Cost {
    return { dsp, lut, bram: bram / (targetOf(this.request.device).blockKbit / 18) };
  }

  #estimateOf(hardware: Hardware): Estimate {
    return estimateHardware(KINDS, hardware, this.request.device);
  }

  #join(folding: FoldingResult): Omit<Design, 'folding'> {
    const key = JSON.stringify([folding.cycles, serializeFolding(folding.plan)]);
    const known = this.#joined.get(key);
    if (known) return known;
    this.request.onStage?.('size FIFOs');
    const sized = sizeFifos(KINDS, this.graph, folding.plan, folding.cycles);
    const joined = { sized, estimate: this.#estimateOf(sized.hardware) };
    this.#joined.set(key, joined);
    return joined;
  }

  #search(interval: number | null, budget: DesignBudget, least: Resource | null): FoldingResult {
    if (interval === null) return searchFoldings(this.spaces, budget);
    return least === null
      ? foldingsForInterval(this.spaces, interval, budget)
      : frugalFoldings(this.spaces, interval, budget, least);
  }

  /**
   * @param interval as in the request
   * @param least resource of which the layers take as little as the interval allows; null for the design whose fullest resource is the least full
   * Errors: BLN206 where no foldings fit the limits, BLN208 where the whole does not; those of `sizeFifos`.
   */
  plan(interval: number | null, least: Resource | null = null): Design {
    const { device, onStage } = this.request;
    const most = limitsOf(device, this.request);
    let budget = budgetOf(device, this.graph, this.request);
    for (let round = 1; ; round++) {
      onStage?.('search foldings');
      const folding = this.#search(interval, budget, least);
      // What is too much without FIFOs need not be given any.
      const bare = costOf(this.#estimateOf(lower(this.graph, folding.plan, () => 0)).total);
      const joined = isWithin(bare, most) ? this.#join(folding) : null;
      const used = joined ? costOf(joined.estimate.total) : bare;
      if (joined && isWithin(used, most)) return { folding, ...joined };
      const { joins } = budget.whole;
      const more = (key: Key): number =>
        used[key] <= most[key]
          ? joins[key]
          : joins[key] + Math.ceil(used[key] - most[key] + (round - 1) * MARGIN * most[key]);
      const reserve = { dsp: more('dsp'), lut: more('lut'), bram: more('bram'), ff: more('ff') };
      const next = budgetOf(device, this.graph, this.request, reserve);
      const isSame = KEYS.every((key) => next[key] === budget[key]);
      if (round === ROUNDS || isSame) throw refuse(used, most, { ...this.request, interval });
      budget = next;
    }
  }
}

/** Of one pipeline. Errors: those of `Planner.plan`. */
export const planDesign = (graph: QuantGraph, r: DesignRequest): Design =>
  new Planner(graph, r).plan(r.interval);
