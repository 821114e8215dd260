/**
 * Makes FIFOs as shallow as the rate allows, by trials. Each FIFO is tried in the region of its join alone, behind a
 * source that is paced to the network's interval: a depth passes if the region keeps that pace. Where the network is
 * small enough, a second round in the whole network takes what is left. Trials are bounded by work and not by time,
 * so that results are the same on every machine.
 */
import type { KindTable } from '../ir/block-kind.js';
import type { Block, FifoParams, Hardware } from '../ir/hardware.js';
import { SteadyStateMeter } from '../sim/steady-state.js';
import { joinsOf, regionOf } from './join-region.js';

export const isFifo = (b: Block): b is Block & { readonly params: FifoParams } => b.params.kind === 'fifo';

/** Block cycles of all trials in regions: some ten seconds. Beyond it FIFOs stay as deep as they are known to pass. */
const REGION_WORK = 1.5e9;
/**
 * Nor more than so many runs of a frame through the whole network: where many joins read one tensor, each region holds
 * those before it. Trained networks take some 25.
 */
const REGION_RUNS = 60;
/** What a region costs besides stepping it, in cycles: to compile it, and to begin a trial. */
const COMPILE_CYCLES = 12_000;
const TRIAL_CYCLES = 4_000;
/** Likewise for the trials in the whole network: a quarter of a second. */
const NETWORK_WORK = 3e7;

/**
 * Smallest depth of one FIFO, from one that passes down: in growing steps while they pass, then bisection. Assumes that
 * a deeper FIFO is never slower. `tolerance` beats more than the smallest will do.
 */
function smallest(enough: number, passes: (depth: number) => boolean, tolerance = 1, firstStep = 1): number {
  let high = enough;
  let low = 0;
  for (let step = firstStep; high - step > low; step = Math.max(2 * step, enough >> 6)) {
    if (passes(high - step)) high -= step;
    else low = high - step;
  }
  while (high - low > tolerance) {
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
  let work = 0;
  const most = Math.min(REGION_WORK, REGION_RUNS * (paceCycles + TRIAL_CYCLES) * hw.blocks.length);
  // Joins inside a branch come before the join of the branch.
  for (const join of joinsOf(hw)) {
    if (work > most) break;
    const region = regionOf(hw, join);
    const fifos = region.blocks.flatMap((b, i) => (isFifo(b) ? [{ block: b, i }] : []));
    const own = fifos.filter(({ block }) => join.inputs.includes(block.outputs[0]));
    if (own.length === 0) continue;
    const meter = new SteadyStateMeter(kinds, region);
    work += COMPILE_CYCLES * region.blocks.length;
    const passes = (name: string, depth: number): boolean => {
      if (work > most) return false;
      const trial = new Map(
        fifos.map(({ block, i }) => [i, block.name === name ? depth : (depths.get(block.name) as number)]),
      );
      const state = meter.measure(trial, paceCycles);
      work += (TRIAL_CYCLES + state.steppedCycles) * region.blocks.length;
      return state.isSteady && state.intervalCycles <= paceCycles;
    };
    for (const { block } of own) {
      const { name } = block;
      const enough = depths.get(name) as number;
      // Beats come in another rhythm here than to the inner joins alone; those that were shrunk too far get some back.
      const inner = fifos
        .filter((f) => !own.includes(f))
        .map(({ block: b }) => ({
          name: b.name,
          least: depths.get(b.name) as number,
          enough: b.params.depth,
        }));
      const giveBack = (part: number): void => {
        for (const f of inner) depths.set(f.name, f.least + Math.ceil(part * (f.enough - f.least)));
      };
      const tolerance = Math.max(1, enough >> 5);
      const step = Math.max(1, enough >> 6);
      const trial = (depth: number): boolean => passes(name, depth);
      /** Passes, or undefined; a step below what is enough tells both at once. */
      let passing: number | undefined;
      for (const part of inner.length > 0 ? [0, 0.5, 1] : [0]) {
        giveBack(part);
        passing = [enough - step, enough].find((depth) => depth > 0 && trial(depth));
        if (passing !== undefined) break;
      }
      // The region may want more than the network does; then this depth stays.
      if (passing === undefined) giveBack(0);
      else depths.set(name, passing < enough ? smallest(passing, trial, tolerance, 2 * step) : enough);
    }
  }
  return depths;
}

/** Whether the network is small enough for trials: two of each FIFO, a few frames each, are the least that tells. */
export const canPolish = (hw: Hardware, intervalCycles: number): boolean =>
  2 * hw.blocks.filter(isFifo).length * 3 * intervalCycles * hw.blocks.length <= NETWORK_WORK;

/**
 * Takes from each FIFO what the whole network can do without, its source as fast as it can be.
 * @returns depths, and whether one beat less of any FIFO is known to fail
 */
export function polishFifos(
  kinds: KindTable,
  hw: Hardware,
  intervalCycles: number,
): { readonly depths: Map<string, number>; readonly isMinimal: boolean } {
  const fifos = hw.blocks.flatMap((b, i) => (isFifo(b) ? [{ name: b.name, i, depth: b.params.depth }] : []));
  if (!canPolish(hw, intervalCycles)) {
    return { depths: new Map(fifos.map((f) => [f.name, f.depth])), isMinimal: fifos.length === 0 };
  }
  const meter = new SteadyStateMeter(kinds, hw);
  let work = 0;
  let isMinimal = true;
  for (const one of fifos) {
    one.depth = smallest(one.depth, (depth) => {
      if (work > NETWORK_WORK) {
        isMinimal = false;
        return false;
      }
      const state = meter.measure(new Map(fifos.map((f) => [f.i, f === one ? depth : f.depth])));
      work += state.steppedCycles * hw.blocks.length;
      return !state.isDeadlocked && state.intervalCycles <= intervalCycles;
    });
  }
  return { depths: new Map(fifos.map((f) => [f.name, f.depth])), isMinimal };
}
