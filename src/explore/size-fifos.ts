/**
 * FIFO depths from the simulator's exact occupancy. A join needs its FIFO on one side: the branch that runs ahead.
 * Depth is a correctness parameter; the fullest a FIFO gets in a run that finished is always enough, because what a
 * join waits for depends on beats, not on time.
 */
import { BlnetError } from '../diagnostics.js';
import type { KindTable } from '../ir/block-kind.js';
import type { FoldingPlan } from '../ir/folding.js';
import type { Hardware } from '../ir/hardware.js';
import type { QuantGraph } from '../ir/quant-graph.js';
import { lower } from '../passes/lower.js';
import type { SimResult } from '../sim/engine.js';
import { simulateFast } from '../sim/fast-engine.js';

export interface SizedHardware {
  readonly hardware: Hardware;
  /** Depth of each FIFO that was kept, by block name. */
  readonly depths: ReadonlyMap<string, number>;
  /** The final hardware without stalls. */
  readonly simulation: SimResult;
}

/** Frames until every FIFO has seen its steady state. */
const FRAMES = 3;
/** A FIFO that never held more than this is a wire: the blocks' own output FIFOs do. */
const NEGLIGIBLE = 2;

function peaks(hw: Hardware, result: SimResult): Map<string, number> {
  const found = new Map<string, number>();
  hw.blocks.forEach((b, i) => {
    if (b.params.kind === 'fifo') found.set(b.name, result.peakLevels[i] as number);
  });
  return found;
}

function run(kinds: KindTable, hw: Hardware, paceCycles?: number): SimResult {
  const result = simulateFast(kinds, hw, { frames: FRAMES, ...(paceCycles ? { paceCycles } : {}) });
  if (result.deadlock) {
    throw new BlnetError('BLN502', {
      where: hw.name,
      found: `after cycle ${result.deadlock.cycle} nothing moves; waiting: ${result.deadlock.waiting.join(', ')}`,
      hint: 'a FIFO on one of these streams is too shallow',
    });
  }
  return result;
}

/** @param interval cycles per frame that the folding promises; the source is paced to it while measuring */
export function sizeFifos(
  kinds: KindTable,
  graph: QuantGraph,
  plan: FoldingPlan,
  interval: number,
): SizedHardware {
  // Both sides of each join without limit: which branch runs ahead?
  const open = lower(graph, plan, (_, beats) => 2 * beats);
  const first = peaks(open, run(kinds, open, interval));
  const kept = new Set([...first].filter(([, peak]) => peak > NEGLIGIBLE).map(([name]) => name));
  // Only the kept ones without limit: how far ahead, exactly?
  const oneSided = lower(graph, plan, (name, beats) => (kept.has(name) ? 2 * beats : 0));
  const depths = peaks(oneSided, run(kinds, oneSided, interval));
  const build = (): Hardware =>
    lower(graph, plan, (name) => (kept.has(name) ? Math.max(1, depths.get(name) as number) : 0));
  const hardware = build();
  const simulation = run(kinds, hardware);
  return { hardware, depths, simulation };
}
