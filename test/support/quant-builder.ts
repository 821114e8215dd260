/**
 * Grows quantized graphs layer by layer with random weights, formats and requantizers, straight in integers:
 * what the hardware must do exactly, without a float model behind it. Scales are chosen so that results spread over
 * their format and reach its ends now and then.
 */
import { accumulatorBits } from '../../src/ir/accumulator.js';
import { NO_PADS, type Pads, type Shape, windowExtent } from '../../src/ir/graph.js';
import { sameFormat } from '../../src/ir/number-format.js';
import type { Prng } from '../../src/ir/prng.js';
import {
  type QuantGraph,
  type QuantNode,
  type QuantTensor,
  rangeOf,
  signedBits,
  tensorOf,
} from '../../src/ir/quant-graph.js';
import { productBits } from '../../src/kinds/product.js';
import { chooseRequant, chooseShift, clampBounds } from '../../src/layers/shared/choose-requant.js';
import { randomWeights } from './random-weights.js';

export interface LayerShape {
  readonly kernel: number;
  readonly stride: number;
  readonly pads: Pads;
}

/** Format without a scale: only the integers matter here. */
export interface IntegerFormat {
  readonly bits: number;
  readonly signed: boolean;
  readonly zeroPoint: number;
}

export const samePads = (kernel: number): Pads => {
  const p = Math.floor(kernel / 2);
  return { top: p, left: p, bottom: p, right: p };
};

export const POINTWISE: LayerShape = { kernel: 1, stride: 1, pads: NO_PADS };

const pixelsOf = (s: Shape): number => s.height * s.width;
const NO_CLAMP = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };

export class QuantBuilder {
  private readonly tensors = new Map<string, QuantTensor>();
  private readonly nodes: QuantNode[] = [];
  readonly input = 'image';
  /** Share of layers with scales that are powers of two: there results fall halfway between integers, and rounding shows. */
  dyadicShare = 0.25;

  constructor(
    private readonly prng: Prng,
    private readonly name: string,
    shape: Shape,
    format: IntegerFormat = { bits: 8, signed: false, zeroPoint: 128 },
  ) {
    this.define(this.input, shape, format);
  }

  tensor(name: string): QuantTensor {
    return this.tensors.get(name) as QuantTensor;
  }

  /** Mostly 8 bits and signed, as the quantizer makes them; sometimes anything the IR allows. */
  randomFormat(): IntegerFormat {
    const { prng } = this;
    const bits = prng.int(0, 3) ? 8 : prng.int(2, 7);
    const signed = prng.int(0, 3) > 0;
    const [lo, hi] = rangeOf({ bits, signed });
    return { bits, signed, zeroPoint: prng.int(lo, hi) };
  }

  conv(x: string, outChannels: number, shape: LayerShape, format = this.randomFormat()): string {
    return this.convolution('conv', x, outChannels, shape, format);
  }

  depthwise(x: string, shape: LayerShape, format = this.randomFormat()): string {
    const { channels } = this.tensor(x).shape;
    // Of a single channel it is a convolution like any other.
    return this.convolution(channels > 1 ? 'depthwise' : 'conv', x, channels, shape, format);
  }

  add(a: string, b: string, format = this.randomFormat()): string {
    const [ta, tb] = [this.tensor(a), this.tensor(b)];
    const name = this.nameOf('add');
    const y = this.define(name, ta.shape, format);
    const ratio = (t: QuantTensor): number => (2 ** y.bits / 2 ** t.bits) * (0.3 + this.prng.float());
    const factors = [ratio(ta), ratio(tb)].map(this.scaleOf());
    const shift = chooseShift(factors, name);
    const [ma, mb] = factors.map((f) => Math.round(f * 2 ** shift)) as [number, number];
    const offset = -ta.zeroPoint * ma - tb.zeroPoint * mb + 2 ** (shift - 1);
    this.nodes.push({
      op: 'add',
      name,
      inputs: [a, b],
      output: name,
      multipliers: [ma, mb],
      offset,
      shift,
      zeroPoint: y.zeroPoint,
      ...clampBounds(y, this.randomClamp(y)),
    });
    return name;
  }

  /** b: a map of the same shape, or one value for each channel. */
  product(a: string, b: string, format = this.randomFormat()): string {
    const [ta, tb] = [this.tensor(a), this.tensor(b)];
    const name = this.nameOf('product');
    const y = this.define(name, ta.shape, format);
    const factor = (2 ** y.bits / 2 ** (ta.bits + tb.bits)) * (0.5 + 4 * this.prng.float());
    const requant = chooseRequant([this.scaleOf()(factor)], [0], y, this.randomClamp(y), name);
    const accBits = productBits(ta, tb);
    this.nodes.push({ op: 'product', name, inputs: [a, b], output: name, accBits, requant });
    return name;
  }

  /** Channels in any order, some of them twice or not at all. */
  select(x: string, channels: readonly number[]): string {
    const t = this.tensor(x);
    const name = this.nameOf('select');
    this.define(name, { ...t.shape, channels: channels.length }, t);
    this.nodes.push({ op: 'select', name, inputs: [x], output: name, channels });
    return name;
  }

  upsample(x: string, rows = 2, columns = 2, fill: 'repeat' | 'zeros' = 'repeat'): string {
    const t = this.tensor(x);
    const { channels, height, width } = t.shape;
    const name = this.nameOf('upsample');
    this.define(name, { channels, height: rows * height, width: columns * width }, t);
    this.nodes.push({ op: 'upsample', name, inputs: [x], output: name, rows, columns, fill });
    return name;
  }

  maxPool(x: string, shape: LayerShape): string {
    const t = this.tensor(x);
    const name = this.nameOf('pool');
    this.define(name, this.outputShape(t.shape, t.shape.channels, shape), t);
    this.nodes.push({ op: 'maxPool', name, inputs: [x], output: name, ...shape });
    return name;
  }

  globalAvgPool(x: string, format = this.randomFormat()): string {
    const t = this.tensor(x);
    const name = this.nameOf('mean');
    const pixels = pixelsOf(t.shape);
    const y = this.define(name, { channels: t.shape.channels, height: 1, width: 1 }, format);
    const [lo, hi] = rangeOf(t);
    const scale = this.scaleOf();
    const factor = ((2 ** y.bits / 2 ** t.bits) * (0.5 + 3 * this.prng.float())) / pixels;
    const accBits = signedBits(pixels * lo, pixels * hi);
    const requant = chooseRequant([scale(factor)], [-t.zeroPoint * pixels], y, NO_CLAMP, name);
    this.nodes.push({ op: 'globalAvgPool', name, inputs: [x], output: name, accBits, requant });
    return name;
  }

  /** A table of any integers. */
  lookup(x: string, format = this.randomFormat()): string {
    const t = this.tensor(x);
    const name = this.nameOf('table');
    const y = this.define(name, t.shape, format);
    const [lo, hi] = rangeOf(y);
    const table = Int16Array.from({ length: 2 ** t.bits }, () => this.prng.int(lo, hi));
    this.nodes.push({ op: 'lookup', function: 'silu', name, inputs: [x], output: name, table });
    return name;
  }

  /** The convolution that made `x`, the last node, with a table of any integers as its activation. */
  tabulated(x: string, format = this.randomFormat()): string {
    const node = this.nodes.pop() as QuantNode;
    const { bits, signed, scale, zeroPoint } = this.tensor(x);
    const y = this.define(x, this.tensor(x).shape, format);
    const table = Int16Array.from({ length: 2 ** bits }, () => this.prng.int(...rangeOf(y)));
    this.nodes.push({
      ...node,
      table: { function: 'silu', table, bits, signed, scale, zeroPoint },
    } as QuantNode);
    return x;
  }

  /** Inputs of the output's own format pass as they are or through a table, others through a table of any integers. */
  concat(inputs: readonly string[], format: IntegerFormat = this.tensor(inputs[0])): string {
    const tensors = inputs.map((x) => this.tensor(x));
    const channels = tensors.reduce((sum, t) => sum + t.shape.channels, 0);
    const name = this.nameOf('concat');
    const y = this.define(name, { ...tensors[0].shape, channels }, format);
    const [lo, hi] = rangeOf(y);
    const tables = tensors.map((t) =>
      sameFormat(t, y) && this.prng.int(0, 3)
        ? null
        : Int16Array.from({ length: 2 ** t.bits }, () => this.prng.int(lo, hi)),
    );
    this.nodes.push({ op: 'concat', name, inputs: [...inputs], output: name, tables });
    return name;
  }

  finish(...outputs: string[]): QuantGraph {
    const { name, input, nodes, tensors } = this;
    return { name, input, outputs, nodes, tensors, metadata: {} };
  }

  /** What a layer makes of its scales: nothing, or the nearest powers of two. */
  private scaleOf(): (factor: number) => number {
    if (this.prng.float() >= this.dyadicShare) return (factor) => factor;
    return (factor) => 2 ** Math.round(Math.log2(factor));
  }

  private nameOf(op: string): string {
    return `${op}${this.nodes.length}`;
  }

  private define(name: string, shape: Shape, f: IntegerFormat): QuantTensor {
    const { bits, signed, zeroPoint } = f;
    const tensor = { name, shape, bits, signed, zeroPoint, scale: 1 };
    this.tensors.set(name, tensor);
    return tensor;
  }

  private outputShape(x: Shape, channels: number, w: LayerShape): Shape {
    return {
      channels,
      height: windowExtent(x.height, w.pads.top, w.pads.bottom, w.kernel, w.stride),
      width: windowExtent(x.width, w.pads.left, w.pads.right, w.kernel, w.stride),
    };
  }

  /** Linear, ReLU or ReLU6-like, in units of the output format (scale 1). */
  private randomClamp(y: IntegerFormat): { min: number; max: number } {
    const kind = this.prng.int(0, 3);
    if (kind < 2) return NO_CLAMP;
    return kind === 2
      ? { min: 0, max: Number.POSITIVE_INFINITY }
      : { min: 0, max: this.prng.int(1, 2 ** y.bits - 1) };
  }

  private convolution(
    op: 'conv' | 'depthwise',
    x: string,
    outChannels: number,
    shape: LayerShape,
    format: IntegerFormat,
  ): string {
    const { prng } = this;
    const t = this.tensor(x);
    const name = this.nameOf(op === 'depthwise' ? op : shape.kernel > 1 ? 'conv' : 'pointwise');
    const y = this.define(name, this.outputShape(t.shape, outChannels, shape), format);
    const weightBits = prng.int(0, 4) ? 8 : prng.int(2, 7);
    const perOutput = (op === 'depthwise' ? 1 : t.shape.channels) * shape.kernel ** 2;
    const weights = randomWeights(prng, outChannels, perOutput, weightBits);
    const bias = new Int32Array(outChannels);
    const scale = this.scaleOf();
    const factors: number[] = [];
    const constants: number[] = [];
    for (let o = 0; o < outChannels; o++) {
      let [sum, squares] = [0, 0];
      for (const w of weights.subarray(o * perOutput, (o + 1) * perOutput)) {
        sum += w;
        squares += w * w;
      }
      // Standard deviation of the accumulator for inputs that fill their format evenly.
      const deviation = Math.max(1, Math.sqrt(squares) * 0.29 * 2 ** t.bits);
      bias[o] = Math.round(deviation * prng.normal());
      factors.push(scale((2 ** y.bits / (4 * deviation)) * (0.3 + 1.4 * prng.float())));
      constants.push(bias[o] - t.zeroPoint * sum);
    }
    this.nodes.push({
      op,
      name,
      inputs: [x],
      output: name,
      ...shape,
      weightBits,
      weights,
      bias,
      accBits: accumulatorBits(weights, outChannels, t),
      requant: chooseRequant(factors, constants, y, this.randomClamp(y), name),
    });
    return name;
  }
}

/** One frame of quantized input, every integer of the format. */
export function randomFrame(prng: Prng, graph: QuantGraph): Int16Array {
  const t = tensorOf(graph, graph.input);
  const [lo, hi] = rangeOf(t);
  const { channels, height, width } = t.shape;
  return Int16Array.from({ length: channels * height * width }, () => prng.int(lo, hi));
}
