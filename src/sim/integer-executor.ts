/**
 * Integer reference: runs a quantized graph on one image, exactly as the hardware must. This is the one
 * specification that the RTL and the HLS code are compared with.
 *
 * Values are kept in Int16Array (8-bit formats of either sign fit), pixels in raster order, channels innermost.
 * Products with a multiplier stay below 2^53, so double arithmetic is exact.
 */
import { sizeOf } from '../ir/graph.js';
import {
  type QuantAdd,
  type QuantConv,
  type QuantGlobalAvgPool,
  type QuantGraph,
  type QuantMaxPool,
  type QuantNode,
  type QuantTensor,
  type Requant,
  rangeOf,
  tensorOf,
} from '../ir/quant-graph.js';

type Values = Int16Array;
type Step = () => void;

/** Runs a quantized graph, one image after the other. */
export interface Executor {
  /** Quantized input in raster order, channels innermost; returns the output tensor, to be copied before the next run. */
  run(input: ArrayLike<number>): Int16Array;
  /** A tensor's values after `run`. */
  valuesOf(name: string): Int16Array;
}

/** y = clamp(((acc * m + c) >> s) + zp); exact for |acc * m + c| < 2^53. */
export function requantize(acc: number, r: Requant, channel: number): number {
  const scaled = (acc * (r.multipliers[channel] as number) + (r.offsets[channel] as number)) / 2 ** r.shift;
  const y = Math.floor(scaled) + r.zeroPoint;
  return y < r.min ? r.min : Math.min(y, r.max);
}

/** Prepared once, run on many images; buffers are reused, so copy what you keep. */
export class IntegerExecutor implements Executor {
  private readonly values = new Map<string, Values>();
  private readonly steps: Step[];

  constructor(private readonly graph: QuantGraph) {
    for (const [name, t] of graph.tensors) this.values.set(name, new Int16Array(sizeOf(t.shape)));
    this.steps = graph.nodes.map((n) => this.prepare(n));
  }

  /** Quantized input in raster order, channels innermost; returns the output tensor's buffer. */
  run(input: ArrayLike<number>): Values {
    this.valuesOf(this.graph.input).set(input);
    for (const step of this.steps) step();
    return this.valuesOf(this.graph.output);
  }

  /** A tensor's values after `run`. */
  valuesOf(name: string): Values {
    return this.values.get(name) as Values;
  }

  private prepare(node: QuantNode): Step {
    const x = tensorOf(this.graph, node.inputs[0] as string);
    const y = tensorOf(this.graph, node.output);
    const xs = this.valuesOf(x.name);
    const ys = this.valuesOf(y.name);
    switch (node.op) {
      case 'conv':
        if (node.groups > 1) return depthwise(node, x, y, xs, ys);
        return node.kernel === 1 && node.stride === 1
          ? pointwise(node, x, y, xs, ys)
          : convolution(node, x, y, xs, ys);
      case 'add':
        return addition(node, xs, this.valuesOf(node.inputs[1] as string), ys);
      case 'upsample':
        return upsample(x, xs, ys);
      case 'maxPool':
        return maxPool(node, x, y, xs, ys);
      case 'globalAvgPool':
        return globalAvgPool(node, x, xs, ys);
    }
  }
}

/** Matrix product of pixels x inputs with inputs x outputs, four outputs at a time. */
function matrixProduct(
  rows: Int16Array,
  pixels: number,
  inputs: number,
  weights: Int16Array,
  outputs: number,
  requant: Requant,
  ys: Values,
): void {
  for (let p = 0; p < pixels; p++) {
    const base = p * inputs;
    let o = 0;
    for (; o + 4 <= outputs; o += 4) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      const w0 = o * inputs;
      const w1 = w0 + inputs;
      const w2 = w1 + inputs;
      const w3 = w2 + inputs;
      for (let i = 0; i < inputs; i++) {
        const v = rows[base + i] as number;
        a = (a + Math.imul(v, weights[w0 + i] as number)) | 0;
        b = (b + Math.imul(v, weights[w1 + i] as number)) | 0;
        c = (c + Math.imul(v, weights[w2 + i] as number)) | 0;
        d = (d + Math.imul(v, weights[w3 + i] as number)) | 0;
      }
      const at = p * outputs + o;
      ys[at] = requantize(a, requant, o);
      ys[at + 1] = requantize(b, requant, o + 1);
      ys[at + 2] = requantize(c, requant, o + 2);
      ys[at + 3] = requantize(d, requant, o + 3);
    }
    for (; o < outputs; o++) {
      let a = 0;
      for (let i = 0; i < inputs; i++) {
        a = (a + Math.imul(rows[base + i] as number, weights[o * inputs + i] as number)) | 0;
      }
      ys[p * outputs + o] = requantize(a, requant, o);
    }
  }
}

function pointwise(node: QuantConv, x: QuantTensor, y: QuantTensor, xs: Values, ys: Values): Step {
  const weights = Int16Array.from(node.weights);
  const pixels = x.shape.height * x.shape.width;
  return () => matrixProduct(xs, pixels, x.shape.channels, weights, y.shape.channels, node.requant, ys);
}

/** Full convolution: gathers each window (padding holds the zero point), then one matrix product. */
function convolution(node: QuantConv, x: QuantTensor, y: QuantTensor, xs: Values, ys: Values): Step {
  const { kernel, stride, pads } = node;
  const { channels, height, width } = x.shape;
  const inputs = kernel * kernel * channels;
  const pixels = y.shape.height * y.shape.width;
  const rows = new Int16Array(pixels * inputs);
  const weights = new Int16Array(node.weights.length);
  for (let o = 0; o < y.shape.channels; o++) {
    for (let c = 0; c < channels; c++) {
      for (let k = 0; k < kernel * kernel; k++) {
        weights[o * inputs + k * channels + c] = node.weights[
          (o * channels + c) * kernel * kernel + k
        ] as number;
      }
    }
  }
  return () => {
    let at = 0;
    for (let oy = 0; oy < y.shape.height; oy++) {
      for (let ox = 0; ox < y.shape.width; ox++) {
        for (let ky = 0; ky < kernel; ky++) {
          const iy = oy * stride - pads.top + ky;
          for (let kx = 0; kx < kernel; kx++, at += channels) {
            const ix = ox * stride - pads.left + kx;
            if (iy < 0 || iy >= height || ix < 0 || ix >= width) rows.fill(x.zeroPoint, at, at + channels);
            else {
              const from = (iy * width + ix) * channels;
              for (let c = 0; c < channels; c++) rows[at + c] = xs[from + c] as number;
            }
          }
        }
      }
    }
    matrixProduct(rows, pixels, inputs, weights, y.shape.channels, node.requant, ys);
  };
}

function depthwise(node: QuantConv, x: QuantTensor, y: QuantTensor, xs: Values, ys: Values): Step {
  const { kernel, stride, pads } = node;
  const { channels, height, width } = x.shape;
  // [tap][channel], so that the inner loop runs along channels.
  const weights = new Int16Array(node.weights.length);
  for (let c = 0; c < channels; c++) {
    for (let k = 0; k < kernel * kernel; k++) {
      weights[k * channels + c] = node.weights[c * kernel * kernel + k] as number;
    }
  }
  const acc = new Int32Array(channels);
  return () => {
    for (let oy = 0; oy < y.shape.height; oy++) {
      for (let ox = 0; ox < y.shape.width; ox++) {
        acc.fill(0);
        for (let ky = 0; ky < kernel; ky++) {
          const iy = oy * stride - pads.top + ky;
          for (let kx = 0; kx < kernel; kx++) {
            const ix = ox * stride - pads.left + kx;
            const w = (ky * kernel + kx) * channels;
            if (iy < 0 || iy >= height || ix < 0 || ix >= width) {
              for (let c = 0; c < channels; c++) acc[c] += Math.imul(x.zeroPoint, weights[w + c] as number);
            } else {
              const from = (iy * width + ix) * channels;
              for (let c = 0; c < channels; c++)
                acc[c] += Math.imul(xs[from + c] as number, weights[w + c] as number);
            }
          }
        }
        const at = (oy * y.shape.width + ox) * channels;
        for (let c = 0; c < channels; c++) ys[at + c] = requantize(acc[c] as number, node.requant, c);
      }
    }
  };
}

function addition(node: QuantAdd, as: Values, bs: Values, ys: Values): Step {
  const { multipliers, offset, shift, zeroPoint, min, max } = node;
  const [ma, mb] = multipliers;
  const divisor = 2 ** shift;
  return () => {
    for (let i = 0; i < ys.length; i++) {
      const v = Math.floor(((as[i] as number) * ma + (bs[i] as number) * mb + offset) / divisor) + zeroPoint;
      ys[i] = v < min ? min : Math.min(v, max);
    }
  };
}

function upsample(x: QuantTensor, xs: Values, ys: Values): Step {
  const { channels, height, width } = x.shape;
  return () => {
    for (let oy = 0, at = 0; oy < 2 * height; oy++) {
      for (let ox = 0; ox < 2 * width; ox++, at += channels) {
        const from = ((oy >> 1) * width + (ox >> 1)) * channels;
        for (let c = 0; c < channels; c++) ys[at + c] = xs[from + c] as number;
      }
    }
  };
}

function maxPool(node: QuantMaxPool, x: QuantTensor, y: QuantTensor, xs: Values, ys: Values): Step {
  const { kernel, stride, pads } = node;
  const { channels, height, width } = x.shape;
  const [lowest] = rangeOf(x);
  return () => {
    for (let oy = 0, at = 0; oy < y.shape.height; oy++) {
      for (let ox = 0; ox < y.shape.width; ox++, at += channels) {
        ys.fill(lowest, at, at + channels);
        for (
          let iy = Math.max(0, oy * stride - pads.top);
          iy < Math.min(height, oy * stride - pads.top + kernel);
          iy++
        ) {
          for (
            let ix = Math.max(0, ox * stride - pads.left);
            ix < Math.min(width, ox * stride - pads.left + kernel);
            ix++
          ) {
            const from = (iy * width + ix) * channels;
            for (let c = 0; c < channels; c++) {
              if ((xs[from + c] as number) > (ys[at + c] as number)) ys[at + c] = xs[from + c] as number;
            }
          }
        }
      }
    }
  };
}

function globalAvgPool(node: QuantGlobalAvgPool, x: QuantTensor, xs: Values, ys: Values): Step {
  const { channels, height, width } = x.shape;
  return () => {
    for (let c = 0; c < channels; c++) {
      let acc = 0;
      for (let p = 0; p < height * width; p++) acc += xs[p * channels + c] as number;
      ys[c] = requantize(acc, node.requant, 0);
    }
  };
}
