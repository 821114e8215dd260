/**
 * Random small networks with random legal foldings: irregular channel counts, odd extents, strides, residuals,
 * Big-Little modules of different depths, pooling. One seed, one network, on every machine.
 */
import { type FoldingOption, foldingOptions } from '../../src/explore/foldings.js';
import { type SizedHardware, sizeFifos } from '../../src/explore/size-fifos.js';
import type { Folding, FoldingPlan } from '../../src/ir/folding.js';
import { NO_PADS, type Shape } from '../../src/ir/graph.js';
import { Prng } from '../../src/ir/prng.js';
import type { QuantGraph } from '../../src/ir/quant-graph.js';
import { KINDS } from '../../src/kinds/index.js';
import { type LayerShape, POINTWISE, QuantBuilder, randomFrame, samePads } from './quant-builder.js';
import { caseOf, type RtlCase } from './rtl-case.js';
import { varyRequants } from './vary-requant.js';

export interface RandomNetwork {
  readonly seed: number;
  readonly graph: QuantGraph;
  readonly plan: FoldingPlan;
  readonly sized: SizedHardware;
  /** Cycles per frame of the slowest layer. */
  readonly boundCycles: number;
}

const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
/** Bounds that keep one network's Verilator build and run near a second. */
const MAX_PIXELS = 240;
const MAX_MULTIPLIERS = 40;
const MAX_LAYERS = 16;
const CYCLE_LIMITS = [800, 1500, 3000, 6000];

class Grower {
  readonly builder: QuantBuilder;

  constructor(
    private readonly prng: Prng,
    name: string,
    shape: Shape,
  ) {
    // Half the networks take pixels as images come, half a format of their own.
    const bits = prng.int(2, 8);
    const own = { bits, signed: true, zeroPoint: prng.int(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) };
    this.builder = prng.int(0, 1)
      ? new QuantBuilder(prng, name, shape)
      : new QuantBuilder(prng, name, shape, own);
  }

  channels(): number {
    const { prng } = this;
    return prng.int(0, 1) ? prng.pick(PRIMES) : prng.int(1, prng.pick([8, 16, 40]));
  }

  shapeOf(x: string): Shape {
    return this.builder.tensor(x).shape;
  }

  /** Padded alike on all sides, on two sides as frameworks do for stride 2, or not at all. */
  window(x: string, kernel: number, stride: number): LayerShape {
    const { height, width } = this.shapeOf(x);
    const kind = this.prng.int(0, 7);
    if (kind === 0 && Math.min(height, width) > kernel + 2) return { kernel, stride, pads: NO_PADS };
    if (kind === 1) {
      const pads = { top: 0, left: 0, bottom: kernel - 1, right: kernel - 1 };
      return { kernel, stride, pads };
    }
    return { kernel, stride, pads: samePads(kernel) };
  }

  /** Keeps the extent; `kernel` is odd. */
  same(kernel: number): LayerShape {
    return { kernel, stride: 1, pads: samePads(kernel) };
  }

  canHalve(x: string): boolean {
    const { height, width } = this.shapeOf(x);
    return Math.min(height, width) >= 6;
  }

  /** Inverted residual without the addition; halves even extents exactly when stride is 2. */
  block(x: string, out: number, stride: number): string {
    const { builder, prng } = this;
    const expanded = prng.int(0, 2) ? builder.conv(x, this.channels(), POINTWISE) : x;
    const filtered = builder.depthwise(expanded, { kernel: 3, stride, pads: samePads(3) });
    return builder.conv(filtered, out, POINTWISE);
  }

  residual(x: string): string {
    const { builder, prng } = this;
    const { channels } = this.shapeOf(x);
    if (prng.int(0, 3) === 0) return builder.add(x, builder.depthwise(x, this.same(3)));
    const branch = this.block(x, channels, 1);
    // A third reader of x now and then, so that a fork feeds a fork.
    const sum = prng.int(0, 1) ? builder.add(x, branch) : builder.add(branch, x);
    return prng.int(0, 3) === 0 ? builder.add(sum, x) : sum;
  }

  /** Half-resolution branch of 1..2 blocks and upsampling beside a full-resolution branch of 0..2 blocks. */
  bigLittle(x: string): string {
    const { builder, prng } = this;
    const deep = prng.int(1, 2);
    const shallow = prng.int(0, 2);
    const out = shallow === 0 ? this.shapeOf(x).channels : this.channels();
    let big = x;
    for (let i = 0; i < deep; i++) big = this.block(big, i === deep - 1 ? out : this.channels(), i ? 1 : 2);
    const upsampled = builder.upsample(big);
    let little = x;
    for (let i = 0; i < shallow; i++)
      little = this.block(little, i === shallow - 1 ? out : this.channels(), 1);
    return prng.int(0, 1) ? builder.add(upsampled, little) : builder.add(little, upsampled);
  }

  layer(x: string): string {
    const { builder, prng } = this;
    const { height, width } = this.shapeOf(x);
    const even = height % 2 === 0 && width % 2 === 0;
    const stride = this.canHalve(x) ? prng.int(1, 2) : 1;
    switch (prng.int(0, 12)) {
      case 0:
        return builder.conv(x, this.channels(), POINTWISE);
      case 1:
        return builder.conv(x, this.channels(), this.window(x, prng.pick([2, 3, 3, 3, 5]), stride));
      case 2:
        return builder.conv(x, this.channels(), { kernel: 1, stride, pads: NO_PADS });
      case 3:
        return builder.depthwise(x, this.window(x, prng.pick([2, 3, 3, 3, 5]), stride));
      case 4:
        return builder.maxPool(x, prng.int(0, 1) ? this.window(x, 3, stride) : this.pool2(x));
      case 5:
        return height * width < MAX_PIXELS / 4
          ? builder.upsample(x)
          : builder.conv(x, this.channels(), POINTWISE);
      case 6:
      case 7:
        return this.residual(x);
      default:
        return even && this.canHalve(x) ? this.bigLittle(x) : this.residual(x);
    }
  }

  /** What the first networks did not have: tables, channels of several maps or some of one, products, other factors. */
  more(x: string): string {
    const { builder, prng } = this;
    switch (prng.int(0, 5)) {
      case 0:
        return builder.lookup(x);
      case 3: {
        const { height, width } = this.shapeOf(x);
        const fill = prng.pick(['repeat', 'zeros'] as const);
        return height * width < MAX_PIXELS / 6
          ? builder.upsample(x, prng.int(1, 3), prng.int(1, 3), fill)
          : x;
      }
      case 2:
        // A gate computed from the map, as squeeze-and-excitation has it, or the product of two branches.
        return prng.int(0, 1)
          ? builder.product(x, builder.lookup(builder.globalAvgPool(x)))
          : builder.product(builder.lookup(x), x);
      case 1: {
        const branch = builder.conv(x, this.channels(), prng.int(0, 1) ? POINTWISE : this.same(3));
        const parts = prng.int(0, 1) ? [x, branch] : [branch, x];
        return prng.int(0, 2) ? builder.concat(parts) : builder.concat([...parts, builder.lookup(x)]);
      }
      case 4:
        return builder.tabulated(
          prng.int(0, 1)
            ? builder.conv(x, this.channels(), this.same(3))
            : builder.depthwise(x, this.same(3)),
        );
      default:
        return builder.select(x, this.someOf(this.shapeOf(x).channels));
    }
  }

  /** A run of channels, every other one, or any. */
  private someOf(channels: number): number[] {
    const { prng } = this;
    const first = prng.int(0, channels - 1);
    const run = Array.from({ length: prng.int(1, channels - first) }, (_, i) => first + i);
    if (prng.int(0, 1)) return run;
    const half = Math.ceil(channels / 2);
    if (prng.int(0, 1))
      return Array.from({ length: channels }, (_, i) => (i % 2) * half + (i >> 1)).filter(
        (c) => c < channels,
      );
    return run.map(() => prng.int(0, channels - 1));
  }

  private pool2(x: string): LayerShape {
    return { kernel: 2, stride: this.canHalve(x) ? 2 : 1, pads: NO_PADS };
  }
}

function growGraph(prng: Prng, name: string, operations: Operations): QuantGraph {
  const long = prng.int(5, 33);
  const short = prng.int(5, Math.max(5, Math.min(33, Math.floor(MAX_PIXELS / long))));
  // Most of them even, so that a Big-Little module fits.
  const even = prng.int(0, 2) > 0;
  const extents = [long, short].map((v) => (even ? Math.max(6, v - (v % 2)) : v));
  const [height, width] = (prng.int(0, 1) ? extents : extents.reverse()) as [number, number];
  const grower = new Grower(prng, name, { channels: prng.int(1, 4), height, width });
  const { builder } = grower;
  let x = builder.conv(
    builder.input,
    grower.channels(),
    even ? grower.same(3) : grower.window(builder.input, 3, prng.int(1, 2)),
  );
  for (let left = prng.int(1, 2); left > 0; left--) {
    x = grower.layer(x);
    if (operations === 'all') x = grower.more(x);
  }
  if (prng.int(0, 2) === 0)
    x = builder.conv(builder.globalAvgPool(x), prng.int(2, 12), POINTWISE, {
      bits: 8,
      signed: true,
      zeroPoint: 0,
    });
  const graph = builder.finish(x);
  return operations === 'all' ? varyRequants(graph, prng) : graph;
}

/** A product in LUTs costs a simulator as much as ten in DSPs. */
const runsFast = (o: FoldingOption): boolean =>
  o.multipliers <= MAX_MULTIPLIERS && o.multipliers - 2 * o.dsp <= MAX_MULTIPLIERS / 10;

/** A random folding of every layer, none slower than the first limit that all layers can meet; null if none is. */
function randomPlan(prng: Prng, graph: QuantGraph): Map<string, FoldingOption> | null {
  const options = graph.nodes.map((n) => foldingOptions(graph, n).filter(runsFast));
  for (const limit of CYCLE_LIMITS) {
    const fitting = options.map((list) => list.filter((o) => o.cycles <= limit));
    if (fitting.every((list) => list.length > 0))
      return new Map(graph.nodes.map((n, i) => [n.name, prng.pick(fitting[i])]));
  }
  return null;
}

/** `first`: those of the networks that benchmarks are judged by, which stay as they are. */
export type Operations = 'first' | 'all';

/** Equal seeds give equal networks; a draw that is too large or too slow is drawn again. */
export function randomNetwork(seed: number, operations: Operations = 'first'): RandomNetwork {
  const prng = new Prng(seed);
  for (;;) {
    const graph = growGraph(prng, `net${seed}`, operations);
    const chosen = graph.nodes.length <= MAX_LAYERS ? randomPlan(prng, graph) : null;
    if (!chosen) continue;
    const plan = new Map<string, Folding>([...chosen].map(([name, o]) => [name, o.folding]));
    const boundCycles = Math.max(...[...chosen.values()].map((o) => o.cycles));
    return { seed, graph, plan, sized: sizeFifos(KINDS, graph, plan, boundCycles), boundCycles };
  }
}

/** The network with random frames to run back to back. */
export function networkCase(network: RandomNetwork, frames: number): RtlCase {
  const prng = new Prng(network.seed ^ 0x5eed);
  const images = Array.from({ length: frames }, () => randomFrame(prng, network.graph));
  return caseOf(network.graph, network.sized.hardware, images);
}
