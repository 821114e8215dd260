/**
 * Designs with several outputs in RTL and HLS: values of every output against the reference, the cycle of every
 * handshake against the simulator, with stalls at each end alone and at all of them. And that faults at one are seen.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outputsOf } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import { hardwareProblems } from '../../src/ir/verify-hardware.js';
import { KINDS } from '../../src/kinds/index.js';
import { simulate } from '../../src/sim/engine.js';
import { simulateFast } from '../../src/sim/fast-engine.js';
import { IntegerExecutor } from '../../src/sim/integer-executor.js';
import { createExecutor } from '../../src/sim/simd-executor.js';
import type { StallPattern } from '../../src/sim/stimulus.js';
import { differences } from '../support/compare-rtl.js';
import { HlsBuild } from '../support/hls-build.js';
import { randomFrame } from '../support/quant-builder.js';
import { type Mutation, RtlBuild } from '../support/rtl-build.js';
import type { RtlCase } from '../support/rtl-case.js';
import { caseOfGraph, threeOutputs, twoOutputs } from '../support/several-outputs.js';
import { describeWithTool } from '../support/tools.js';

const graphs = [twoOutputs(1), twoOutputs(5), threeOutputs(2), threeOutputs(9)];
const cases = graphs.map((g) => caseOfGraph(g));

/** Steady, the input alone, each output alone, all at once. */
const patternsOf = (c: RtlCase): StallPattern[] => {
  const count = outputsOf(c.hardware).length;
  const alone = (k: number, t: number): number[] =>
    Array.from({ length: count }, (_, i) => (i === k ? t : 0));
  return [
    { seed: 3, input: 0, output: 0 },
    { seed: 4, input: 150, output: 0 },
    ...Array.from({ length: count }, (_, k) => ({
      seed: 5 + k,
      input: 0,
      output: 0,
      outputs: alone(k, 200),
    })),
    { seed: 9, input: 60, output: 90 },
  ];
};

describe('ends', () => {
  it('are named after their tensors, and every one is taken', () => {
    expect(cases[0]?.hardware.ends.map((e) => [e.port, e.direction, e.role])).toEqual([
      ['s_axis', 'in', 'pixels'],
      ['m_axis_conv0', 'out', 'result'],
      ['m_axis_pointwise2', 'out', 'result'],
    ]);
    for (const c of cases) {
      expect(hardwareProblems(KINDS, c.hardware)).toEqual([]);
      const [first, ...others] = c.hardware.ends;
      const lacking = { ...c.hardware, ends: [first, ...others.slice(1)] };
      expect(hardwareProblems(KINDS, lacking).map((p) => p.found)).toContainEqual(
        expect.stringMatching(/nothing takes/),
      );
    }
  });

  it('both executors give the values of all outputs, one behind the other', () => {
    for (const g of graphs) {
      const frame = randomFrame(new Prng(8), g);
      const [a, b] = [new IntegerExecutor(g), createExecutor(g)];
      const values = [...a.run(frame)];
      expect([...b.run(frame)]).toEqual(values);
      expect(values).toEqual(g.outputs.flatMap((t) => [...a.valuesOf(t)]));
    }
  });

  it('the fast engine is the plain one, pauses and steady state included', () => {
    for (const c of cases) {
      for (const stalls of patternsOf(c)) {
        const options = { frames: 9, stalls, hash: true };
        const { steadyFrom, steadyCycles, ...fast } = simulateFast(KINDS, c.hardware, options);
        expect(fast).toEqual(simulate(KINDS, c.hardware, options));
        if (stalls.seed === 3) expect([steadyFrom, steadyCycles]).not.toEqual([null, null]);
      }
    }
  });
});

const named = cases.map((c) => [c.hardware.name, c] as const);

describeWithTool(['verilator', 'g++'], 'several outputs in Verilator', () => {
  const build = new RtlBuild(cases);
  beforeAll(() => build.buildVerilator(0), 240_000);
  afterAll(() => build.remove());
  it.each(named)('%s: values and every handshake', (_, c) => {
    for (const stalls of patternsOf(c))
      expect(differences(c, stalls, build.run('verilator', c, stalls)), JSON.stringify(stalls)).toEqual([]);
  });
});

describeWithTool('iverilog', 'several outputs in Icarus', () => {
  const builds: RtlBuild[] = [];
  afterAll(() => {
    for (const b of builds) b.remove();
  });
  const run = (c: RtlCase, stalls: StallPattern, mutate?: Mutation): string[] => {
    const build = new RtlBuild([c], mutate);
    builds.push(build);
    build.buildIcarus(c);
    return differences(c, stalls, build.run('iverilog', c, stalls));
  };

  it.each(named)('%s: values and every handshake', (_, c) => {
    for (const stalls of patternsOf(c).slice(-2)) expect(run(c, stalls)).toEqual([]);
  });

  const [two] = cases as [RtlCase];
  const inTop =
    (from: string | RegExp, to: string): Mutation =>
    (files) => {
      const path = `rtl/${two.hardware.name}.v`;
      const text = files.get(path) as string;
      if (text.replace(from, to) === text) throw new Error(`nothing to break: ${from}`);
      files.set(path, text.replace(from, to));
    };
  it.each([
    [
      'a bit of the second output',
      inTop(/assign m_axis_pointwise2_tdata = (.*);/, 'assign m_axis_pointwise2_tdata = ($1) ^ 1;'),
    ],
    [
      'a mark of the first output',
      inTop('.tlast(m_axis_conv0_tlast), .last(m_axis_conv0_tlast)', ".tlast(1'b0), .last()"),
    ],
    [
      'an output that never moves',
      inTop('assign m_axis_conv0_tvalid = ', "assign m_axis_conv0_tvalid = 1'b0 & "),
    ],
  ])('%s is seen', (_, mutate) => {
    expect(run(two, { seed: 3, input: 0, output: 0 }, mutate)).not.toEqual([]);
  });

  it('a wrong value is told by its output', () => {
    const mutate = inTop(
      /assign m_axis_pointwise2_tdata = (.*);/,
      'assign m_axis_pointwise2_tdata = ($1) ^ 1;',
    );
    const [problem] = run(two, { seed: 3, input: 0, output: 0 }, mutate);
    expect(problem).toMatch(/: the first is beat 0 of output pointwise2 in frame 0$/);
  });
});

describeWithTool('g++', 'several outputs in HLS', () => {
  const build = new HlsBuild(cases.map((c) => ({ name: c.hardware.name, case: c })));
  beforeAll(() => build.build(), 240_000);
  afterAll(() => build.remove());
  it.each(named)('%s: values, and no deadlock with streams of their depths', (name) => {
    for (const mode of ['endless', 'dataflow'] as const)
      expect(build.run(name, mode)).toMatchObject({ status: 0, output: expect.stringMatching(/^PASS/) });
  });
});
