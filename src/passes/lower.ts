/**
 * Quantized graph + folding → hardware graph: an engine per layer, line buffers, forks where a tensor has several
 * readers, width conversion where neighbours disagree, FIFOs before every join.
 */
import { assertInternal } from '../diagnostics.js';
import { type ConvFolding, ceilDiv, type Folding, type FoldingPlan } from '../ir/folding.js';
import type { Hardware } from '../ir/hardware.js';
import { HardwareBuilder } from '../ir/hardware-builder.js';
import {
  type QuantAdd,
  type QuantConv,
  type QuantGraph,
  type QuantNode,
  type QuantTensor,
  signedBits,
  tensorOf,
} from '../ir/quant-graph.js';
import { conversionSteps, divisorsOf } from './conversion-steps.js';
import { pixelsOf, planCycles } from './layer-cycles.js';
import {
  depthwiseParams,
  globalAvgPoolParams,
  lowestOf,
  needsWindow,
  pointwiseParams,
  windowParams,
} from './lower-engine.js';

/** Depth of each join FIFO by block name, in beats; 0 leaves it out. */
export type FifoDepths = (name: string, beatsPerFrame: number) => number;

/** A tensor on its way: one stream, `lanes` channels a beat. */
interface Feature {
  readonly tensor: QuantTensor;
  readonly stream: number;
  readonly lanes: number;
}

const groupsOf = (t: QuantTensor, lanes: number): number => ceilDiv(t.shape.channels, lanes);

/** Lanes at which a layer takes its inputs. */
export const lanesInOf = (f: Folding): number => (f.op === 'conv' ? f.windowLanes : f.lanes);

export function lower(graph: QuantGraph, plan: FoldingPlan, depths: FifoDepths): Hardware {
  return new Lowering(graph, plan, depths).run();
}

class Lowering {
  private readonly builder = new HardwareBuilder();
  private readonly uses = new Map<string, number>();
  private readonly copies = new Map<string, Feature[]>();
  /** Cycles per frame that no conversion may exceed. */
  private readonly interval: number;

  constructor(
    private readonly graph: QuantGraph,
    private readonly plan: FoldingPlan,
    private readonly depths: FifoDepths,
  ) {
    this.interval = planCycles(graph, plan);
    this.uses.set(graph.output, 1);
    for (const n of graph.nodes) for (const i of n.inputs) this.uses.set(i, (this.uses.get(i) ?? 0) + 1);
  }

  run(): Hardware {
    const { graph } = this;
    const first = graph.nodes.find((n) => n.inputs.includes(graph.input)) as QuantNode;
    const input = this.feature(tensorOf(graph, graph.input), lanesInOf(this.foldingOf(first)), 's_in');
    this.define(input);
    for (const node of graph.nodes) this.define(this.lowerNode(node));
    const output = this.take(graph.output);
    return this.builder.finish(graph.name, input.stream, output.stream);
  }

  private foldingOf(node: QuantNode): Folding {
    const f = this.plan.get(node.name);
    assertInternal(f !== undefined, 'layer without folding', node.name);
    return f;
  }

  /** New stream of a tensor. */
  private feature(tensor: QuantTensor, lanes: number, name: string): Feature {
    const stream = this.builder.stream({
      name,
      lanes,
      bits: tensor.bits,
      signed: tensor.signed,
      beatsPerFrame: pixelsOf(tensor) * groupsOf(tensor, lanes),
    });
    return { tensor, stream, lanes };
  }

  /** Registers a produced tensor and forks it to as many copies as it has readers. */
  private define(f: Feature): void {
    const copies: Feature[] = [];
    let rest = f;
    for (let left = this.uses.get(f.tensor.name) ?? 0; left > 1; left--) {
      const name = `${f.tensor.name}_fork`;
      const a = this.feature(f.tensor, f.lanes, `${name}_a`);
      const b = this.feature(f.tensor, f.lanes, `${name}_b`);
      this.builder.block(
        name,
        f.tensor.name,
        {
          kind: 'fork',
          beats: pixelsOf(f.tensor) * groupsOf(f.tensor, f.lanes),
          lanes: f.lanes,
          bits: f.tensor.bits,
        },
        [rest.stream],
        [a.stream, b.stream],
      );
      copies.push(a);
      rest = b;
    }
    copies.push(rest);
    this.copies.set(f.tensor.name, copies);
  }

  private take(name: string): Feature {
    const f = this.copies.get(name)?.shift();
    assertInternal(f !== undefined, `tensor '${name}' has more readers than copies`);
    return f;
  }

  /** Brings a feature to one of the lane counts that the layer can take. */
  private convert(f: Feature, wanted: readonly number[], name: string): Feature {
    // A frame of one pixel comes in a burst, and whoever sends it can do nothing else until it is gone.
    const pixels = pixelsOf(f.tensor);
    const mostBeats = pixels === 1 ? groupsOf(f.tensor, f.lanes) : this.interval / pixels;
    return conversionSteps(f.lanes, wanted, f.tensor.shape.channels, mostBeats).reduce(
      (x, lanes) => (lanes > x.lanes ? this.widen(x, lanes, name) : this.narrow(x, lanes, name)),
      f,
    );
  }

  private widen(f: Feature, lanes: number, layer: string): Feature {
    const { tensor } = f;
    const to = this.feature(tensor, lanes, `${layer}_wide`);
    const params = { pixels: pixelsOf(tensor), lanesIn: f.lanes, bits: tensor.bits };
    this.builder.block(
      `${layer}_widen`,
      layer,
      { kind: 'widthUp', ...params, ratio: lanes / f.lanes, groupsIn: groupsOf(tensor, f.lanes) },
      [f.stream],
      [to.stream],
    );
    return to;
  }

  private narrow(f: Feature, lanes: number, layer: string): Feature {
    const { tensor } = f;
    const to = this.feature(tensor, lanes, `${layer}_narrow`);
    const params = { pixels: pixelsOf(tensor), lanesOut: lanes, bits: tensor.bits };
    this.builder.block(
      `${layer}_split`,
      layer,
      { kind: 'widthDown', ...params, ratio: f.lanes / lanes, groupsOut: groupsOf(tensor, lanes) },
      [f.stream],
      [to.stream],
    );
    return to;
  }

  /** Line buffer in front of an engine; returns the stream of taps. */
  private window(
    node: QuantNode & { op: 'conv' | 'maxPool' },
    f: Feature,
    taps: number,
    padValue: number,
  ): number {
    const y = tensorOf(this.graph, node.output);
    const params = windowParams(node, f.tensor, y, f.lanes, taps, padValue);
    const stream = this.builder.stream({
      name: `${node.name}_taps`,
      lanes: taps * f.lanes,
      bits: f.tensor.bits,
      signed: f.tensor.signed,
      beatsPerFrame: pixelsOf(y) * params.groups * ((node.kernel * node.kernel) / taps),
    });
    this.builder.block(`${node.name}_window`, node.name, params, [f.stream], [stream]);
    return stream;
  }

  private lowerNode(node: QuantNode): Feature {
    const folding = this.foldingOf(node);
    const y = tensorOf(this.graph, node.output);
    if (node.op === 'add') return this.lowerAdd(node, lanesInOf(folding), y);
    if (node.op === 'conv' && folding.op === 'conv') return this.lowerConv(node, folding, y);
    const x = this.convert(this.take(node.inputs[0] as string), [lanesInOf(folding)], node.name);
    switch (node.op) {
      case 'conv': {
        assertInternal(folding.op === 'depthwise', `folding '${folding.op}' for a convolution`, node.name);
        const from = needsWindow(node) ? this.window(node, x, folding.taps, x.tensor.zeroPoint) : x.stream;
        const out = this.feature(y, folding.lanesOut, `${node.name}_out`);
        this.builder.block(
          node.name,
          node.name,
          depthwiseParams(node, x.tensor, y, folding),
          [from],
          [out.stream],
        );
        return out;
      }
      case 'maxPool': {
        assertInternal(folding.op === 'maxPool', `folding '${folding.op}' for a maximum`, node.name);
        const from = this.window(node, x, folding.taps, lowestOf(x.tensor));
        const out = this.feature(y, folding.lanes, `${node.name}_out`);
        const { lanes, taps } = folding;
        const common = { beats: pixelsOf(y) * groupsOf(y, lanes), lanes, bits: y.bits, signed: y.signed };
        const foldTaps = (node.kernel * node.kernel) / taps;
        this.builder.block(
          node.name,
          node.name,
          { kind: 'maxPool', ...common, taps, foldTaps },
          [from],
          [out.stream],
        );
        return out;
      }
      case 'upsample': {
        const out = this.feature(y, x.lanes, `${node.name}_out`);
        const { height, width } = x.tensor.shape;
        const params = { height, width, groups: groupsOf(y, x.lanes), lanes: x.lanes, bits: y.bits };
        this.builder.block(node.name, node.name, { kind: 'upsample', ...params }, [x.stream], [out.stream]);
        return out;
      }
      case 'globalAvgPool': {
        const out = this.feature(y, x.lanes, `${node.name}_out`);
        this.builder.block(
          node.name,
          node.name,
          globalAvgPoolParams(node, x.tensor, y, x.lanes),
          [x.stream],
          [out.stream],
        );
        return out;
      }
    }
  }

  /** Dense convolution. Without a window the engine itself joins narrow beats to its words. */
  private lowerConv(node: QuantNode & QuantConv, f: ConvFolding, y: QuantTensor): Feature {
    const taken = this.take(node.inputs[0] as string);
    const windowed = needsWindow(node);
    const x = this.convert(taken, windowed ? [f.windowLanes] : divisorsOf(f.simd), node.name);
    const { lanes } = x;
    const from = windowed ? this.window(node, x, f.taps, x.tensor.zeroPoint) : x.stream;
    const input = windowed
      ? { lanesIn: f.simd, beatsIn: groupsOf(x.tensor, lanes) * (node.kernel ** 2 / f.taps) }
      : { lanesIn: lanes, beatsIn: groupsOf(x.tensor, lanes) };
    const out = this.feature(y, f.lanesOut, `${node.name}_out`);
    const params = pointwiseParams(node, x.tensor, y, f, input);
    this.builder.block(node.name, node.name, params, [from], [out.stream]);
    return out;
  }

  private lowerAdd(node: QuantNode & QuantAdd, lanes: number, y: QuantTensor): Feature {
    const [a, b] = node.inputs.map((name, i) => {
      const f = this.convert(this.take(name), [lanes], node.name);
      return this.balance(f, `${node.name}_fifo_${i === 0 ? 'a' : 'b'}`, node.name);
    }) as [Feature, Feature];
    const out = this.feature(y, lanes, `${node.name}_out`);
    const [ma, mb] = node.multipliers;
    this.builder.block(
      node.name,
      node.name,
      {
        kind: 'add',
        beats: pixelsOf(y) * groupsOf(y, lanes),
        lanes,
        aBits: a.tensor.bits,
        aSigned: a.tensor.signed,
        bBits: b.tensor.bits,
        bSigned: b.tensor.signed,
        multiplierA: ma,
        multiplierB: mb,
        offset: node.offset,
        requant: {
          accBits: Math.max(a.tensor.bits, b.tensor.bits),
          multiplierBits: Math.ceil(Math.log2(Math.max(ma, mb) + 1)),
          offsetBits: signedBits(Math.min(0, node.offset), Math.max(0, node.offset)),
          shift: node.shift,
          zeroPoint: node.zeroPoint,
          min: node.min,
          max: node.max,
          outBits: y.bits,
          biasBits: 1,
          biasedBits: Math.max(a.tensor.bits, b.tensor.bits),
        },
      },
      [a.stream, b.stream],
      [out.stream],
    );
    return out;
  }

  private balance(f: Feature, name: string, layer: string): Feature {
    const beats = pixelsOf(f.tensor) * groupsOf(f.tensor, f.lanes);
    const id = this.builder.reserve(name);
    const depth = this.depths(id, beats);
    if (depth === 0) return f;
    const out = this.feature(f.tensor, f.lanes, `${name}_out`);
    this.builder.block(
      id,
      layer,
      { kind: 'fifo', beats, lanes: f.lanes, bits: f.tensor.bits, depth },
      [f.stream],
      [out.stream],
    );
    return out;
  }
}
