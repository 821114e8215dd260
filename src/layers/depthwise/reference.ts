/** Exact integers of a depthwise convolution; padding holds the zero point. */

import { requantize } from '../../arithmetic/requantize.js';
import type { LayerTensors } from '../../ir/quant-graph.js';
import type { IntegerRun } from '../layer-kind.js';
import type { QuantDepthwise } from './types.js';

export function reference(node: QuantDepthwise, { inputs: [x], output: y }: LayerTensors): IntegerRun {
  const { kernel, stride, pads } = node;
  const { channels, height, width } = x.shape;
  // [tap][channel], so that the inner loop runs along channels.
  const weights = new Int16Array(node.weights.length);
  for (let c = 0; c < channels; c++) {
    for (let k = 0; k < kernel * kernel; k++) {
      weights[k * channels + c] = node.weights[c * kernel * kernel + k];
    }
  }
  const acc = new Int32Array(channels);
  return ([xs], ys) => {
    for (let oy = 0; oy < y.shape.height; oy++) {
      for (let ox = 0; ox < y.shape.width; ox++) {
        acc.fill(0);
        for (let ky = 0; ky < kernel; ky++) {
          const iy = oy * stride - pads.top + ky;
          for (let kx = 0; kx < kernel; kx++) {
            const ix = ox * stride - pads.left + kx;
            const w = (ky * kernel + kx) * channels;
            if (iy < 0 || iy >= height || ix < 0 || ix >= width) {
              for (let c = 0; c < channels; c++) acc[c] += Math.imul(x.zeroPoint, weights[w + c]);
            } else {
              const from = (iy * width + ix) * channels;
              for (let c = 0; c < channels; c++) acc[c] += Math.imul(xs[from + c], weights[w + c]);
            }
          }
        }
        const at = (oy * y.shape.width + ox) * channels;
        for (let c = 0; c < channels; c++) ys[at + c] = requantize(acc[c], node.requant, c);
      }
    }
  };
}
