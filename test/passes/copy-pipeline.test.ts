/**
 * Copies of a pipeline that take frames in turn: beats of several pixels, order of the results, cycles of every handshake in
 * RTL, and faults in splitter and merger that must be seen.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { NO_LIMITS } from '../../src/explore/budget.js';
import { planCopies } from '../../src/explore/plan-copies.js';
import { inputsOf, roundOf } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import { hardwareProblems } from '../../src/ir/verify-hardware.js';
import { KINDS } from '../../src/kinds/index.js';
import { merge } from '../../src/kinds/merge.js';
import { turn } from '../../src/kinds/turn.js';
import { copyPipeline, ONE_COPY, packsOf } from '../../src/passes/copy-pipeline.js';
import { compareRuns } from '../../src/report/verification.js';
import { intervalCycles, simulate } from '../../src/sim/engine.js';
import { simulateFast } from '../../src/sim/fast-engine.js';
import { DEVICES } from '../../src/targets/devices.js';
import { findPart } from '../../src/targets/ordering-codes.js';
import { PATTERNS, simulateCase } from '../support/compare-rtl.js';
import {
  COPIES as CASES,
  copied,
  copiedNetwork as network,
  copiedCase as rtlCase,
} from '../support/copied-network.js';
import { diagnosticOf } from '../support/errors.js';
import { POINTWISE, QuantBuilder, samePads } from '../support/quant-builder.js';
import { type Mutation, RtlBuild } from '../support/rtl-build.js';
import type { RtlCase } from '../support/rtl-case.js';
import { describeWithTool } from '../support/tools.js';

describe('copies', () => {
  it.each(CASES)('$count of network $seed are legal hardware of one name for everything', (c) => {
    const { one, hardware } = copied(c);
    expect(hardwareProblems(KINDS, hardware)).toEqual([]);
    expect(roundOf(hardware)).toBe(c.count);
    expect(copyPipeline(one, ONE_COPY)).toBe(one);
    for (const b of hardware.blocks.filter(({ twin }) => twin !== undefined))
      expect(b.params).toEqual(hardware.blocks.find(({ name }) => name === b.twin)?.params);
  });

  it.each(CASES)('$count of network $seed: both engines agree', (c) => {
    const { hardware } = copied(c);
    for (const stalls of Object.values(PATTERNS)) {
      const options = { frames: 2 * c.count + 1, stalls, hash: true };
      const { peakLevels: _, ...slow } = simulate(KINDS, hardware, options);
      expect(simulateFast(KINDS, hardware, options)).toMatchObject(slow);
    }
  });

  it('beats come as one where their elements follow each other without gaps', () => {
    const stream = { name: 's', lanes: 3, bits: 8, signed: false, beatsPerFrame: 24 };
    expect(packsOf(stream, 3)).toEqual([1, 2, 3, 4, 6, 8, 12]);
    expect(packsOf({ ...stream, lanes: 2 }, 3)).toEqual([1]);
    expect(packsOf({ ...stream, lanes: 1 }, 6)).toEqual([1, 2, 3, 6, 12, 24]);
  });
});

describe('the plan', () => {
  const part = findPart(DEVICES, 'xczu7ev');
  if (!part) throw new Error('no part');
  const request = { ...NO_LIMITS, device: part.device, requantizeIn: 'any', copies: null } as const;
  /** A classifier: its results are few. */
  const graph = (() => {
    const b = new QuantBuilder(new Prng(7), 'classes', { channels: 3, height: 16, width: 16 });
    const x = b.depthwise(b.conv(b.input, 4, POINTWISE), { kernel: 3, stride: 2, pads: samePads(3) });
    return b.finish(b.conv(b.globalAvgPool(x), 5, POINTWISE));
  })();

  it('takes one pipeline for what one can do, and as few as reach more', () => {
    const slow = planCopies(graph, { ...request, interval: 4096 });
    expect(slow.copies).toEqual(ONE_COPY);
    const fast = planCopies(graph, { ...request, interval: 70 });
    const { simulation, hardware } = fast.sized;
    expect(fast.copies.count).toBeGreaterThanOrEqual(4);
    expect(hardware.streams[inputsOf(hardware)[0].stream].beatsPerFrame).toBeLessThanOrEqual(70);
    expect(intervalCycles(simulation, roundOf(hardware))).toBeLessThanOrEqual(70);
    // All copies, and what stands around them.
    const { dsp, lut } = fast.estimate.total;
    expect(dsp).toBe(fast.copies.count * fast.folding.dsp);
    expect(lut).toBeGreaterThan(fast.copies.count * fast.folding.lut);
  });

  it('a number that is asked for is taken, its limits shared', () => {
    const two = planCopies(graph, { ...request, interval: null, copies: 2, maxDsp: 20 });
    expect(two.copies.count).toBe(2);
    expect(two.estimate.total.dsp).toBeLessThanOrEqual(20);
    const one = planCopies(graph, { ...request, interval: null, copies: 1, maxDsp: 20 });
    expect(intervalCycles(two.sized.simulation, 2)).toBeLessThan(intervalCycles(one.sized.simulation));
  });

  it('maps at the end bound it, and are named', () => {
    expect(
      diagnosticOf(() => planCopies(network(7, 3, 16, 16), { ...request, interval: 100, copies: 16 })),
    ).toMatchObject({ code: 'BLN206', found: expect.stringContaining('beats a frame pass m_axis') });
  });

  it('what no number reaches is refused for one pipeline', () => {
    expect(diagnosticOf(() => planCopies(graph, { ...request, interval: 2 }))).toMatchObject({
      code: 'BLN206',
    });
  });

  it('blocks refuse turns and rounds that are none', () => {
    const beat = { beats: 4, lanes: 1, bits: 8 };
    expect(turn.check({ kind: 'turn', ...beat, frames: 2, turn: 1 })).toEqual([]);
    expect(turn.check({ kind: 'turn', ...beat, frames: 2, turn: 2 }).join()).toMatch(
      /frame 2 of a round of 2/,
    );
    expect(turn.check({ kind: 'turn', ...beat, frames: 1, turn: 0 }).join()).toMatch(/frames is 1/);
    expect(merge.check({ kind: 'merge', ...beat, frames: 0 }).join()).toMatch(/frames is 0/);
    expect(diagnosticOf(() => turn.hls({ kind: 'turn', ...beat, frames: 2, turn: 1 }))).toMatchObject({
      code: 'BLN001',
      where: '--copies',
    });
  });
});

describeWithTool('iverilog', 'copies in RTL', () => {
  const builds: RtlBuild[] = [];
  afterAll(() => {
    for (const b of builds) b.remove();
  });
  const problemsOf = (c: RtlCase, mutate?: Mutation): string[] => {
    const build = new RtlBuild([c], mutate);
    builds.push(build);
    build.buildIcarus(c);
    return [PATTERNS.steady, PATTERNS.both].flatMap((stalls) => {
      const { problems, differingTraces } = compareRuns(
        c.hardware,
        simulateCase(c, stalls),
        build.run('iverilog', c, stalls),
      );
      return [...problems, ...differingTraces];
    });
  };

  it.each(CASES)('$count of network $seed: values and the cycle of every handshake', (c) => {
    expect(problemsOf(rtlCase(c))).toEqual([]);
  });

  it.each([
    ['a frame goes to the next copy', 'blnet_turn.v', 'frame_reg == TURN', 'frame_reg == FRAMES - 1 - TURN'],
    ['a copy takes a beat of the frame before', 'blnet_turn.v', 'beat_reg == BEATS - 1', 'beat_reg == BEATS'],
    ['results are merged out of order', 'blnet_merge.v', '.A_BEATS(A_FRAMES * BEATS)', '.A_BEATS(BEATS)'],
  ])('a planted fault is seen: %s', (_, file, from, to) => {
    const mutate: Mutation = (files) => {
      const path = `rtl/${file}`;
      const before = files.get(path) as string;
      expect(before).toContain(from);
      files.set(path, before.replace(from, to));
    };
    expect(problemsOf(rtlCase(CASES[1]), mutate)).not.toEqual([]);
  });
});
