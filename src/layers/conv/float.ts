/**
 * Convolution in single precision: a matrix product of weights and image columns (`sim/wasm/float-product.ts`); the
 * plain loop, in blocks of 4 x 4, is for hosts without WebAssembly SIMD.
 */
import { type Shape, sizeOf, type WindowShape } from '../../ir/graph.js';
import type { ProductSize } from '../../sim/wasm/float-product.js';
import { type FloatKit, type FloatTensor, padded } from '../shared/float-kit.js';
import type { ConvOp } from './types.js';

/** Row (channel, ky, kx) holds that tap for every output pixel: [channels * k * k][pixels]. */
function columnsOf(w: WindowShape, x: FloatTensor, out: Shape, kit: FloatKit): Float32Array {
  const { kernel: k, stride } = w;
  const p = padded(w, x, 0, kit);
  const columns = new Float32Array(x.shape.channels * k * k * out.height * out.width);
  let at = 0;
  for (let row = 0; row < x.shape.channels * k * k; row++) {
    const base = (Math.floor(row / (k * k)) * p.height + (Math.floor(row / k) % k)) * p.width + (row % k);
    for (let y = 0; y < out.height; y++) {
      for (let ox = 0; ox < out.width; ox++)
        columns[at++] = p.data[base + y * stride * p.width + ox * stride];
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
    const factor = w[o * inputs + i];
    for (let p = 0; p < pixels; p++) y[o * pixels + p] += factor * x[i * pixels + p];
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
      const a0 = w[r0],
        a1 = w[r0 + 1],
        a2 = w[r0 + 2],
        a3 = w[r0 + 3];
      const b0 = w[r1],
        b1 = w[r1 + 1],
        b2 = w[r1 + 2],
        b3 = w[r1 + 3];
      const c0 = w[r2],
        c1 = w[r2 + 1],
        c2 = w[r2 + 2],
        c3 = w[r2 + 3];
      const d0 = w[r3],
        d1 = w[r3 + 1],
        d2 = w[r3 + 2],
        d3 = w[r3 + 3];
      for (let p = 0; p < pixels; p++) {
        const v0 = x[x0 + p],
          v1 = x[x1 + p],
          v2 = x[x2 + p],
          v3 = x[x3 + p];
        y[y0 + p] += a0 * v0 + a1 * v1 + a2 * v2 + a3 * v3;
        y[y1 + p] += b0 * v0 + b1 * v1 + b2 * v2 + b3 * v3;
        y[y2 + p] += c0 * v0 + c1 * v1 + c2 * v2 + c3 * v3;
        y[y3 + p] += d0 * v0 + d1 * v1 + d2 * v2 + d3 * v3;
      }
    }
    for (let r = o; r < o + 4; r++) productRow(w, x, y, r, wholeInputs, inputs, pixels);
  }
  for (let o = wholeOutputs; o < outputs; o++) productRow(w, x, y, o, 0, inputs, pixels);
}

/** The matrix product that it is. */
export const productSize = (op: ConvOp, x: Shape, out: Shape): ProductSize => ({
  outputs: op.outChannels,
  inputs: x.channels * op.kernel * op.kernel,
  pixels: out.height * out.width,
});

export function run(op: ConvOp, [x]: readonly FloatTensor[], out: FloatTensor, kit: FloatKit): void {
  const size = productSize(op, x.shape, out.shape);
  const { inputs, pixels } = size;
  const isPlain = op.kernel === 1 && op.stride === 1 && sizeOf(x.shape) === x.shape.channels * pixels;
  const columns = isPlain ? x.values : columnsOf(op, x, out.shape, kit);
  const y = out.values;
  if (kit.product) return kit.product.multiply(size, op.weights, op.bias, columns, y);
  for (let o = 0; o < op.outChannels; o++) y.fill(op.bias ? op.bias[o] : 0, o * pixels, (o + 1) * pixels);
  matrixProduct(op.weights, columns, y, op.outChannels, inputs, pixels);
}
