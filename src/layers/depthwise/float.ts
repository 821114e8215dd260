/** Depthwise convolution in single precision, with WebAssembly for the usual window of 3x3. */
import type { Shape } from '../../ir/graph.js';
import type { WindowSize } from '../../sim/wasm/float-layers.js';
import { type FloatKit, type FloatTensor, type Padded, padded } from '../shared/float-kit.js';
import type { DepthwiseOp } from './types.js';

function plain(op: DepthwiseOp, x: FloatTensor, { shape: out, values: y }: FloatTensor, kit: FloatKit): void {
  const { kernel: k, weights } = op;
  const p = padded(op, x, 0, kit);
  for (let c = 0; c < out.channels; c++) {
    for (let oy = 0; oy < out.height; oy++) {
      const to = (c * out.height + oy) * out.width;
      for (let tap = 0; tap < k * k; tap++) {
        const factor = weights[c * k * k + tap];
        let from = (c * p.height + oy * op.stride + Math.floor(tap / k)) * p.width + (tap % k);
        for (let ox = 0; ox < out.width; ox++, from += op.stride) y[to + ox] += factor * p.data[from];
      }
    }
  }
}

/** The usual window: nine taps at once. Every row of taps is a sum of its own, rounded like what is stored. */
function nineTaps(op: DepthwiseOp, p: Padded, { shape: out, values: y }: FloatTensor): void {
  const { stride, weights, bias } = op;
  const { data, width } = p;
  for (let c = 0; c < out.channels; c++) {
    const [w0, w1, w2, w3, w4, w5, w6, w7, w8] = weights.subarray(9 * c, 9 * c + 9) as unknown as Nine;
    const first = bias ? bias[c] : 0;
    for (let oy = 0; oy < out.height; oy++) {
      const to = (c * out.height + oy) * out.width;
      let a = (c * p.height + oy * stride) * width;
      for (let ox = 0; ox < out.width; ox++, a += stride) {
        const b = a + width;
        const d = b + width;
        let sum = first;
        sum = Math.fround(sum + (w0 * data[a] + w1 * data[a + 1] + w2 * data[a + 2]));
        sum = Math.fround(sum + (w3 * data[b] + w4 * data[b + 1] + w5 * data[b + 2]));
        y[to + ox] = sum + (w6 * data[d] + w7 * data[d + 1] + w8 * data[d + 2]);
      }
    }
  }
}

type Nine = readonly [number, number, number, number, number, number, number, number, number];

/** The padded image of a 3x3 depthwise convolution, and its output. */
export const windowSize = (op: DepthwiseOp, s: Shape, out: Shape): WindowSize => ({
  channels: s.channels,
  height: s.height + op.pads.top + op.pads.bottom,
  width: s.width + op.pads.left + op.pads.right,
  outHeight: out.height,
  outWidth: out.width,
  stride: op.stride,
});

export function run(op: DepthwiseOp, [x]: readonly FloatTensor[], out: FloatTensor, kit: FloatKit): void {
  const y = out.values;
  if (op.kernel === 3) {
    const p = padded(op, x, 0, kit);
    if (kit.layers?.windows(windowSize(op, x.shape, out.shape), op.weights, op.bias, p.data, y)) return;
    return nineTaps(op, p, out);
  }
  const pixels = out.shape.height * out.shape.width;
  for (let c = 0; c < out.shape.channels; c++) y.fill(op.bias ? op.bias[c] : 0, c * pixels, (c + 1) * pixels);
  plain(op, x, out, kit);
}
