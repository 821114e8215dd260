/**
 * Float layers on channel-major images (C x H x W, row-major): what `float-executor.ts` runs. Convolutions are
 * matrix products of weights and image columns (`wasm/float-product.ts`); the plain loop, in blocks of 4 x 4, is for
 * hosts without WebAssembly SIMD.
 */
import { type ConvOp, type Shape, sizeOf, type WindowShape } from '../ir/graph.js';
import type { FloatProduct, ProductSize } from './wasm/float-product.js';

/** The image with its zero border, so that windows need no bounds checks. */
function padded(
  w: WindowShape,
  s: Shape,
  x: Float32Array,
  fill: number,
): { data: Float32Array; height: number; width: number } {
  const { top, left, bottom, right } = w.pads;
  if (top + left + bottom + right === 0) return { data: x, height: s.height, width: s.width };
  const height = s.height + top + bottom;
  const width = s.width + left + right;
  const data = new Float32Array(s.channels * height * width).fill(fill);
  for (let c = 0; c < s.channels; c++) {
    for (let y = 0; y < s.height; y++) {
      const from = (c * s.height + y) * s.width;
      data.set(x.subarray(from, from + s.width), (c * height + y + top) * width + left);
    }
  }
  return { data, height, width };
}

/** Row (channel, ky, kx) holds that tap for every output pixel: [channels * k * k][pixels]. */
function columnsOf(w: WindowShape, s: Shape, x: Float32Array, out: Shape): Float32Array {
  const { kernel: k, stride } = w;
  const p = padded(w, s, x, 0);
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

/** One output channel per input channel: row by row, three neighbouring taps in one pass. */
function depthwise(op: ConvOp, s: Shape, x: Float32Array, out: Shape, y: Float32Array): void {
  const { kernel: k, stride, weights } = op;
  const { data, height, width } = padded(op, s, x, 0);
  for (let c = 0; c < s.channels; c++) {
    for (let oy = 0; oy < out.height; oy++) {
      const to = (c * out.height + oy) * out.width;
      for (let ky = 0; ky < k; ky++) {
        const row = (c * height + oy * stride + ky) * width;
        const tap = (c * k + ky) * k;
        let kx = 0;
        for (; kx + 3 <= k; kx += 3) {
          const [w0, w1, w2] = [
            weights[tap + kx] as number,
            weights[tap + kx + 1] as number,
            weights[tap + kx + 2] as number,
          ];
          for (let ox = 0, from = row + kx; ox < out.width; ox++, from += stride) {
            (y[to + ox] as number) +=
              w0 * (data[from] as number) + w1 * (data[from + 1] as number) + w2 * (data[from + 2] as number);
          }
        }
        for (; kx < k; kx++) {
          const factor = weights[tap + kx] as number;
          for (let ox = 0, from = row + kx; ox < out.width; ox++, from += stride)
            (y[to + ox] as number) += factor * (data[from] as number);
        }
      }
    }
  }
}

/** The matrix product that a dense convolution is. */
export const productSize = (op: ConvOp, s: Shape, out: Shape): ProductSize => ({
  outputs: op.outChannels,
  inputs: s.channels * op.kernel * op.kernel,
  pixels: out.height * out.width,
});

/** `y` is overwritten. Without a `product` (no WebAssembly) a plain loop does the same. */
export function convolve(
  op: ConvOp,
  s: Shape,
  x: Float32Array,
  out: Shape,
  y: Float32Array,
  product: FloatProduct | null,
): void {
  const size = productSize(op, s, out);
  const { inputs, pixels } = size;
  const isPlain = op.kernel === 1 && op.stride === 1 && sizeOf(s) === s.channels * pixels;
  const columns = op.groups > 1 || isPlain ? x : columnsOf(op, s, x, out);
  if (op.groups === 1 && product) return product.multiply(size, op.weights, op.bias, columns, y);
  for (let o = 0; o < op.outChannels; o++)
    y.fill(op.bias ? (op.bias[o] as number) : 0, o * pixels, (o + 1) * pixels);
  if (op.groups > 1) return depthwise(op, s, x, out, y);
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
): void {
  const isMax = op.op === 'maxPool';
  const p = padded(op, s, x, isMax ? Number.NEGATIVE_INFINITY : 0);
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
