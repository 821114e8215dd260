/**
 * A network spec to a float graph with random weights: the network before training. It serves where only the
 * architecture matters (sizes, cycles, resources) and as a source of realistic tests.
 */
import { type Graph, NO_PADS, type Pads } from '../../ir/graph.js';
import { Prng } from '../../ir/prng.js';
import { perChannel } from '../../layers/depthwise/index.js';
import { GraphBuilder } from '../../layers/graph-builder.js';
import { checkLimit } from '../../limits.js';
import type { BlockSpec, NetworkSpec, StageSpec } from './network-spec.js';

interface ConvShape {
  readonly out: number;
  readonly kernel: number;
  readonly stride: number;
  readonly depthwise?: boolean;
}

/** Appends the layers of the MobileNetV2 family (Sandler et al., 2018); methods return the output tensor. */
class NetworkBuilder {
  private readonly prng: Prng;
  private weights = 0;

  constructor(
    private readonly graph: GraphBuilder,
    seed: number,
  ) {
    this.prng = new Prng(seed);
  }

  /** He (2015) normal initialisation, fan in: variance 2 / fanIn. */
  private heNormal(count: number, fanIn: number): Float32Array {
    this.weights += count;
    checkLimit('weights', this.weights, 'the network');
    const deviation = Math.sqrt(2 / fanIn);
    return Float32Array.from({ length: count }, () => deviation * this.prng.normal());
  }

  private conv(name: string, x: string, shape: ConvShape, bias: Float32Array | null, output = name): string {
    const { out, kernel, stride, depthwise } = shape;
    const channels = this.graph.shapeOf(x).channels;
    const fanIn = (depthwise ? 1 : channels) * kernel * kernel;
    const p = Math.floor(kernel / 2);
    const pads: Pads = p === 0 ? NO_PADS : { top: p, left: p, bottom: p, right: p };
    const weights = this.heNormal(out * fanIn, fanIn);
    const filters = { kernel, stride, pads, weights, bias };
    const op = depthwise ? perChannel(out, filters) : ({ op: 'conv', outChannels: out, ...filters } as const);
    return this.graph.add(name, op, [x], output);
  }

  /** Convolution without bias, batch norm with a scale around 0.8 and, unless linear, ReLU6. */
  convNorm(name: string, x: string, shape: ConvShape, linear = false): string {
    const y = this.conv(`${name}.conv`, x, shape, null);
    const scale = Float32Array.from({ length: shape.out }, () => 0.6 + 0.4 * this.prng.float());
    const shift = Float32Array.from({ length: shape.out }, () => 0.2 * this.prng.normal());
    const z = this.graph.add(`${name}.norm`, { op: 'batchNorm', scale, shift }, [y]);
    return linear ? z : this.graph.add(`${name}.act`, { op: 'clamp', min: 0, max: 6 }, [z]);
  }

  block(name: string, x: string, b: BlockSpec): string {
    const expanded =
      b.expand === 0 ? x : this.convNorm(`${name}.expand`, x, { out: b.expand, kernel: 1, stride: 1 });
    const hidden = this.graph.shapeOf(expanded).channels;
    const depthwise = { out: hidden, kernel: 3, stride: b.stride, depthwise: true };
    const filtered = this.convNorm(`${name}.depthwise`, expanded, depthwise);
    const y = this.convNorm(`${name}.project`, filtered, { out: b.out, kernel: 1, stride: 1 }, true);
    return b.residual ? this.graph.add(`${name}.add`, { op: 'add' }, [x, y]) : y;
  }

  private branch(name: string, x: string, blocks: readonly BlockSpec[]): string {
    return blocks.reduce((tensor, b, i) => this.block(`${name}.${i}`, tensor, b), x);
  }

  stage(s: StageSpec, x: string, classes: number): string {
    switch (s.type) {
      case 'conv':
        return this.convNorm(s.name, x, s);
      case 'block':
        return this.block(s.name, x, s);
      case 'bigLittle': {
        const big = this.branch(`${s.name}.big`, x, s.big);
        const upsampled = this.graph.add(
          `${s.name}.upsample`,
          { op: 'upsample', rows: 2, columns: 2, fill: 'repeat' },
          [big],
        );
        if (s.little.length === 0) return upsampled;
        const little = this.branch(`${s.name}.little`, x, s.little);
        return this.graph.add(`${s.name}.add`, { op: 'add' }, [upsampled, little]);
      }
      case 'classifier': {
        const pooled = this.graph.add(`${s.name}.pool`, { op: 'globalAvgPool' }, [x]);
        const bias = Float32Array.from({ length: classes }, () => 0.1 * this.prng.normal());
        return this.conv(`${s.name}.linear`, pooled, { out: classes, kernel: 1, stride: 1 }, bias, 'logits');
      }
    }
  }
}

/**
 * The graph of a spec; equal seeds give equal weights. Nodes are called like the modules of the training code
 * (`m1.big.0.expand.conv`, `.norm`, `.act`, `m1.upsample`, `m1.add`), tensors like the nodes that make them; the
 * input is `input`, the output `logits`. Errors: BLN103 when a module halves an odd extent.
 */
export function buildGraph(spec: NetworkSpec, seed: number): Graph {
  const { channels, height, width, mean, std } = spec.input;
  const graph = new GraphBuilder(spec.name, 'input', { channels, height, width });
  const network = new NetworkBuilder(graph, seed);
  const output = spec.stages.reduce((x, s) => network.stage(s, x, spec.classes), 'input');
  return graph.finish(output, { 'blnet.input.mean': `${mean}`, 'blnet.input.std': `${std}` });
}
