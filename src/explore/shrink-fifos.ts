/**
 * Makes FIFOs as shallow as the rate allows, by trials. Each FIFO is tried in the region of its join alone, behind a
 * source that is paced to the network's interval: a depth passes if the region keeps that pace.
 */
import type { KindTable } from '../ir/block-kind.js';
import type { Block, FifoParams, Hardware } from '../ir/hardware.js';
import { SteadyStateMeter } from '../sim/steady-state.js';
import { joinsOf, regionOf } from './join-region.js';

export const isFifo = (b: Block): b is Block & { readonly params: FifoParams } => b.params.kind === 'fifo';

/**
 * Smallest depth of one FIFO, from one that passes down: steps of 1, 2, 4 ... while they pass, then bisection.
 * Assumes that a deeper FIFO is never slower.
 */
function smallest(enough: number, passes: (depth: number) => boolean): number {
  let high = enough;
  let low = 0;
  for (let step = 1; high - step > low; step *= 2) {
    if (passes(high - step)) high -= step;
    else low = high - step;
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (passes(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * @param hw hardware whose FIFOs are deep enough
 * @param paceCycles cycles per frame to be kept
 * @returns depth of every FIFO, by block name
 */
export function shrinkFifos(kinds: KindTable, hw: Hardware, paceCycles: number): Map<string, number> {
  const depths = new Map(hw.blocks.filter(isFifo).map((b) => [b.name, b.params.depth]));
  // Joins inside a branch come before the join of the branch.
  for (const join of joinsOf(hw)) {
    const region = regionOf(hw, join);
    const fifos = region.blocks.flatMap((b, i) => (isFifo(b) ? [{ block: b, i }] : []));
    const own = fifos.filter(({ block }) => join.inputs.includes(block.outputs[0]));
    if (own.length === 0) continue;
    const meter = new SteadyStateMeter(kinds, region, paceCycles);
    const passes = (name: string, depth: number): boolean => {
      const trial = new Map(
        fifos.map(({ block, i }) => [i, block.name === name ? depth : (depths.get(block.name) as number)]),
      );
      const state = meter.measure(trial);
      return state.isSteady && state.intervalCycles <= paceCycles;
    };
    for (const { block } of own) {
      const { name } = block;
      const enough = depths.get(name) as number;
      // The region may want more than the network, whose beats come in another rhythm; then this depth stays.
      if (passes(name, enough))
        depths.set(
          name,
          smallest(enough, (depth) => passes(name, depth)),
        );
    }
  }
  return depths;
}
