/**
 * What the fast twins of integer layers are generated with: where feature maps and constants lie, and the back end of
 * every kernel (`sim/wasm/requantizer.ts`). Values are 16-bit, pixels in raster order, channels innermost and padded to a
 * multiple of 8, so that a vector never crosses a pixel.
 */
import type { Pads } from '../../ir/graph.js';
import type { Requant } from '../../ir/quant-graph.js';
import { type Code, type FunctionBuilder, sequence } from '../../sim/wasm/encode.js';
import type { MemoryPlan } from '../../sim/wasm/memory-plan.js';
import { i32, increment, memoryCopy, repeat } from '../../sim/wasm/ops.js';
import {
  constantBytes,
  LANES,
  roundsByAddition,
  type Scale,
  type Scaling,
  scalingConstants,
  VECTOR_BYTES,
} from '../../sim/wasm/requantizer.js';

/** A feature map in memory. */
export interface Plane {
  readonly address: number;
  readonly height: number;
  readonly width: number;
  /** Vectors per pixel. */
  readonly vectors: number;
}

export const vectorsOf = (channels: number): number => Math.ceil(channels / LANES);
export const pixelBytes = (p: Plane): number => p.vectors * VECTOR_BYTES;
export const rowBytes = (p: Plane): number => p.width * pixelBytes(p);
export const planeBytes = (p: Plane): number => p.height * rowBytes(p);

/** Largest absolute value of a signed accumulator. */
export const boundOf = (accBits: number): number => 2 ** (accBits - 1);

/** Copies `from` into the middle of `to`, which is larger by the padding on each side. */
function emitPadding(f: FunctionBuilder, from: Plane, to: Plane, pads: Pads): void {
  const [rows, source, target] = [f.local('i32'), f.local('i32'), f.local('i32')];
  f.emit(
    source.set(i32.const(from.address)),
    target.set(i32.const(to.address + pads.top * rowBytes(to) + pads.left * pixelBytes(to))),
    repeat(
      rows,
      from.height,
      memoryCopy(target.get, source.get, i32.const(rowBytes(from))),
      increment(source, rowBytes(from)),
      increment(target, rowBytes(to)),
    ),
  );
}

/** The kit of one layer: its function, its planes and the memory that all layers share. */
export class SimdKit {
  constructor(
    readonly f: FunctionBuilder,
    readonly inputs: readonly Plane[],
    readonly output: Plane,
    private readonly memory: MemoryPlan,
  ) {}

  /** Constants in memory. */
  place(data: Int16Array | Int32Array | Float64Array): number {
    return this.memory.place(data);
  }

  /** The first input with a border, filled on every run; the plane itself where none is needed. */
  padded(pads: Pads, value: number): Plane {
    const [plane] = this.inputs;
    if (pads.top + pads.left + pads.bottom + pads.right === 0) return plane;
    const height = plane.height + pads.top + pads.bottom;
    const width = plane.width + pads.left + pads.right;
    const border = new Int16Array(height * width * plane.vectors * LANES).fill(value);
    const larger = { address: this.place(border), height, width, vectors: plane.vectors };
    emitPadding(this.f, plane, larger, pads);
    return larger;
  }

  /** @param bound largest |accumulator| */
  scaling(r: Scale & Pick<Requant, 'zeroPoint' | 'min' | 'max'>, channels: number, bound: number): Scaling {
    const { zeroPoint, min, max } = r;
    const byAddition = roundsByAddition(r, bound);
    const address = this.place(scalingConstants(r, channels, byAddition));
    const bySign = r.corrections !== null;
    return { address, bySign, bytes: constantBytes(r), zeroPoint, min, max, byAddition };
  }
}

/** One visit to each output vector of a windowed layer: `from` is the window's top left vector. */
export function eachOutput(
  f: FunctionBuilder,
  x: Plane,
  y: Plane,
  stride: number,
  body: (from: Code, to: Code) => Code,
  perPixel: Code = [],
): Code {
  const local = () => f.local('i32');
  const [rows, columns, vectors, from, to] = [local(), local(), local(), local(), local()];
  return sequence(
    from.set(i32.const(x.address)),
    to.set(i32.const(y.address)),
    repeat(
      rows,
      y.height,
      repeat(
        columns,
        y.width,
        perPixel,
        repeat(
          vectors,
          y.vectors,
          body(from.get, to.get),
          increment(from, VECTOR_BYTES),
          increment(to, VECTOR_BYTES),
        ),
        increment(from, (stride - 1) * pixelBytes(x)),
      ),
      increment(from, stride * rowBytes(x) - y.width * stride * pixelBytes(x)),
    ),
  );
}

/** Byte offset of every tap of a window, in raster order. */
export const tapOffsets = (x: Plane, kernel: number): number[] =>
  Array.from(
    { length: kernel * kernel },
    (_, t) => Math.floor(t / kernel) * rowBytes(x) + (t % kernel) * pixelBytes(x),
  );
