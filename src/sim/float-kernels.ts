/**
 * Float layers on channel-major images (C x H x W, row-major): what `float-executor.ts` runs. Convolutions are
 * matrix products of weights and image columns (`wasm/float-product.ts`); the plain loop, in blocks of 4 x 4, is for
 * hosts without WebAssembly SIMD.
 */
import { type ConvOp, type Shape, sizeOf, type WindowShape } from '../ir/graph.js';
import type { FloatLayers, WindowSize } from './wasm/float-layers.js';
import type { FloatProduct, ProductSize } from './wasm/float-product.js';

interface Padded {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
}

/** Images with a border, by shape: the border is written once, the image inside again and again. */
export type Borders = Map<string, Float32Array>;

/** The image with its border, so that windows need no bounds checks. */
function padded(w: WindowShape, s: Shape, x: Float32Array, fill: number, borders: Borders): Padded {
  const { top, left, bottom, right } = w.pads;
  if (top + left + bottom + right === 0) return { data: x, height: s.height, width: s.width };
  const height = s.height + top + bottom;
  const width = s.width + left + right;
  const key = [s.channels, s.height, s.width, top, left, bottom, right, fill].join();
  const data = borders.get(key) ?? new Float32Array(s.channels * height * width).fill(fill);
  borders.set(key, data);
  let from = 0;
  for (let c = 0; c < s.channels; c++) {
    let to = (c * height + top) * width + left;
    // Rows are short: a loop takes less than a call.
    for (let y = 0; y < s.height; y++, to += width) {
      for (let i = 0; i < s.width; i++) data[to + i] = x[from++] as number;
    }
  }
  return { data, height, width };
}

/** Row (channel, ky, kx) holds that tap for every output pixel: [channels * k * k][pixels]. */
function columnsOf(w: WindowShape, s: Shape, x: Float32Array, out: Shape, borders: Borders): Float32Array {
  const { kernel: k, stride } = w;
  const p = padded(w, s, x, 0, borders);
  const columns = new Float32Array(s.channels * k * k * out.height * out.width);
  let at = 0;
  for (let row = 0; row < s.channels * k * k; row++) {
    const base = (Math.floor(row / (k * k)) * p.height + (Math.floor(row / k) % k)) * p.width + (row % k);
    for (let y = 0; y < out.height; y++) {
      for (let ox = 0; ox < out.width; ox++)
        columns[at++] = p.data[base + y * stride * p.width + ox * stride] as number;
    }
  }
  return columns;
}

/** y[o][p] += sum over i of w[o][i] * x[i][p], for one output row from input row `i` on. */
function productRow(
  w: Float32Array,
  x: Float32Array,
  y: Float32Array,
  o: number,
  i: number,
  inputs: number,
  pixels: number,
): void {
  for (; i < inputs; i++) {
    const factor = w[o * inputs + i] as number;
    for (let p = 0; p < pixels; p++) (y[o * pixels + p] as number) += factor * (x[i * pixels + p] as number);
  }
}

/** y[outputs][pixels] += w[outputs][inputs] * x[inputs][pixels]. */
function matrixProduct(
  w: Float32Array,
  x: Float32Array,
  y: Float32Array,
  outputs: number,
  inputs: number,
  pixels: number,
): void {
  const [wholeOutputs, wholeInputs] = [outputs & ~3, inputs & ~3];
  for (let o = 0; o < wholeOutputs; o += 4) {
    const y0 = o * pixels;
    const [y1, y2, y3] = [y0 + pixels, y0 + 2 * pixels, y0 + 3 * pixels];
    for (let i = 0; i < wholeInputs; i += 4) {
      const x0 = i * pixels;
      const [x1, x2, x3] = [x0 + pixels, x0 + 2 * pixels, x0 + 3 * pixels];
      const r0 = o * inputs + i;
      const [r1, r2, r3] = [r0 + inputs, r0 + 2 * inputs, r0 + 3 * inputs];
      const a0 = w[r0] as number,
        a1 = w[r0 + 1] as number,
        a2 = w[r0 + 2] as number,
        a3 = w[r0 + 3] as number;
      const b0 = w[r1] as number,
        b1 = w[r1 + 1] as number,
        b2 = w[r1 + 2] as number,
        b3 = w[r1 + 3] as number;
      const c0 = w[r2] as number,
        c1 = w[r2 + 1] as number,
        c2 = w[r2 + 2] as number,
        c3 = w[r2 + 3] as number;
      const d0 = w[r3] as number,
        d1 = w[r3 + 1] as number,
        d2 = w[r3 + 2] as number,
        d3 = w[r3 + 3] as number;
      for (let p = 0; p < pixels; p++) {
        const v0 = x[x0 + p] as number,
          v1 = x[x1 + p] as number,
          v2 = x[x2 + p] as number,
          v3 = x[x3 + p] as number;
        (y[y0 + p] as number) += a0 * v0 + a1 * v1 + a2 * v2 + a3 * v3;
        (y[y1 + p] as number) += b0 * v0 + b1 * v1 + b2 * v2 + b3 * v3;
        (y[y2 + p] as number) += c0 * v0 + c1 * v1 + c2 * v2 + c3 * v3;
        (y[y3 + p] as number) += d0 * v0 + d1 * v1 + d2 * v2 + d3 * v3;
      }
    }
    for (let r = o; r < o + 4; r++) productRow(w, x, y, r, wholeInputs, inputs, pixels);
  }
  for (let o = wholeOutputs; o < outputs; o++) productRow(w, x, y, o, 0, inputs, pixels);
}

/** One output channel per input channel. */
function depthwise(
  op: ConvOp,
  s: Shape,
  x: Float32Array,
  out: Shape,
  y: Float32Array,
  borders: Borders,
): void {
  const { kernel: k, weights } = op;
  const p = padded(op, s, x, 0, borders);
  for (let c = 0; c < s.channels; c++) {
    for (let oy = 0; oy < out.height; oy++) {
      const to = (c * out.height + oy) * out.width;
      for (let tap = 0; tap < k * k; tap++) {
        const factor = weights[c * k * k + tap] as number;
        let from = (c * p.height + oy * op.stride + Math.floor(tap / k)) * p.width + (tap % k);
        for (let ox = 0; ox < out.width; ox++, from += op.stride)
          (y[to + ox] as number) += factor * (p.data[from] as number);
      }
    }
  }
}

/** The usual window: nine taps at once. Every row of taps is a sum of its own, rounded like what is stored. */
function depthwise3(op: ConvOp, p: Padded, channels: number, out: Shape, y: Float32Array): void {
  const { stride, weights, bias } = op;
  const { data, width } = p;
  for (let c = 0; c < channels; c++) {
    const [w0, w1, w2, w3, w4, w5, w6, w7, w8] = weights.subarray(9 * c, 9 * c + 9) as unknown as Nine;
    const first = bias ? (bias[c] as number) : 0;
    for (let oy = 0; oy < out.height; oy++) {
      const to = (c * out.height + oy) * out.width;
      let a = (c * p.height + oy * stride) * width;
      for (let ox = 0; ox < out.width; ox++, a += stride) {
        const b = a + width;
        const d = b + width;
        let sum = first;
        sum = Math.fround(
          sum + (w0 * (data[a] as number) + w1 * (data[a + 1] as number) + w2 * (data[a + 2] as number)),
        );
        sum = Math.fround(
          sum + (w3 * (data[b] as number) + w4 * (data[b + 1] as number) + w5 * (data[b + 2] as number)),
        );
        y[to + ox] =
          sum + (w6 * (data[d] as number) + w7 * (data[d + 1] as number) + w8 * (data[d + 2] as number));
      }
    }
  }
}

type Nine = readonly [number, number, number, number, number, number, number, number, number];

/** The padded image of a 3x3 depthwise convolution, and its output. */
export const windowSize = (op: ConvOp, s: Shape, out: Shape): WindowSize => ({
  channels: s.channels,
  height: s.height + op.pads.top + op.pads.bottom,
  width: s.width + op.pads.left + op.pads.right,
  outHeight: out.height,
  outWidth: out.width,
  stride: op.stride,
});

/** Whether `FloatLayers` may be asked for it. */
export const isWindow3 = (op: ConvOp): boolean => op.groups > 1 && op.kernel === 3;

/** The matrix product that a dense convolution is. */
export const productSize = (op: ConvOp, s: Shape, out: Shape): ProductSize => ({
  outputs: op.outChannels,
  inputs: s.channels * op.kernel * op.kernel,
  pixels: out.height * out.width,
});

/** What runs layers; without WebAssembly plain loops do the same. */
export interface FloatKit {
  readonly product: FloatProduct | null;
  readonly layers: FloatLayers | null;
  readonly borders: Borders;
}

/** `y` is overwritten. */
export function convolve(
  op: ConvOp,
  s: Shape,
  x: Float32Array,
  out: Shape,
  y: Float32Array,
  { product, layers, borders }: FloatKit,
): void {
  const size = productSize(op, s, out);
  const { inputs, pixels } = size;
  const isPlain = op.kernel === 1 && op.stride === 1 && sizeOf(s) === s.channels * pixels;
  const columns = op.groups > 1 || isPlain ? x : columnsOf(op, s, x, out, borders);
  if (op.groups === 1 && product) return product.multiply(size, op.weights, op.bias, columns, y);
  if (isWindow3(op)) {
    const p = padded(op, s, x, 0, borders);
    if (layers?.windows(windowSize(op, s, out), op.weights, op.bias, p.data, y)) return;
    return depthwise3(op, p, s.channels, out, y);
  }
  for (let o = 0; o < op.outChannels; o++)
    y.fill(op.bias ? (op.bias[o] as number) : 0, o * pixels, (o + 1) * pixels);
  if (op.groups > 1) return depthwise(op, s, x, out, y, borders);
  matrixProduct(op.weights, columns, y, op.outChannels, inputs, pixels);
}

/** Values below `min` become `min`, those above `max` become `max`. */
export function clampTo(min: number, max: number, x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < y.length; i++) {
    let v = x[i] as number;
    if (v < min) v = min;
    if (v > max) v = max;
    y[i] = v;
  }
}

/** Maximum of the window, or its mean with padding counted as zeros; `y` is overwritten. */
export function pool(
  op: WindowShape & { readonly op: 'maxPool' | 'avgPool' },
  s: Shape,
  x: Float32Array,
  out: Shape,
  y: Float32Array,
  borders: Borders,
): void {
  const isMax = op.op === 'maxPool';
  const p = padded(op, s, x, isMax ? Number.NEGATIVE_INFINITY : 0, borders);
  const { kernel: k, stride } = op;
  for (let i = 0; i < sizeOf(out); i++) {
    const ox = i % out.width;
    const oy = Math.floor(i / out.width) % out.height;
    const c = Math.floor(i / (out.width * out.height));
    const base = (c * p.height + oy * stride) * p.width + ox * stride;
    let result = isMax ? Number.NEGATIVE_INFINITY : 0;
    for (let tap = 0; tap < k * k; tap++) {
      const v = p.data[base + Math.floor(tap / k) * p.width + (tap % k)] as number;
      result = isMax ? Math.max(result, v) : result + v;
    }
    y[i] = isMax ? result : result / (k * k);
  }
}

/** Each pixel becomes factor x factor pixels. */
export function upsampleNearest(factor: number, s: Shape, x: Float32Array, y: Float32Array): void {
  const width = s.width * factor;
  for (let row = 0; row < s.channels * s.height; row++) {
    const to = row * factor * width;
    for (let ox = 0; ox < width; ox++) y[to + ox] = x[row * s.width + Math.floor(ox / factor)] as number;
    for (let copy = 1; copy < factor; copy++) y.copyWithin(to + copy * width, to, to + width);
  }
}

/** Mean over each channel's pixels. */
export function globalMean(s: Shape, x: Float32Array, y: Float32Array): void {
  const pixels = s.height * s.width;
  for (let c = 0; c < s.channels; c++) {
    let sum = 0;
    for (let p = 0; p < pixels; p++) sum += x[c * pixels + p] as number;
    y[c] = sum / pixels;
  }
}
