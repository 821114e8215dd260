/** What blocks do with their cycles: against counts by hand, and against a replay of every stream's handshakes. */
import { describe, expect, it } from 'vitest';
import type { Folding, FoldingPlan } from '../../src/ir/folding.js';
import type { Hardware } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import { bind, KINDS } from '../../src/kinds/index.js';
import { lower } from '../../src/passes/lower.js';
import { type Activity, runActivity, steadyActivity } from '../../src/sim/activity.js';
import { BlockModel } from '../../src/sim/block-model.js';
import { type SimResult, simulate } from '../../src/sim/engine.js';
import { NO_STALLS, type StallPattern, stallsFromSeed } from '../../src/sim/stimulus.js';
import { POINTWISE, QuantBuilder } from '../support/quant-builder.js';
import { randomNetwork } from '../support/random-network.js';

const NETWORKS = Array.from({ length: 6 }, (_, i) => randomNetwork(300 + i));

/** Busy, blocked and starved cycles of every block in cycles from <= cycle < to, from handshakes alone. */
class Replay {
  readonly result: SimResult;
  /** By cycle: the streams with a handshake. */
  private readonly fires: number[][] = [];

  constructor(
    private readonly hw: Hardware,
    frames: number,
    stalls: StallPattern = NO_STALLS,
  ) {
    const onFire = (stream: number, cycle: number) => {
      this.fires[cycle] ??= [];
      this.fires[cycle].push(stream);
    };
    this.result = simulate(KINDS, hw, { frames, stalls, onFire });
  }

  count(from: number, to: number): object[] {
    return this.hw.blocks.map((block) => {
      const model = new BlockModel(bind(KINDS, block).timing(), block.inputs, block.outputs);
      const counts = { busy: 0, blocked: 0, starved: 0 };
      const [valid, planned, fire] = Array.from({ length: 3 }, () => new Uint8Array(this.hw.streams.length));
      for (let cycle = 0; cycle < to; cycle++) {
        for (const s of [...block.inputs, ...block.outputs]) fire[s] = 0;
        for (const s of this.fires[cycle] ?? []) fire[s] = 1;
        // What is not taken might as well not have been offered: blocks of today have one input, or take from all.
        for (const s of block.inputs) valid[s] = fire[s];
        if (cycle >= from) counts[model.activity(valid)]++;
        model.plan(valid, planned);
        if (block.inputs.some((s) => planned[s] !== fire[s]))
          throw new Error(`${block.name} cannot take a beat in cycle ${cycle}`);
        model.commit(valid, fire);
      }
      return { name: block.name, ...counts };
    });
  }
}

const countsOf = (a: Activity | null): object[] =>
  (a as Activity).blocks.map((b) => ({
    name: b.name,
    busy: b.busyCycles,
    blocked: b.blockedCycles,
    starved: b.starvedCycles,
  }));

/** Engines of 1 x 1 products on 4 x 4 pixels: `first` takes 4 cycles a pixel, `slow` 8, `last` 2. */
function chain(): Hardware {
  const b = new QuantBuilder(new Prng(1), 'chain', { channels: 2, height: 4, width: 4 });
  const first = b.conv(b.input, 2, POINTWISE);
  const slow = b.conv(first, 4, POINTWISE);
  const graph = b.finish(b.conv(slow, 2, POINTWISE));
  const engine = (simd: number): Folding => ({
    op: 'conv',
    windowLanes: simd,
    taps: 1,
    simd,
    pe: 1,
    lanesOut: 1,
    peDsp: 1,
    packShift: 0,
    weightBlock: false,
    scaleCycles: 1,
  });
  const plan: FoldingPlan = new Map(graph.nodes.map((n, i) => [n.name, engine([1, 1, 4][i])]));
  return lower(graph, plan, () => 0);
}

describe('activity', () => {
  it('is what a chain of three engines does by hand', () => {
    const activity = steadyActivity(KINDS, chain()) as Activity;
    const pixels = 16;
    expect(activity.over).toBe('steady frame');
    // The slowest engine never waits; before it they wait for it to take, behind it for it to give.
    expect(activity.cycles).toBe(8 * pixels);
    expect(countsOf(activity).map(({ name: _, ...counts }: { name?: string }) => counts)).toEqual([
      { busy: 4 * pixels, blocked: 4 * pixels, starved: 0 },
      { busy: 8 * pixels, blocked: 0, starved: 0 },
      { busy: 2 * pixels, blocked: 0, starved: 6 * pixels },
    ]);
  });

  it('adds up to the interval in a steady frame, as a replay of the handshakes counts it', () => {
    let steady = 0;
    for (const { seed, sized } of NETWORKS) {
      const { hardware } = sized;
      const activity = steadyActivity(KINDS, hardware);
      if (!activity || !Number.isInteger(activity.cycles)) continue;
      steady++;
      const frames = 11;
      const replay = new Replay(hardware, frames);
      // The last frame is on its way; what came before has long been steady.
      const end = replay.result.inputFirst[frames - 1];
      expect({ seed, counts: countsOf(activity) }).toEqual({
        seed,
        counts: replay.count(end - activity.cycles, end),
      });
      activity.blocks.forEach((b, i) => {
        expect(b.busyCycles + b.blockedCycles + b.starvedCycles).toBe(activity.cycles);
        // The closed form of the work is what is counted; a line buffer may take more beats than it issues.
        const { inputs, params } = hardware.blocks[i];
        const taken = params.kind === 'window' ? hardware.streams[inputs[0]].beatsPerFrame : 0;
        const work = bind(KINDS, hardware.blocks[i]).cyclesPerFrame();
        expect(Math.max(b.busyCycles, taken), b.name).toBe(work);
      });
    }
    expect(steady).toBeGreaterThan(3);
  });

  it.each([1, 2])('is that of the replay over a run with stalls, pattern %i', (seed) => {
    let blocked = 0;
    for (const { sized } of NETWORKS) {
      const stalls = stallsFromSeed(seed);
      const replay = new Replay(sized.hardware, 2, stalls);
      const { cycles } = replay.result;
      const activity = runActivity(KINDS, sized.hardware, { frames: 2, stalls, cycles }) as Activity;
      expect(activity.cycles).toBe(cycles);
      expect(countsOf(activity)).toEqual(replay.count(0, cycles));
      blocked += activity.blocks.filter((b) => b.blockedCycles > 0).length;
    }
    expect(blocked).toBeGreaterThan(NETWORKS.length);
  });

  it('sees a beat that a block could not have taken', () => {
    const { hardware } = NETWORKS[0].sized;
    const replay = new Replay(hardware, 2);
    const doubled = replay as unknown as { fires: number[][] };
    const first = replay.result.inputFirst[0];
    // Every cycle from the first beat on, which no input takes.
    doubled.fires = Array.from({ length: 400 }, (_, c) => (c < first ? [] : [hardware.ends[0].stream]));
    expect(() => replay.count(0, 400)).toThrow('cannot take a beat');
  });
});
