/** What `blnet simulate` says of the timing: latency, interval, utilisation per block, the fullest each FIFO gets. */
import type { KindTable } from '../ir/block-kind.js';
import { type Hardware, roundOf } from '../ir/hardware.js';
import { bind } from '../kinds/index.js';
import { intervalCycles, latencyCycles, type SimResult } from '../sim/engine.js';

export interface BlockUse {
  readonly name: string;
  readonly kind: string;
  readonly layer: string;
  /** Cycles of work per frame. */
  readonly busyCycles: number;
  /** busyCycles / interval. */
  readonly utilisation: number;
}

export interface FifoUse {
  readonly name: string;
  readonly depth: number;
  /** Fullest it got, in beats. */
  readonly peak: number;
  readonly bits: number;
}

export interface SimulationReport {
  readonly frames: number;
  readonly latencyCycles: number;
  /** Null for one frame. */
  readonly intervalCycles: number | null;
  readonly clockMhz: number;
  readonly framesPerSecond: number | null;
  /** Block with the most cycles of work per frame. */
  readonly bound: string;
  readonly blocks: readonly BlockUse[];
  readonly fifos: readonly FifoUse[];
}

export function simulationReport(
  kinds: KindTable,
  hw: Hardware,
  sim: SimResult,
  clockMhz: number,
): SimulationReport {
  const round = roundOf(hw);
  const interval = sim.frames > round ? intervalCycles(sim, round) : null;
  const blocks = hw.blocks.map((b) => {
    const busyCycles = bind(kinds, b).cyclesPerFrame();
    // A copy works on every n-th frame, and has the time of n.
    const time = (b.everyFrames ?? 1) * (interval ?? latencyCycles(sim));
    const utilisation = busyCycles / time;
    return { name: b.name, kind: b.params.kind, layer: b.layer, busyCycles, utilisation };
  });
  const bound = blocks.reduce((a, b) => (b.utilisation > a.utilisation ? b : a));
  const fifos = hw.blocks.flatMap((b, i) => {
    if (b.params.kind !== 'fifo') return [];
    const { depth, lanes, bits } = b.params;
    return [{ name: b.name, depth, peak: sim.peakLevels[i], bits: depth * lanes * bits }];
  });
  return {
    frames: sim.frames,
    latencyCycles: latencyCycles(sim),
    intervalCycles: interval,
    clockMhz,
    framesPerSecond: interval === null ? null : (clockMhz * 1e6) / interval,
    bound: bound.name,
    blocks,
    fifos,
  };
}
