/**
 * The integer reference at speed: the same results as `IntegerExecutor`, value for value, from WebAssembly SIMD that is
 * generated for one graph. The plain executor is the specification; tests hold the two together.
 */
import { type Pads, sizeOf } from '../ir/graph.js';
import {
  type QuantConv,
  type QuantGraph,
  type QuantNode,
  type QuantTensor,
  type Requant,
  rangeOf,
  tensorOf,
} from '../ir/quant-graph.js';
import { type Executor, IntegerExecutor } from './integer-executor.js';
import { type FunctionBuilder, ModuleBuilder } from './wasm/encode.js';
import { compileModule, HAS_SIMD, instantiate } from './wasm/host.js';
import {
  depthwiseWeightBytes,
  emitAddition,
  emitConvolution,
  emitDepthwise,
  emitGlobalAvgPool,
  emitMaxPool,
  emitPadding,
  emitUpsample,
  type Plane,
  planeBytes,
} from './wasm/kernels.js';
import { MemoryPlan } from './wasm/memory-plan.js';
import { call } from './wasm/ops.js';
import { LANES, roundsByAddition, type Scale, type Scaling, scalingConstants } from './wasm/requantizer.js';

/** The fastest executor that this machine runs. */
export const createExecutor = (graph: QuantGraph): Executor =>
  HAS_SIMD ? new SimdExecutor(graph) : new IntegerExecutor(graph);

const vectorsOf = (channels: number): number => Math.ceil(channels / LANES);

/** [output vector][kernel row][pair of inputs along the row][8 outputs][2 inputs], see `emitConvolution`. */
function convolutionWeights(node: QuantConv, x: QuantTensor, y: QuantTensor): Int16Array {
  const { kernel, weights } = node;
  const inputs = x.shape.channels;
  const padded = vectorsOf(inputs) * LANES;
  const rowPairs = (kernel * padded) / 2;
  const ordered = new Int16Array(vectorsOf(y.shape.channels) * kernel * rowPairs * LANES * 2);
  for (let o = 0; o < y.shape.channels; o++) {
    for (let c = 0; c < inputs; c++) {
      for (let k = 0; k < kernel * kernel; k++) {
        const alongRow = (k % kernel) * padded + c;
        const block = (Math.floor(o / LANES) * kernel + Math.floor(k / kernel)) * rowPairs + (alongRow >> 1);
        const at = (block * LANES + (o % LANES)) * 2 + (alongRow & 1);
        ordered[at] = weights[(o * inputs + c) * kernel * kernel + k] as number;
      }
    }
  }
  return ordered;
}

/** [vector][pair of taps][8 channels][2 taps], see `emitDepthwise`. */
function depthwiseWeights(node: QuantConv, x: QuantTensor): Int16Array {
  const taps = node.kernel * node.kernel;
  const perVector = depthwiseWeightBytes(node.kernel) / 2;
  const ordered = new Int16Array(vectorsOf(x.shape.channels) * perVector);
  for (let c = 0; c < x.shape.channels; c++) {
    for (let t = 0; t < taps; t++) {
      const at = Math.floor(c / LANES) * perVector + ((t >> 1) * LANES + (c % LANES)) * 2 + (t & 1);
      ordered[at] = node.weights[c * taps + t] as number;
    }
  }
  return ordered;
}

const NO_MULTIPLIER = Int32Array.of(1);

/** Largest absolute value of a signed accumulator. */
const boundOf = (accBits: number): number => 2 ** (accBits - 1);

export class SimdExecutor implements Executor {
  private readonly layout = new MemoryPlan();
  private readonly planes = new Map<string, Plane>();
  private readonly memory: Int16Array;
  private readonly execute: () => void;

  constructor(private readonly graph: QuantGraph) {
    for (const [name, t] of graph.tensors) {
      const { height, width, channels } = t.shape;
      const plane = { address: 0, height, width, vectors: vectorsOf(channels) };
      this.planes.set(name, { ...plane, address: this.layout.reserve(planeBytes(plane)) });
    }
    const module = new ModuleBuilder();
    const layers = graph.nodes.map((node) => {
      const f = module.add();
      this.emit(f, node);
      return f;
    });
    module.add('run').emit(...layers.map(call));
    const memory = this.layout.build();
    this.memory = new Int16Array(memory.buffer);
    this.execute = instantiate(compileModule(module.encode()), memory).run as () => void;
  }

  run(input: ArrayLike<number>): Int16Array {
    const { channels } = tensorOf(this.graph, this.graph.input).shape;
    const plane = this.planeOf(this.graph.input);
    const step = plane.vectors * LANES;
    let at = plane.address / 2;
    for (let i = 0; i < input.length; at += step) {
      for (let c = 0; c < channels; c++) this.memory[at + c] = input[i++] as number;
    }
    this.execute();
    return this.valuesOf(this.graph.output);
  }

  valuesOf(name: string): Int16Array {
    const { shape } = tensorOf(this.graph, name);
    const plane = this.planeOf(name);
    const values = new Int16Array(sizeOf(shape));
    const step = plane.vectors * LANES;
    for (let i = 0, at = plane.address / 2; i < values.length; at += step) {
      for (let c = 0; c < shape.channels; c++) values[i++] = this.memory[at + c] as number;
    }
    return values;
  }

  private planeOf(name: string): Plane {
    return this.planes.get(name) as Plane;
  }

  /** The plane with a border, filled on every run; the plane itself where none is needed. */
  private padded(f: FunctionBuilder, plane: Plane, pads: Pads, value: number): Plane {
    if (pads.top + pads.left + pads.bottom + pads.right === 0) return plane;
    const height = plane.height + pads.top + pads.bottom;
    const width = plane.width + pads.left + pads.right;
    const border = new Int16Array(height * width * plane.vectors * LANES).fill(value);
    const larger = { address: this.layout.place(border), height, width, vectors: plane.vectors };
    emitPadding(f, plane, larger, pads);
    return larger;
  }

  /** @param bound largest |accumulator| */
  private scaling(
    r: Scale & Pick<Requant, 'zeroPoint' | 'min' | 'max'>,
    channels: number,
    bound: number,
  ): Scaling {
    const { zeroPoint, min, max } = r;
    const byAddition = roundsByAddition(r, bound);
    const address = this.layout.place(scalingConstants(r, channels, byAddition));
    return { address, zeroPoint, min, max, byAddition };
  }

  private emit(f: FunctionBuilder, node: QuantNode): void {
    const x = tensorOf(this.graph, node.inputs[0] as string);
    const from = this.planeOf(x.name);
    const to = this.planeOf(node.output);
    const y = tensorOf(this.graph, node.output);
    switch (node.op) {
      case 'conv': {
        const wide = this.padded(f, from, node.pads, x.zeroPoint);
        const scaling = this.scaling(node.requant, y.shape.channels, boundOf(node.accBits));
        const isDepthwise = node.groups > 1;
        const weights = isDepthwise ? depthwiseWeights(node, x) : convolutionWeights(node, x, y);
        const emit = isDepthwise ? emitDepthwise : emitConvolution;
        return emit(f, wide, to, node, this.layout.place(weights), scaling);
      }
      case 'add': {
        const other = this.planeOf(node.inputs[1] as string);
        const constants = { ...node, multipliers: NO_MULTIPLIER, offsets: Float64Array.of(node.offset) };
        // The sum is exact in 32 bits.
        const scaling = this.scaling(constants, LANES, 2 ** 31);
        return emitAddition(f, from, other, to, node.multipliers, scaling);
      }
      case 'upsample':
        return emitUpsample(f, from, to);
      case 'maxPool':
        return emitMaxPool(f, this.padded(f, from, node.pads, rangeOf(x)[0]), to, node);
      case 'globalAvgPool':
        return emitGlobalAvgPool(f, from, to, this.scaling(node.requant, LANES, boundOf(node.accBits)));
    }
  }
}
