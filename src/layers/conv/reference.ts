/** Exact integers of a convolution: gathers each window (padding holds the zero point), then one matrix product. */

import { requantize } from '../../arithmetic/requantize.js';
import type { LayerTensors, Requant } from '../../ir/quant-graph.js';
import type { IntegerRun } from '../layer-kind.js';
import { pixelsOf } from '../shared/lanes.js';
import { needsWindow } from '../shared/window.js';
import type { QuantConv } from './types.js';

/** Matrix product of pixels x inputs with inputs x outputs, four outputs at a time. */
function matrixProduct(
  rows: Int16Array,
  pixels: number,
  inputs: number,
  weights: Int16Array,
  outputs: number,
  requant: Requant,
  ys: Int16Array,
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
        const v = rows[base + i];
        a = (a + Math.imul(v, weights[w0 + i])) | 0;
        b = (b + Math.imul(v, weights[w1 + i])) | 0;
        c = (c + Math.imul(v, weights[w2 + i])) | 0;
        d = (d + Math.imul(v, weights[w3 + i])) | 0;
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
        a = (a + Math.imul(rows[base + i], weights[o * inputs + i])) | 0;
      }
      ys[p * outputs + o] = requantize(a, requant, o);
    }
  }
}

function pointwise(node: QuantConv, { inputs: [x], output: y }: LayerTensors): IntegerRun {
  const weights = Int16Array.from(node.weights);
  const pixels = pixelsOf(x);
  return ([xs], ys) =>
    matrixProduct(xs, pixels, x.shape.channels, weights, y.shape.channels, node.requant, ys);
}

function convolution(node: QuantConv, { inputs: [x], output: y }: LayerTensors): IntegerRun {
  const { kernel, stride, pads } = node;
  const { channels, height, width } = x.shape;
  const inputs = kernel * kernel * channels;
  const pixels = pixelsOf(y);
  const rows = new Int16Array(pixels * inputs);
  const weights = new Int16Array(node.weights.length);
  for (let o = 0; o < y.shape.channels; o++) {
    for (let c = 0; c < channels; c++) {
      for (let k = 0; k < kernel * kernel; k++) {
        weights[o * inputs + k * channels + c] = node.weights[(o * channels + c) * kernel * kernel + k];
      }
    }
  }
  return ([xs], ys) => {
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
              for (let c = 0; c < channels; c++) rows[at + c] = xs[from + c];
            }
          }
        }
      }
    }
    matrixProduct(rows, pixels, inputs, weights, y.shape.channels, node.requant, ys);
  };
}

export const reference = (node: QuantConv, tensors: LayerTensors): IntegerRun =>
  needsWindow(node) ? convolution(node, tensors) : pointwise(node, tensors);
