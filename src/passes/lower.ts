/**
 * Quantized graph + folding → hardware graph: the blocks that each layer says it becomes, forks where a tensor has
 * several readers, width conversion where neighbours disagree, FIFOs before every join.
 */
import { assertInternal } from '../diagnostics.js';
import type { FoldingPlan } from '../ir/folding.js';
import type { Hardware } from '../ir/hardware.js';
import { HardwareBuilder } from '../ir/hardware-builder.js';
import { portLanesOf } from '../ir/port-lanes.js';
import { type QuantGraph, type QuantNode, type QuantTensor, tensorOf, tensorsOf } from '../ir/quant-graph.js';
import { withRoom } from '../kinds/index.js';
import { foldingOf, planCycles } from '../layers/cycles.js';
import { quantLayer } from '../layers/index.js';
import { groupsOf, letterOf, pixelsOf } from '../layers/shared/lanes.js';
import { conversionSteps } from './conversion-steps.js';

/** Depth of each FIFO by block name, in beats; 0 leaves it out. */
export type FifoDepths = (name: string, beatsPerFrame: number) => number;

/** Room beyond what each block needs by itself, so that a block which is busy all the time need not wait for bursts. */
export interface Slack {
  /** Depth of the FIFO behind a layer whose frame is one pixel, which comes at once. */
  readonly burst: FifoDepths;
  /** More steps of its input that a block holds, by the block's name. */
  readonly room: (name: string) => number;
}

const NO_SLACK: Slack = { burst: () => 0, room: () => 0 };

/** A tensor on its way: one stream, `lanes` channels a beat. */
interface Feature {
  readonly tensor: QuantTensor;
  readonly stream: number;
  readonly lanes: number;
}

export function lower(graph: QuantGraph, plan: FoldingPlan, depths: FifoDepths, slack = NO_SLACK): Hardware {
  return new Lowering(graph, plan, depths, slack).run();
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
    private readonly slack: Slack,
  ) {
    this.interval = planCycles(graph, plan);
    for (const t of graph.outputs) this.uses.set(t, 1);
    for (const n of graph.nodes) for (const i of n.inputs) this.uses.set(i, (this.uses.get(i) ?? 0) + 1);
  }

  run(): Hardware {
    const { graph } = this;
    const input = this.feature(tensorOf(graph, graph.input), this.inputLanes(), 's_in');
    this.define(input);
    for (const node of graph.nodes) this.define(this.lowerNode(node));
    const inputs = [{ role: 'pixels', tensor: graph.input, stream: input.stream }] as const;
    const outputs = graph.outputs.map((tensor) => {
      const { stream } = this.toPort(this.take(tensor));
      return { role: 'result', tensor, stream } as const;
    });
    return this.builder.finish(graph.name, inputs, outputs);
  }

  /** An output in beats of as many lanes as the graph states for its ports. */
  private toPort(f: Feature): Feature {
    const stated = portLanesOf(this.graph.metadata, 'out');
    if (stated === undefined) return f;
    const lanes = Math.min(stated, f.tensor.shape.channels);
    return this.convert(f, this.stepsTo(f, [lanes]), f.tensor.name);
  }

  /** The network's input is as wide as the graph states, or as its first reader takes it at most. */
  private inputLanes(): number {
    const { graph } = this;
    const stated = portLanesOf(graph.metadata, 'in');
    if (stated !== undefined) return Math.min(stated, tensorOf(graph, graph.input).shape.channels);
    const first = graph.nodes.find((n) => n.inputs.includes(graph.input)) as QuantNode;
    const lanes = quantLayer(first).lanesIn(
      first,
      foldingOf(this.plan, first),
      first.inputs.indexOf(graph.input),
    );
    return lanes[lanes.length - 1];
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

  /** Lanes on the way to one of the lane counts that the layer can take. */
  private stepsTo(f: Feature, wanted: readonly number[]): readonly number[] {
    // A frame of one pixel comes in a burst, and whoever sends it can do nothing else until it is gone.
    const pixels = pixelsOf(f.tensor);
    const mostBeats = pixels === 1 ? groupsOf(f.tensor, f.lanes) : this.interval / pixels;
    return conversionSteps(f.lanes, wanted, f.tensor.shape.channels, mostBeats);
  }

  private convert(f: Feature, steps: readonly number[], name: string): Feature {
    return steps.reduce(
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

  /** Brings the inputs to lanes that the layer takes, and makes the blocks that its folding becomes. */
  private lowerNode(node: QuantNode): Feature {
    const layer = quantLayer(node);
    const folding = foldingOf(this.plan, node);
    const tensors = tensorsOf(this.graph, node);
    const taken = node.inputs.map((name) => this.withoutBursts(this.take(name), node.name));
    const steps = taken.map((f, i) => this.stepsTo(f, layer.lanesIn(node, folding, i)));
    const lanes = taken.map((f, i) => steps[i].at(-1) ?? f.lanes);
    const blocks = layer.blocks(node, tensors, folding, lanes);
    const outputs: number[] = [];
    for (const block of blocks) {
      const name = block.role === '' ? node.name : `${node.name}_${block.role}`;
      const from = block.sources.map((source, i) => {
        const stream =
          'input' in source
            ? this.convert(taken[source.input], steps[source.input], node.name).stream
            : outputs[source.block];
        // Where branches meet, the one that runs ahead waits in a FIFO.
        return block.sources.length > 1
          ? this.balance(stream, `${name}_fifo_${letterOf(i)}`, node.name, this.depths)
          : stream;
      });
      const { role, ...stream } = block.output;
      const to = this.builder.stream({ name: `${node.name}_${role}`, ...stream });
      const id = this.builder.reserve(name);
      this.builder.block(id, node.name, withRoom(block.params(), this.slack.room(id)), from, [to]);
      outputs.push(to);
    }
    const last = blocks[blocks.length - 1];
    return { tensor: tensors.output, stream: outputs[outputs.length - 1], lanes: last.output.lanes };
  }

  /** Whoever makes a frame of one pixel can go on at once where its beats can wait. */
  private withoutBursts(f: Feature, layer: string): Feature {
    if (pixelsOf(f.tensor) > 1 || groupsOf(f.tensor, f.lanes) === 1) return f;
    return { ...f, stream: this.balance(f.stream, `${layer}_burst`, layer, this.slack.burst) };
  }

  private balance(stream: number, name: string, layer: string, depths: FifoDepths): number {
    const { lanes, bits, signed, beatsPerFrame: beats } = this.builder.streamAt(stream);
    const id = this.builder.reserve(name);
    const depth = depths(id, beats);
    if (depth === 0) return stream;
    const out = this.builder.stream({ name: `${name}_out`, lanes, bits, signed, beatsPerFrame: beats });
    this.builder.block(id, layer, { kind: 'fifo', beats, lanes, bits, depth }, [stream], [out]);
    return out;
  }
}
