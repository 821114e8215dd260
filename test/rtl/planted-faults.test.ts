/**
 * The checks themselves: each fault that the RTL comparison is there to catch is planted once, and must be seen, by
 * the check that should see it.
 */
import { expect, it } from 'vitest';
import { foldingOptions } from '../../src/explore/foldings.js';
import { sizeFifos } from '../../src/explore/size-fifos.js';
import type { KindTable } from '../../src/ir/block-kind.js';
import { type BlockTiming, type BufferedIntake, delay } from '../../src/ir/block-timing.js';
import { type Hardware, type KindName, outputsOf } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import type { QuantGraph } from '../../src/ir/quant-graph.js';
import { KINDS } from '../../src/kinds/index.js';
import { lower } from '../../src/passes/lower.js';
import { intervalCycles } from '../../src/sim/engine.js';
import { simulateFast } from '../../src/sim/fast-engine.js';
import { differences, PATTERNS } from '../support/compare-rtl.js';
import { spread } from '../support/kind-grid.js';
import { POINTWISE, QuantBuilder, randomFrame, samePads } from '../support/quant-builder.js';
import { type Mutation, RtlBuild, type RtlRun } from '../support/rtl-build.js';
import { caseOf, type RtlCase } from '../support/rtl-case.js';
import { describeWithTool } from '../support/tools.js';

const WINDOW = { kernel: 3, stride: 1, pads: samePads(3) };
const FORMAT = { bits: 8, signed: true, zeroPoint: 3 };

/** A residual around two convolutions: window, engines, fork, FIFO, addition; powers of two as scales. */
function network(): QuantGraph {
  const builder = new QuantBuilder(new Prng(1), 'faulty', { channels: 2, height: 6, width: 7 });
  builder.dyadicShare = 1;
  const stem = builder.conv(builder.input, 4, WINDOW, FORMAT);
  const mixed = builder.conv(builder.depthwise(stem, WINDOW, FORMAT), 4, POINTWISE, FORMAT);
  return builder.finish(builder.add(stem, mixed, FORMAT));
}

const graph = network();
/** A middling folding of every layer. */
const plan = new Map(
  graph.nodes.map((n) => {
    const options = foldingOptions(graph, n).sort((a, b) => a.cycles - b.cycles);
    return [n.name, (spread(options, 3)[1] ?? options[0])?.folding];
  }),
);
const frames = [1, 2].map((seed) => randomFrame(new Prng(seed), graph));
const sized = sizeFifos(KINDS, graph, plan, 5000).hardware;

function replaceIn(path: RegExp, from: string | RegExp, to: string): Mutation {
  return (files) => {
    const found = [...files].filter(([name, text]) => path.test(name) && text.replace(from, '') !== text);
    if (found.length === 0) throw new Error(`nothing to break: ${from} is not in ${path}`);
    for (const [name, text] of found) files.set(name, text.replace(from, to));
  };
}

/** Runs the case, with the fault, in Icarus. */
function runFaulty(c: RtlCase, mutate?: Mutation): { rtl: RtlRun; found: string[] } {
  const build = new RtlBuild([c], mutate);
  try {
    build.buildIcarus(c);
    const rtl = build.run('iverilog', c, PATTERNS.steady);
    return { rtl, found: differences(c, PATTERNS.steady, rtl) };
  } finally {
    build.remove();
  }
}

/** The same change of every buffered input. */
const buffered =
  (change: (i: BufferedIntake) => BufferedIntake) =>
  (t: BlockTiming): BlockTiming => ({
    ...t,
    intakes: t.intakes.map((i) => (i.kind === 'direct' ? i : change(i))),
  });

const intervalOf = (hw: Hardware): number | 'deadlock' => {
  const result = simulateFast(KINDS, hw, { frames: 4 });
  return result.deadlock ? 'deadlock' : intervalCycles(result);
};

describeWithTool('iverilog', 'planted faults', () => {
  const good = caseOf(graph, sized, frames);

  it('without a fault nothing is found', () => {
    expect(runFaulty(good).found).toEqual([]);
  });

  it.each(['conv0', 'depthwise1', 'pointwise2'])('a weight bit flipped in the ROM of %s', (layer) => {
    // The lowest bit of the first weight: the smallest fault a ROM can have.
    const flip: Mutation = (files) => {
      const path = `weights/${good.hardware.name}_${layer}.weights00.mem`;
      const text = files.get(path) as string;
      const end = text.indexOf('\n') - 1;
      const digit = Number.parseInt(text[end], 16) ^ 1;
      files.set(path, `${text.slice(0, end)}${digit.toString(16)}${text.slice(end + 1)}`);
    };
    const { rtl, found } = runFaulty(good, flip);
    expect(found).toEqual([expect.stringMatching(/output beats differ from the integer reference/)]);
    expect(rtl.mismatches).toBeGreaterThan(0);
  });

  it('a rounding constant off by one', () => {
    // One unit of 2^-shift: sums that lie halfway go down instead of up, and nothing else changes.
    const builder = new QuantBuilder(new Prng(1), 'rounding', { channels: 1, height: 12, width: 16 });
    builder.dyadicShare = 1;
    const one = builder.finish(builder.conv(builder.input, 4, POINTWISE, FORMAT));
    const folding = foldingOptions(one, one.nodes[0])[0];
    const right = lower(one, new Map([[one.nodes[0]?.name, folding.folding]]), () => 0);
    const c = caseOf(one, right, [randomFrame(new Prng(1), one)]);
    expect(runFaulty(c).found).toEqual([]);
    const less = replaceIn(
      /blnet_requant\.v$/,
      'assign corrected = product;',
      "assign corrected = product - 1'b1;",
    );
    const { rtl, found } = runFaulty(c, less);
    expect(found).toEqual([expect.stringMatching(/output beats differ from the integer reference/)]);
    // Few values are ties: a test on a handful of pixels would miss it.
    expect(rtl.mismatches).toBeLessThan(12 * 16);
  });

  it('a line buffer reset missing between frames', () => {
    const missing = replaceIn(
      /blnet_window\.v$/,
      'below_reg <= last_oy ? HEIGHT - 1 + PAD_TOP : below_reg - STRIDE',
      'below_reg <= below_reg - STRIDE',
    );
    const { rtl, found } = runFaulty(good, missing);
    expect(found).toContainEqual(expect.stringMatching(/output beats differ from the integer reference/));
    expect(found.join()).toMatch(/: the first is beat \d+ of output \S+ in frame 1/);
    // The first frame is right: one frame would not have shown it.
    const beats = sized.streams[outputsOf(sized)[0].stream].beatsPerFrame;
    expect(Math.min(...rtl.mismatchedBeats.map((b) => b.beat))).toBeGreaterThanOrEqual(beats);
    expect(runFaulty(caseOf(graph, sized, frames.slice(0, 1)), missing).rtl.mismatches).toBe(0);
  });

  it('a FIFO a beat too shallow', () => {
    const build = (depth: number): Hardware =>
      lower(graph, plan, (name) => (name === fifo?.name ? depth : 0));
    const fifo = sized.blocks.find((b) => b.params.kind === 'fifo');
    const full = intervalOf(sized);
    let depth = fifo?.params.kind === 'fifo' ? fifo.params.depth : 0;
    while (depth > 1 && intervalOf(build(depth - 1)) === full) depth--;
    expect(depth).toBeGreaterThan(1);
    // The simulator sees the lost throughput, or the deadlock, before any RTL is built.
    expect(intervalOf(build(depth - 1))).not.toBe(full);

    // RTL that is shallower than the simulator believes.
    const shallow = replaceIn(/faulty\.v$/, `.DEPTH(${depth})`, `.DEPTH(${depth - 1})`);
    const exact = caseOf(graph, build(depth), frames);
    expect(runFaulty(exact).found).toEqual([]);
    expect(runFaulty(exact, shallow).found).toContainEqual(
      expect.stringMatching(/stopped moving|move in other cycles/),
    );

    // Much too shallow: the RTL stops, and says so.
    const stuck = caseOf(graph, build(1), frames);
    const { rtl, found } = runFaulty(stuck);
    expect(rtl.deadlock).toBe(true);
    expect(found).toContainEqual(expect.stringMatching(/the RTL stopped moving/));
    expect(found).toContainEqual(expect.stringMatching(/the simulator stopped moving/));
  });

  it.each([
    ['overflow', /blnet_fifo\.v$/, 'level_reg < DEPTH', 'level_reg <= DEPTH'],
    ['underflow', /blnet_fifo\.v$/, 'ce & (level_reg != 0)', 'ce'],
    ['overflow', /blnet_fifo2\.v$/, '!count_reg[1]', "1'b1"],
    ['underflow', /blnet_fifo2\.v$/, "count_reg != 2'd0;", "1'b1;"],
  ])('a FIFO that lets an %s happen, %s', (what, path, from, to) => {
    // The RTL's own assertion ends the simulation, and names the FIFO.
    expect(() => runFaulty(good, replaceIn(path, from, to))).toThrow(
      new RegExp(`testbench\\.dut\\.\\S+: ${what}, a beat`),
    );
  });

  it('a beat that comes a cycle late, with the right values', () => {
    const { rtl, found } = runFaulty(
      good,
      replaceIn(/blnet_fifo2\.v$/, 'in_ready  = !count_reg[1]', "in_ready  = count_reg == 2'd0"),
    );
    expect(rtl.mismatches).toBe(0);
    expect(found).toContainEqual(expect.stringMatching(/streams move in other cycles/));
  });

  it('a declaration of timing that is not that of the RTL', () => {
    const declared: readonly (readonly [KindName, (t: BlockTiming) => BlockTiming])[] = [
      ['depthwise', (t) => ({ ...t, stages: [...t.stages, delay(1)] })],
      ['add', (t) => ({ ...t, stages: [...t.stages, delay(1)] })],
      ['window', buffered((i) => ({ ...i, need: (step) => i.need(step) - 1 }))],
      ['pointwise', buffered((i) => ({ ...i, room: (step) => i.room(step) + 1 }))],
      ['fifo', buffered((i) => ({ ...i, room: (step) => i.room(step) - 1 }))],
    ];
    const build = new RtlBuild([good]);
    try {
      build.buildIcarus(good);
      const runs = (['steady', 'backpressure'] as const).map((name) => {
        const stalls = PATTERNS[name];
        const rtl = build.run('iverilog', good, stalls);
        expect(differences(good, stalls, rtl)).toEqual([]);
        return (kinds: KindTable) => differences(good, stalls, rtl, kinds);
      });
      for (const [kind, change] of declared) {
        const timing = (p: never) => change(KINDS[kind].timing(p));
        const kinds = { ...KINDS, [kind]: { ...KINDS[kind], timing } } as KindTable;
        const found = runs.flatMap((compare) => compare(kinds)).join('\n');
        expect({ kind, found }).toEqual({ kind, found: expect.stringMatching(/move in other cycles/) });
      }
    } finally {
      build.remove();
    }
  });

  it('a frame mark on the wrong beat', () => {
    const beats = sized.streams[outputsOf(sized)[0].stream].beatsPerFrame;
    const { found } = runFaulty(
      good,
      replaceIn(
        /faulty\.v$/,
        new RegExp(`BEATS\\(${beats}\\)(?=\\s*\\) output_marker)`),
        `BEATS(${beats - 1})`,
      ),
    );
    expect(found).toContainEqual(expect.stringMatching(/tlast is wrong on/));
  });
});
