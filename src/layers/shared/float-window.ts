/** Float pooling: one visit to each window of a channel-major image. */
import { sizeOf, type WindowShape } from '../../ir/graph.js';
import { type FloatKit, type FloatTensor, padded } from './float-kit.js';

/**
 * @param fill what padding holds, and what a window starts with
 * @param take takes a tap into the result
 * @param finish of a whole window
 */
export function poolWindows(
  w: WindowShape,
  x: FloatTensor,
  out: FloatTensor,
  kit: FloatKit,
  fill: number,
  take: (result: number, tap: number) => number,
  finish: (result: number) => number,
): void {
  const p = padded(w, x, fill, kit);
  const { kernel: k, stride } = w;
  const { height, width } = out.shape;
  for (let i = 0; i < sizeOf(out.shape); i++) {
    const ox = i % width;
    const oy = Math.floor(i / width) % height;
    const c = Math.floor(i / (width * height));
    const base = (c * p.height + oy * stride) * p.width + ox * stride;
    let result = fill;
    for (let tap = 0; tap < k * k; tap++)
      result = take(result, p.data[base + Math.floor(tap / k) * p.width + (tap % k)]);
    out.values[i] = finish(result);
  }
}
