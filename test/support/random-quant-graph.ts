/**
 * Random quantized graphs for tests: every operation, odd channel counts, formats of 2 to 8 bits of either sign, and
 * requantizers up to the limits of the format, so that many values saturate and many do not.
 */
import { type Pads, type Shape, sizeOf, windowExtent } from '../../src/ir/graph.js';
import { sameFormat } from '../../src/ir/number-format.js';
import { Prng } from '../../src/ir/prng.js';
import {
  type QuantGraph,
  type QuantNode,
  type QuantTensor,
  type Requant,
  rangeOf,
} from '../../src/ir/quant-graph.js';
import { productBits } from '../../src/kinds/product.js';
import { varyRequant } from './vary-requant.js';

const CHANNELS = [1, 2, 3, 5, 7, 8, 9, 13, 16, 17, 23, 32, 37];

class Builder {
  readonly tensors = new Map<string, QuantTensor>();
  readonly nodes: QuantNode[] = [];
  private count = 0;

  constructor(readonly r: Prng) {}

  tensor(shape: Shape, like?: QuantTensor): QuantTensor {
    const bits = this.r.int(2, 8);
    const signed = this.r.int(0, 1) === 1;
    const format = like ?? { bits, signed, scale: 1, zeroPoint: this.r.int(...rangeOf({ bits, signed })) };
    const t = { ...format, name: `t${this.count++}`, shape };
    this.tensors.set(t.name, t);
    return t;
  }

  add(op: object, inputs: readonly QuantTensor[], y: QuantTensor): QuantTensor {
    const names = inputs.map((t) => t.name);
    this.nodes.push({ ...op, name: `n_${y.name}`, inputs: names, output: y.name } as unknown as QuantNode);
    return y;
  }

  clamp(y: QuantTensor): { min: number; max: number; zeroPoint: number } {
    const [a, b] = [this.r.int(...rangeOf(y)), this.r.int(...rangeOf(y))];
    const [lo, hi] = rangeOf(y);
    const narrow = this.r.int(0, 2) === 0;
    return { min: narrow ? Math.min(a, b) : lo, max: narrow ? Math.max(a, b) : hi, zeroPoint: y.zeroPoint };
  }

  /** The result spreads over about two ranges of the output, whatever the accumulators are. */
  requant(y: QuantTensor, channels: number, accumulator: number): Requant {
    const { r } = this;
    const shift = r.pick([1, 8, 15, 24, 31, 40, 46]);
    const wanted = (2 ** y.bits * 2 ** shift) / Math.max(1, accumulator);
    const largest = Math.max(1, Math.min(2 ** 17 - 1, Math.round(2 * wanted)));
    const multipliers = Int32Array.from({ length: channels }, () => r.int(1, largest));
    const limit = 2 ** 32;
    const biases = Float64Array.from(multipliers, (m) => {
      const extreme = r.int(0, 15) === 0 ? r.pick([-limit, limit]) : 0;
      const wide = Math.round((r.normal() * 2 ** (shift + y.bits - 2)) / m);
      return extreme || Math.max(-limit, Math.min(limit, wide));
    });
    const shifts = new Int32Array(channels).fill(shift);
    const plain = { multipliers, biases, shifts, corrections: null, ...this.clamp(y) };
    return r.int(0, 1) ? plain : varyRequant(plain, 32, r, 3);
  }

  window(x: Shape): { kernel: number; stride: number; pads: Pads } {
    const { r } = this;
    const kernel = Math.min(r.pick([1, 2, 3, 3, 5]), x.height, x.width);
    const pad = (): number => r.int(0, Math.floor(kernel / 2));
    return {
      kernel,
      stride: r.int(1, 2),
      pads: { top: pad(), left: pad(), bottom: pad(), right: pad() },
    };
  }
}

const outputShape = (
  x: Shape,
  w: { kernel: number; stride: number; pads: Pads },
  channels: number,
): Shape => ({
  channels,
  height: windowExtent(x.height, w.pads.top, w.pads.bottom, w.kernel, w.stride),
  width: windowExtent(x.width, w.pads.left, w.pads.right, w.kernel, w.stride),
});

function convolution(b: Builder, x: QuantTensor, depthwise: boolean): QuantTensor {
  const { r } = b;
  const window = b.window(x.shape);
  const channels = depthwise ? x.shape.channels : r.pick(CHANNELS);
  const perOutput = window.kernel ** 2 * (depthwise ? 1 : x.shape.channels);
  const extreme = r.int(0, 3) === 0;
  const weights = Int8Array.from({ length: channels * perOutput }, () =>
    extreme ? r.pick([-127, 127]) : r.int(-127, 127),
  );
  const y = b.tensor(outputShape(x.shape, window, channels));
  const accumulator = 64 * 2 ** x.bits * Math.sqrt(perOutput);
  const requant = b.requant(y, channels, accumulator);
  const tabulated = r.int(0, 3) === 0 ? tableBehind(b, y) : null;
  return b.add(
    {
      ...window,
      ...(tabulated && { table: tabulated.table }),
      op: depthwise && channels > 1 ? 'depthwise' : 'conv',
      weightBits: 8,
      weights,
      bias: new Int32Array(channels),
      accBits: 32,
      requant,
    },
    [x],
    tabulated?.output ?? y,
  );
}

/** A table as the activation of a layer that makes `x`, and the tensor behind it, which takes the place of `x`. */
function tableBehind(b: Builder, x: QuantTensor) {
  b.tensors.delete(x.name);
  const output = b.tensor(x.shape);
  const { bits, signed, scale, zeroPoint } = x;
  const table = Int16Array.from({ length: 2 ** bits }, () => b.r.int(...rangeOf(output)));
  return { output, table: { function: 'silu', table, bits, signed, scale, zeroPoint } };
}

function addition(b: Builder, x: QuantTensor): QuantTensor {
  const other = convolution(b, x, true);
  const same = convolution(b, x, true);
  // Two depthwise layers of the same tensor differ in shape when their windows do.
  const second =
    sizeOf(other.shape) === sizeOf(same.shape) && other.shape.width === same.shape.width ? same : other;
  const y = b.tensor(other.shape);
  const r = b.requant(y, 2, 2 ** Math.max(other.bits, second.bits));
  const [ma, mb] = r.multipliers as unknown as [number, number];
  const { zeroPoint, min, max } = r;
  const [shift] = r.shifts;
  const limit = 2 ** 47 - 1;
  const wide = Math.round(b.r.normal() * 2 ** (shift + y.bits - 2));
  const offset = Math.max(-limit, Math.min(limit, wide));
  const op = { op: 'add', multipliers: [ma, mb], offset, shift, zeroPoint, min, max };
  return b.add(op, [other, second], y);
}

function concatenation(b: Builder, x: QuantTensor): QuantTensor {
  const { r } = b;
  const own = lookup(b, x);
  const parts = r.int(0, 1) ? [x, own] : [own, x, x];
  const like = r.int(0, 1) ? parts[0] : undefined;
  const channels = parts.reduce((sum, t) => sum + t.shape.channels, 0);
  const y = b.tensor({ ...x.shape, channels }, like);
  const tables = parts.map((t) =>
    sameFormat(t, y) ? null : Int16Array.from({ length: 2 ** t.bits }, () => r.int(...rangeOf(y))),
  );
  return b.add({ op: 'concat', tables }, parts, y);
}

/** By a gate, or by a table of the map itself. */
function multiplication(b: Builder, x: QuantTensor): QuantTensor {
  const other = b.r.int(0, 1) ? lookup(b, x) : lookup(b, mean(b, x));
  const y = b.tensor(x.shape);
  const accBits = productBits(x, other);
  const drawn = b.requant(y, 1, 2 ** accBits);
  const requant = { ...drawn, biases: Float64Array.of(0), corrections: null };
  return b.add({ op: 'product', accBits, requant }, [x, other], y);
}

function mean(b: Builder, x: QuantTensor): QuantTensor {
  const pixels = x.shape.height * x.shape.width;
  const y = b.tensor({ channels: x.shape.channels, height: 1, width: 1 });
  const requant = b.requant(y, 1, pixels * 2 ** x.bits);
  return b.add({ op: 'globalAvgPool', accBits: 32, requant }, [x], y);
}

function selection(b: Builder, x: QuantTensor): QuantTensor {
  const most = x.shape.channels - 1;
  const channels = Array.from({ length: b.r.pick(CHANNELS) }, () => b.r.int(0, most));
  return b.add({ op: 'select', channels }, [x], b.tensor({ ...x.shape, channels: channels.length }, x));
}

function lookup(b: Builder, x: QuantTensor): QuantTensor {
  const y = b.tensor(x.shape);
  const table = Int16Array.from({ length: 2 ** x.bits }, () => b.r.int(...rangeOf(y)));
  return b.add({ op: 'lookup', function: 'silu', table }, [x], y);
}

function next(b: Builder, x: QuantTensor): QuantTensor {
  switch (b.r.int(0, 10)) {
    case 0:
    case 1:
      return convolution(b, x, false);
    case 2:
    case 3:
      return convolution(b, x, true);
    case 4:
      return addition(b, x);
    case 5: {
      const window = b.window(x.shape);
      const y = b.tensor(outputShape(x.shape, window, x.shape.channels), x);
      return b.add({ op: 'maxPool', ...window }, [x], y);
    }
    case 6:
      return lookup(b, x);
    case 7:
      return concatenation(b, x);
    case 8:
      return multiplication(b, x);
    case 9:
      return selection(b, x);
    default: {
      const { channels, height, width } = x.shape;
      if (height > 8) return convolution(b, x, true);
      const [rows, columns, fill] = [b.r.int(1, 3), b.r.int(1, 3), b.r.pick(['repeat', 'zeros'])];
      const y = b.tensor({ channels, height: rows * height, width: columns * width }, x);
      return b.add({ op: 'upsample', rows, columns, fill }, [x], y);
    }
  }
}

/** Equal seeds give equal graphs; the last node is a global average pool in half of them. */
export function randomQuantGraph(seed: number, length = 6): QuantGraph {
  const r = new Prng(seed);
  const b = new Builder(r);
  let x = b.tensor({ channels: r.pick(CHANNELS), height: r.int(1, 12), width: r.int(1, 12) });
  const input = x.name;
  for (let i = 0; i < length; i++) x = next(b, x);
  if (r.int(0, 1)) x = mean(b, x);
  return {
    name: `random-${seed}`,
    input,
    outputs: [x.name],
    nodes: b.nodes,
    tensors: b.tensors,
    metadata: {},
  };
}

/** An image of the graph's input format; every fourth holds only its smallest and largest values. */
export function randomInput(graph: QuantGraph, seed: number): Int16Array {
  const r = new Prng(seed);
  const t = graph.tensors.get(graph.input) as QuantTensor;
  const [lo, hi] = rangeOf(t);
  return Int16Array.from({ length: sizeOf(t.shape) }, () =>
    seed % 4 === 0 ? r.pick([lo, hi]) : r.int(lo, hi),
  );
}
