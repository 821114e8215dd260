/** The two descriptions of a block's timing, data and program, agree in every cycle under random stalls. */
import { describe, expect, it } from 'vitest';
import type { BlockTiming } from '../../src/ir/block-timing.js';
import type { Block, BlockParams, KindName } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import { bind, KINDS } from '../../src/kinds/index.js';
import { TimingModel } from '../support/timing-model.js';

const requant = { multiplierBits: 17 };

/** Parameters that timing depends on; values, widths and ROMs do not matter here. */
const PARAMS: Record<KindName, (r: Prng) => object> = {
  window: (r) => {
    const [kernel, stride] = [r.pick([1, 2, 3, 5]), r.int(1, 2)];
    const [height, width] = [r.int(kernel, 9), r.int(kernel, 9)];
    const [padTop, padLeft] = [r.int(0, kernel >> 1), r.int(0, kernel >> 1)];
    const extent = (size: number, before: number) =>
      Math.floor((size + before + r.int(0, kernel >> 1) - kernel) / stride) + 1;
    const taps = r.pick([1, kernel]);
    const rows = kernel + stride - 1 + r.int(0, 2);
    const [outHeight, outWidth] = [extent(height, padTop), extent(width, padLeft)];
    return {
      height,
      width,
      groups: r.int(1, 4),
      kernel,
      stride,
      padTop,
      padLeft,
      outHeight,
      outWidth,
      taps,
      rows,
    };
  },
  pointwise: (r) => {
    const lanesIn = r.int(1, 2);
    const simd = lanesIn * r.int(1, 4);
    const beatsIn = r.int(1, 8);
    const foldIn = Math.ceil((beatsIn * lanesIn) / simd);
    const chain = r.int(1, simd);
    const scaleCycles = r.int(0, foldIn);
    const lanesOut = r.int(1, 3);
    const beats = r.int(1, Math.max(1, Math.floor(foldIn / Math.max(1, scaleCycles))));
    const foldOut = r.int(1, 5);
    const beatsOut = (foldOut - 1) * beats + r.int(1, beats);
    const engine = { chain, scaleCycles };
    return {
      lanesIn,
      simd,
      beatsIn,
      foldIn,
      foldOut,
      pe: lanesOut * beats,
      lanesOut,
      beatsOut,
      engine,
      requant,
    };
  },
  depthwise: (r) => {
    const foldTaps = r.pick([1, 3, 9]);
    const lanesOut = r.int(1, 3);
    const scaleCycles = r.int(0, foldTaps);
    const beats = r.int(1, Math.max(1, Math.floor(foldTaps / Math.max(1, scaleCycles))));
    const groups = r.int(1, 4);
    const beatsOut = (groups - 1) * beats + r.int(1, beats);
    const engine = { scaleCycles };
    return {
      foldTaps,
      taps: r.int(1, 3),
      groups,
      lanes: lanesOut * beats,
      lanesOut,
      beatsOut,
      engine,
      requant,
    };
  },
  add: () => ({}),
  upsample: (r) => ({ height: r.int(1, 5), width: r.int(1, 6), groups: r.int(1, 4) }),
  maxPool: (r) => ({ foldTaps: r.int(1, 5) }),
  globalAvgPool: (r) => ({ pixels: r.int(1, 6), groups: r.int(1, 4), scaleCycles: r.int(0, 1), requant }),
  fork: () => ({}),
  fifo: (r) => ({ depth: r.int(1, 9) }),
  widthUp: (r) => ({ ratio: r.int(2, 4), groupsIn: r.int(1, 9) }),
  widthDown: (r) => ({ ratio: r.int(2, 4), groupsOut: r.int(1, 9) }),
};
const ENDS: Partial<Record<KindName, readonly [inputs: number, outputs: number]>> = {
  add: [2, 1],
  fork: [1, 2],
};

/** First cycle in which the two differ, or null; stalls come and go in bursts. */
function firstDifference(kind: KindName, seed: number, change = (t: BlockTiming) => t): number | null {
  const random = new Prng(seed);
  const [inputs, outputs] = ENDS[kind] ?? [1, 1];
  const block: Block = {
    name: kind,
    layer: kind,
    params: { kind, ...PARAMS[kind](random) } as BlockParams,
    inputs: [0, 1].slice(0, inputs),
    outputs: [2, 3].slice(0, outputs),
  };
  const bound = bind(KINDS, block);
  const program = bound.cycleModel();
  const data = new TimingModel(change(bound.timing()), inputs, outputs);
  const [valid, fire] = [new Uint8Array(4), new Uint8Array(4)];
  let [supply, demand] = [1, 1];
  for (let cycle = 0; cycle < 3000; cycle++) {
    if (cycle % 64 === 0) [supply, demand] = [random.pick([0.1, 0.6, 1]), random.pick([0.1, 0.6, 1])];
    for (const s of block.inputs) valid[s] = random.float() < supply ? 1 : 0;
    program.plan(valid, fire);
    const offered = data.valid;
    for (const [i, s] of block.outputs.entries()) {
      if ((valid[s] === 1) !== offered[i]) return cycle;
      fire[s] = valid[s] && random.float() < demand ? 1 : 0;
    }
    const took = data.step(
      block.inputs.every((s) => valid[s] === 1),
      block.outputs.map((s) => fire[s] === 1),
    );
    if (block.inputs.some((s) => (fire[s] === 1) !== took)) return cycle;
    program.commit(valid, fire);
  }
  return null;
}

describe('declared timing', () => {
  it.each(Object.keys(KINDS) as KindName[])('%s: equals the stepping model in every cycle', (kind) => {
    for (let seed = 1; seed <= 60; seed++) {
      expect({ seed, cycle: firstDifference(kind, seed) }).toEqual({ seed, cycle: null });
    }
  });

  it('a stage more is seen', () => {
    const late = (t: BlockTiming): BlockTiming => ({
      ...t,
      stages: [...t.stages, { kind: 'delay', cycles: 1 }],
    });
    expect(firstDifference('depthwise', 1, late)).not.toBeNull();
  });

  it('a place less in a buffer is seen', () => {
    const tight = (t: BlockTiming): BlockTiming => {
      const { intake } = t;
      if (intake.kind !== 'buffered') return t;
      return { ...t, intake: { ...intake, room: (step) => intake.room(step) + 1 } };
    };
    for (const kind of ['fifo', 'window', 'pointwise', 'upsample', 'widthDown'] as const) {
      expect([1, 2, 3, 4, 5].some((seed) => firstDifference(kind, seed, tight) !== null)).toBe(true);
    }
  });
});
