/**
 * Balanced folding: for a target interval every layer takes its cheapest folding that meets it; the search finds the
 * smallest interval that a DSP budget pays for. Cycles per frame are closed forms, so no simulation is needed.
 */
import { BlnetError } from '../diagnostics.js';
import type { Folding, FoldingPlan } from '../ir/folding.js';
import type { QuantGraph } from '../ir/quant-graph.js';
import { type FoldingOption, foldingOptions } from './foldings.js';

export interface FoldingResult {
  readonly plan: FoldingPlan;
  /** Largest cycles per frame of any layer: the interval if no stream ever waits. */
  readonly cycles: number;
  readonly dsp: number;
  /** Layer that bounds the interval. */
  readonly bound: string;
}

/** Options of every layer on its own cycles-against-DSP front, fastest first. */
export type FoldingSpace = ReadonlyMap<string, readonly FoldingOption[]>;

const cheaper = (a: FoldingOption, b: FoldingOption): number =>
  a.dsp - b.dsp || a.width - b.width || a.cycles - b.cycles;

/** Dense products in DSPs, everything else in LUTs. */
const usual = ({ folding: f }: FoldingOption): boolean =>
  f.op === 'conv'
    ? f.peDsp > 0 && f.scaleCycles > 0 && !f.weightBlock
    : f.op !== 'depthwise' || (!f.useDsp && f.scaleCycles > 0 && !f.weightBlock);

export function foldingSpace(graph: QuantGraph): FoldingSpace {
  const space = new Map<string, FoldingOption[]>();
  for (const node of graph.nodes) {
    const front: FoldingOption[] = [];
    for (const option of foldingOptions(graph, node)
      .filter(usual)
      .sort((a, b) => a.cycles - b.cycles || cheaper(a, b))) {
      const best = front.at(-1);
      if (!best || cheaper(option, best) < 0) front.push(option);
    }
    if (front.length === 0) {
      throw new BlnetError('BLN206', { where: node.name, found: 'no folding is legal for its shape' });
    }
    space.set(node.name, front);
  }
  return space;
}

/** Cheapest plan whose layers all take at most `target` cycles, or null. */
export function planFor(space: FoldingSpace, target: number): FoldingResult | null {
  const plan = new Map<string, Folding>();
  let dsp = 0;
  let cycles = 0;
  let bound = '';
  for (const [layer, front] of space) {
    // The front is sorted by cycles and falls in cost, so the last one that fits is the cheapest.
    const option = front.filter((o) => o.cycles <= target).at(-1);
    if (!option) return null;
    plan.set(layer, option.folding);
    dsp += option.dsp;
    if (option.cycles > cycles) {
      cycles = option.cycles;
      bound = layer;
    }
  }
  return { plan, cycles, dsp, bound };
}

/** Fastest plan within a DSP budget. */
export function searchFoldings(graph: QuantGraph, dspBudget: number): FoldingResult {
  const space = foldingSpace(graph);
  const targets = [...new Set([...space.values()].flatMap((f) => f.map((o) => o.cycles)))].sort(
    (a, b) => a - b,
  );
  let lo = 0;
  let hi = targets.length - 1;
  const slowest = planFor(space, targets[hi] as number) as FoldingResult;
  if (slowest.dsp > dspBudget) {
    throw new BlnetError('BLN206', {
      found: `the smallest folding of this network takes ${slowest.dsp} DSPs`,
      need: `at most ${dspBudget}`,
      hint: 'choose a larger part with --part, or prune the network further',
    });
  }
  while (lo < hi) {
    const middle = (lo + hi) >> 1;
    const result = planFor(space, targets[middle] as number);
    if (result && result.dsp <= dspBudget) hi = middle;
    else lo = middle + 1;
  }
  return planFor(space, targets[lo] as number) as FoldingResult;
}

/** Cheapest plan that takes a frame every `interval` cycles. */
export function foldingsForInterval(graph: QuantGraph, interval: number): FoldingResult {
  const space = foldingSpace(graph);
  const result = planFor(space, interval);
  if (result) return result;
  let worst = { layer: '', cycles: 0 };
  for (const [layer, front] of space) {
    const fastest = front[0] as FoldingOption;
    if (fastest.cycles > worst.cycles) worst = { layer, cycles: fastest.cycles };
  }
  throw new BlnetError('BLN206', {
    where: worst.layer,
    found: `a frame every ${Math.floor(interval)} cycles is asked for, its fastest folding takes ${worst.cycles}`,
    hint: 'lower --fps, or raise --clock',
  });
}
