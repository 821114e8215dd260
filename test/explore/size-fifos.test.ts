/** FIFO depths: against the closed form, one beat less, the rate of unlimited FIFOs, and a deadlock explained. */
import { describe, expect, it, vi } from 'vitest';
import { foldingSpaces } from '../../src/explore/folding-space.js';
import { searchFoldings } from '../../src/explore/search-foldings.js';
import { type SizedHardware, sizeFifos } from '../../src/explore/size-fifos.js';
import type { Folding } from '../../src/ir/folding.js';
import type { Block, FifoParams, Hardware } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import { bind, KINDS } from '../../src/kinds/index.js';
import { explainDeadlock } from '../../src/sim/deadlock.js';
import type { Deadlock } from '../../src/sim/engine.js';
import { simulateFast } from '../../src/sim/fast-engine.js';
import { SteadyStateMeter } from '../../src/sim/steady-state.js';
import { QuantBuilder, samePads } from '../support/quant-builder.js';

const HEIGHT = 16;
/** Cycles of one beat of a depthwise engine that takes a column of its window at a time. */
const CYCLES_PER_BEAT = 3;

interface Module {
  readonly sized: SizedHardware;
  readonly interval: number;
  /** Beats per row at full resolution, and per pixel. */
  readonly row: number;
  readonly pixel: number;
}

/** A Big-Little module of depthwise engines: `half` in the half-resolution branch, `full` in the other. */
function module(width: number, groups: number, half: number, full: number): Module {
  const window = { kernel: 3, pads: samePads(3) };
  const b = new QuantBuilder(new Prng(1), 'module', { channels: 2 * groups, height: HEIGHT, width });
  const x = b.depthwise(b.input, { ...window, stride: 1 });
  let big = b.depthwise(x, { ...window, stride: 2 });
  for (let i = 1; i < half; i++) big = b.depthwise(big, { ...window, stride: 1 });
  const upsampled = b.upsample(big);
  let little = x;
  for (let i = 0; i < full; i++) little = b.depthwise(little, { ...window, stride: 1 });
  const graph = b.finish(b.add(upsampled, little));
  const engine: Folding = {
    op: 'depthwise',
    lanes: 2,
    taps: 3,
    lanesOut: 2,
    useDsp: true,
    weightBlock: false,
    scaleCycles: 1,
  };
  const plan = new Map<string, Folding>(
    graph.nodes.map((n) => [n.name, n.op === 'depthwise' ? engine : { op: 'lanes', lanes: 2 }]),
  );
  const interval = HEIGHT * width * groups * CYCLES_PER_BEAT;
  return { sized: sizeFifos(KINDS, graph, plan, interval), interval, row: width * groups, pixel: groups };
}

/** The little branch's FIFO is at the addition's second input. */
const littleFifo = (hw: Hardware): number => hw.blocks.findIndex((b) => b.name.endsWith('fifo_b'));

/** Cycles from a beat into a line buffer to the result of its engine: the stages of both, and their output FIFOs. */
function stagesOfEngine(hw: Hardware): number {
  const engine = hw.blocks.find((b) => b.params.kind === 'depthwise') as Block;
  const { stages } = bind(KINDS, engine).timing();
  return stages.reduce((sum, s) => sum + (s.kind === 'delay' ? s.cycles : s.beats), 0) + 1 + 2 * 3;
}

const GRID = [16, 32]
  .flatMap((width) =>
    [1, 2, 4].flatMap((groups) =>
      [1, 2, 3].flatMap((half) => [0, 1, 2].map((full) => [width, groups, half, full] as const)),
    ),
  )
  .filter(([, , half, full]) => half > full);

describe('FIFO sizing', () => {
  it.each(GRID.filter((_, i) => i % 3 === 0))(
    'agrees with the closed form: width %i, %i beats a pixel, %i half and %i full convolutions',
    (width, groups, half, full) => {
      const { sized, row, pixel } = module(width, groups, half, full);
      const [name, depth] = [...sized.depths][0];
      expect(name).toMatch(/fifo_b$/);
      const places = sized.places.get(name) as number;
      // How far the little branch runs ahead, in rows and pixels of the big branch's windows.
      const ahead =
        (2 * (half - 1) + (half > 1 ? 1 : 0) + 1 - full) * row + (2 * (half - 1) + 1 - full) * pixel;
      // Stages in which the branches differ: engines with their line buffers, the upsampler's 3, and 3
      // of the FIFO that the other side has while places are counted.
      const stages = stagesOfEngine(sized.hardware) * (half - full) + 3 + 3;
      const pipeline = Math.ceil(stages / CYCLES_PER_BEAT) + 2;
      // The upsampler sends the first half of a row pair before the second is there: up to a row less.
      expect(places).toBeGreaterThan(ahead - row);
      expect(places).toBeLessThanOrEqual(ahead + pipeline);
      // While the FIFO is full, each engine of the little branch holds what it would have passed on: a row in its line
      // buffer, some pixels, and what its stages hold.
      expect(depth).toBeLessThanOrEqual(places);
      const held = row + 4 * pixel + stagesOfEngine(sized.hardware);
      expect(depth).toBeGreaterThanOrEqual(places - full * held - 4);
    },
  );

  it.each([
    [16, 1, 2, 0],
    [16, 2, 2, 1],
    [32, 2, 3, 1],
    [16, 4, 3, 2],
  ])('one beat less loses the rate or deadlocks: width %i, %i beats a pixel, %i and %i', (...shape) => {
    const { sized, interval } = module(...shape);
    const { hardware, depths } = sized;
    const fifo = littleFifo(hardware);
    const depth = depths.get(hardware.blocks[fifo].name) as number;
    const meter = new SteadyStateMeter(KINDS, hardware);
    const keepsRate = (d: number): boolean => {
      const state = meter.measure(new Map([[fifo, d]]));
      return state.isSteady && state.intervalCycles === interval;
    };
    expect({ depth, keeps: keepsRate(depth) }).toEqual({ depth, keeps: true });
    expect({ depth, keeps: keepsRate(depth - 1) }).toEqual({ depth, keeps: false });
    expect(sized.isMinimal).toBe(true);
  });

  it('explains a deadlock: the FIFO, the cycle, the depth that it needs', () => {
    const { sized } = module(16, 2, 3, 0);
    const fifo = littleFifo(sized.hardware);
    const blocks = sized.hardware.blocks.map((b, i) =>
      i === fifo ? { ...b, params: { ...b.params, depth: 40 } } : b,
    ) as Hardware['blocks'];
    const hw = { ...sized.hardware, blocks };
    const { deadlock } = simulateFast(KINDS, hw, { frames: 2 });
    expect(deadlock).not.toBeNull();
    const detail = explainDeadlock(KINDS, hw, deadlock as Deadlock);
    const { name } = hw.blocks[fifo];
    expect(detail.where).toBe(name);
    expect(detail.found).toContain(`nothing moves from cycle ${deadlock?.cycle} on`);
    expect(detail.found).toContain('the FIFO is full with 40 beats');
    const needed = Number(/a depth of (\d+) beats/.exec(detail.need ?? '')?.[1]);
    expect(needed).toBeGreaterThanOrEqual(sized.depths.get(name) as number);
    expect(needed).toBeLessThanOrEqual(sized.places.get(name) as number);
  });

  it('explains a deadlock for want of a FIFO', () => {
    const { sized } = module(16, 1, 2, 0);
    const { hardware } = sized;
    const gone = hardware.blocks[littleFifo(hardware)];
    // The join takes the stream that the FIFO took.
    const blocks = hardware.blocks
      .filter((b) => b !== gone)
      .map((b) => ({ ...b, inputs: b.inputs.map((s) => (s === gone.outputs[0] ? gone.inputs[0] : s)) }));
    const hw = { ...hardware, blocks };
    const { deadlock } = simulateFast(KINDS, hw, { frames: 2 });
    const detail = explainDeadlock(KINDS, hw, deadlock as Deadlock);
    expect(detail.where).toBe(gone.layer);
    expect(detail.need).toBe('a FIFO between the two branches and their join');
  });

  it('takes a fraction of the bits of full-tensor FIFOs', () => {
    const { sized, interval } = module(32, 2, 3, 1);
    const [, , third, fourth] = sized.simulation.outputLast;
    expect(fourth - third).toBe(interval);
    const { depth, lanes, bits } = sized.hardware.blocks[littleFifo(sized.hardware)].params as FifoParams;
    expect(sized.fifoBits).toBe(depth * lanes * bits);
    expect(sized.fifoBits).toBeLessThan(sized.fullTensorBits / 3);
  });
});

describe('many joins of one tensor', () => {
  /** Additions of one tensor to itself, and block cycles that their trials in regions have stepped. */
  function trialsOf(joins: number): {
    readonly work: number;
    readonly blocks: number;
    readonly sized: SizedHardware;
  } {
    const b = new QuantBuilder(new Prng(1), 'joins', { channels: 1, height: 16, width: 16 });
    const first = b.depthwise(b.input, { kernel: 1, stride: 1, pads: samePads(1) });
    let x = first;
    for (let i = 0; i < joins; i++) x = b.add(x, first);
    const graph = b.finish(x);
    const { plan, cycles } = searchFoldings(foldingSpaces(graph), { dsp: 1e4, lut: 1e7, bram: 1e4 });
    let work = 0;
    const { measure } = SteadyStateMeter.prototype;
    const spy = vi.spyOn(SteadyStateMeter.prototype, 'measure').mockImplementation(function (
      this: SteadyStateMeter,
      ...args: Parameters<typeof measure>
    ) {
      const state = measure.apply(this, args);
      work += state.steppedCycles * state.places.length;
      return state;
    });
    try {
      const sized = sizeFifos(KINDS, graph, plan, cycles);
      return { work, blocks: sized.hardware.blocks.length, sized };
    } finally {
      spy.mockRestore();
    }
  }

  it('take work in proportion to the network, and keep its rate', () => {
    const [small, large] = [trialsOf(8), trialsOf(48)];
    for (const { sized } of [small, large]) expect(sized.simulation.deadlock).toBeNull();
    expect(large.work / large.blocks).toBeLessThan(3 * (small.work / small.blocks));
  });
});
