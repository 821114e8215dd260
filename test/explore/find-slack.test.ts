/** No cycle is lost between blocks: rows and FIFOs that bring a network to the cycles of its slowest layer, and no more. */
import { describe, expect, it } from 'vitest';
import { slackOf } from '../../src/explore/find-slack.js';
import { foldingSpaces } from '../../src/explore/folding-space.js';
import { searchFoldings } from '../../src/explore/search-foldings.js';
import { type SizedHardware, sizeFifos } from '../../src/explore/size-fifos.js';
import type { FoldingPlan } from '../../src/ir/folding.js';
import { Prng } from '../../src/ir/prng.js';
import type { QuantGraph } from '../../src/ir/quant-graph.js';
import { KINDS } from '../../src/kinds/index.js';
import { lower } from '../../src/passes/lower.js';
import { SteadyStateMeter } from '../../src/sim/steady-state.js';
import { POINTWISE, QuantBuilder, samePads } from '../support/quant-builder.js';
import { randomNetwork } from '../support/random-network.js';

const FORMAT = { bits: 8, signed: true, zeroPoint: 0 };
const FRAMES = 200;

interface Planned {
  readonly graph: QuantGraph;
  readonly plan: FoldingPlan;
  readonly sized: SizedHardware;
  readonly cycles: number;
}

/** Cycles per frame with room for bursts as `change` leaves it. */
function intervalWith({ graph, plan, sized }: Planned, change: { readonly without?: string } = {}): number {
  const kept = (of: ReadonlyMap<string, number>) => new Map([...of].filter(([n]) => n !== change.without));
  const depths = kept(sized.depths);
  const slack = slackOf({ rows: kept(sized.rows), bursts: depths });
  const hw = lower(graph, plan, (name) => depths.get(name) ?? 0, slack);
  return new SteadyStateMeter(KINDS, hw).measure(undefined, 0, 0, FRAMES).intervalCycles;
}

/** Separable layers down to a map of two or three columns, and perhaps a classifier; all of them equally busy. */
function separable(seed: number): Planned {
  const r = new Prng(seed);
  const size = r.pick([4, 6, 8, 12]);
  const b = new QuantBuilder(r, `slack${seed}`, { channels: 4, height: size, width: size });
  const window = (stride: number) => ({ kernel: 3, stride, pads: samePads(3) });
  let x = b.conv(b.input, 8, POINTWISE, FORMAT);
  for (let width = size, channels = 8; ; width = Math.ceil(width / 2), channels *= 2) {
    x = b.conv(b.depthwise(x, window(1), FORMAT), channels, POINTWISE, FORMAT);
    if (width <= 3) break;
    x = b.depthwise(x, window(2), FORMAT);
  }
  if (r.int(0, 1)) x = b.conv(b.globalAvgPool(x), 10, POINTWISE, FORMAT);
  const graph = b.finish(x);
  const { plan, cycles } = searchFoldings(foldingSpaces(graph), {
    dsp: r.int(20, 60),
    lut: 30_000,
    bram: 100,
  });
  return { graph, plan, sized: sizeFifos(KINDS, graph, plan, cycles), cycles };
}

const asPlanned = (seed: number): Planned => {
  const { graph, plan, sized, boundCycles } = randomNetwork(seed, seed % 2 ? 'all' : 'first');
  return { graph, plan, sized, cycles: boundCycles };
};

describe('room for bursts', () => {
  // The first three lose up to 13 % without it.
  it.each([54, 56, 58, 87, 3, 24, 38, 69, 92])(
    'random network %i takes the cycles of its slowest layer',
    (seed) => {
      const network = asPlanned(seed);
      expect(intervalWith(network)).toBe(network.cycles);
    },
  );

  it.each(Array.from({ length: 12 }, (_, i) => i + 1))('small maps keep the interval, network %i', (seed) => {
    const network = separable(seed);
    expect(intervalWith(network)).toBe(network.cycles);
  });

  it('nothing of it is idle: without any part the interval is longer', () => {
    const networks = [54, 56, 58].map(asPlanned);
    const parts = networks.flatMap((n) => {
      const bursts = [...n.sized.depths.keys()].filter((name) => name.endsWith('_burst'));
      return [...n.sized.rows.keys(), ...bursts].map((without) => ({ n, without }));
    });
    expect(parts.length).toBeGreaterThanOrEqual(3);
    for (const { n, without } of parts)
      expect(intervalWith(n, { without }), without).toBeGreaterThan(n.cycles);
  });
});
