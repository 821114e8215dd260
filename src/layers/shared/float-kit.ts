/**
 * What float layers run on: WebAssembly where the host has it, buffers with a border. Images are channel-major
 * (C x H x W, row-major).
 */
import type { Shape, WindowShape } from '../../ir/graph.js';
import { FloatLayers, type WindowSize } from '../../sim/wasm/float-layers.js';
import { FloatProduct, type ProductSize } from '../../sim/wasm/float-product.js';

export interface FloatTensor {
  readonly shape: Shape;
  readonly values: Float32Array;
}

/** What a layer will ask of the kit. */
export interface FloatRoom {
  readonly product?: ProductSize;
  readonly window?: WindowSize;
  /** Values that it clamps. */
  readonly clamped?: number;
}

/** Images with a border, by shape: the border is written once, the image inside again and again. */
type Borders = Map<string, Float32Array>;

/** Without WebAssembly plain loops do the same. */
export interface FloatKit {
  readonly product: FloatProduct | null;
  readonly layers: FloatLayers | null;
  readonly borders: Borders;
}

/** A kit with room for each of these layers. */
export function floatKit(rooms: readonly FloatRoom[], useSimd: boolean): FloatKit {
  const all = <K extends keyof FloatRoom>(key: K) =>
    rooms.flatMap((r) => (r[key] === undefined ? [] : [r[key] as NonNullable<FloatRoom[K]>]));
  return {
    product: useSimd ? new FloatProduct(all('product')) : null,
    layers: useSimd ? new FloatLayers(all('window'), all('clamped')) : null,
    borders: new Map(),
  };
}

export interface Padded {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
}

/** The image with its border, so that windows need no bounds checks. */
export function padded(w: WindowShape, x: FloatTensor, fill: number, { borders }: FloatKit): Padded {
  const { top, left, bottom, right } = w.pads;
  const s = x.shape;
  if (top + left + bottom + right === 0) return { data: x.values, height: s.height, width: s.width };
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
      for (let i = 0; i < s.width; i++) data[to + i] = x.values[from++];
    }
  }
  return { data, height, width };
}
