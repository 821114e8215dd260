/**
 * Integer kernels as WebAssembly SIMD, one function per layer with all sizes as constants. Values are 16-bit, pixels in
 * raster order, channels innermost and padded to a multiple of 8, so that a vector never crosses a pixel.
 *
 * Products come in pairs: `i32x4.dot_i16x8_s` gives four outputs two products each.
 */
import type { Pads } from '../../ir/graph.js';
import { type Code, type FunctionBuilder, type Local, sequence } from './encode.js';
import { i16x8, i32, i32x4, increment, memoryCopy, repeat, v128 } from './ops.js';
import { CONSTANT_BYTES, LANES, Requantizer, type Scaling, VECTOR_BYTES } from './requantizer.js';

/** A feature map in memory. */
export interface Plane {
  readonly address: number;
  readonly height: number;
  readonly width: number;
  /** Vectors per pixel. */
  readonly vectors: number;
}

const pixelBytes = (p: Plane): number => p.vectors * VECTOR_BYTES;
const rowBytes = (p: Plane): number => p.width * pixelBytes(p);
export const planeBytes = (p: Plane): number => p.height * rowBytes(p);

const INTERLEAVE_LOW = [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23];
const INTERLEAVE_HIGH = INTERLEAVE_LOW.map((lane) => lane + 8);

/** Copies `from` into the middle of `to`, which is larger by the padding on each side. */
export function emitPadding(f: FunctionBuilder, from: Plane, to: Plane, pads: Pads): void {
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

/** Pixels that share a weight load: with two output vectors, eight accumulators fit the registers. */
const TILE = 4;

/**
 * Full convolution of a padded plane; 1x1 too. Weights are in the order
 * [output vector][kernel row][pair of inputs along the row][8 outputs][2 inputs].
 */
export function emitConvolution(
  f: FunctionBuilder,
  x: Plane,
  y: Plane,
  window: { readonly kernel: number; readonly stride: number },
  weights: number,
  scaling: Scaling,
): void {
  const { kernel, stride } = window;
  const local = () => f.local('i32');
  const [rows, tiles, vectors, steps] = [local(), local(), local(), local()];
  const [base, row, from, weight, to, constants] = [local(), local(), local(), local(), local(), local()];
  const kernelRows = local();
  const accumulators = Array.from({ length: TILE }, () => [f.local('v128'), f.local('v128')] as const);
  const [wLow, wHigh, splat] = [f.local('v128'), f.local('v128'), f.local('v128')];
  const requantizer = new Requantizer(f, scaling, constants.get);
  const step = stride * pixelBytes(x);

  /** `pixels` neighbouring outputs, all channels. */
  const tile = (pixels: number): Code => {
    const acc = accumulators.slice(0, pixels);
    const products = [0, 1, 2, 3].map((pair) =>
      sequence(
        wLow.set(v128.load(weight.get, pair * 32)),
        wHigh.set(v128.load(weight.get, pair * 32 + VECTOR_BYTES)),
        ...acc.map(([low, high], p) =>
          sequence(
            splat.set(v128.loadSplat32(from.get, p * step + pair * 4)),
            low.set(i32x4.add(low.get, i32x4.dot(splat.get, wLow.get))),
            high.set(i32x4.add(high.get, i32x4.dot(splat.get, wHigh.get))),
          ),
        ),
      ),
    );
    const results = acc.map(([low, high], p) =>
      v128.store(to.get, requantizer.eight(low, high), p * pixelBytes(y)),
    );
    return sequence(
      weight.set(i32.const(weights)),
      constants.set(i32.const(scaling.address)),
      repeat(
        vectors,
        y.vectors,
        ...acc.map(([low, high]) => sequence(low.set(v128.zero), high.set(v128.zero))),
        row.set(base.get),
        repeat(
          kernelRows,
          kernel,
          from.set(row.get),
          repeat(
            steps,
            kernel * x.vectors,
            ...products,
            increment(from, VECTOR_BYTES),
            increment(weight, LANES * VECTOR_BYTES),
          ),
          increment(row, rowBytes(x)),
        ),
        ...results,
        increment(to, VECTOR_BYTES),
        increment(constants, CONSTANT_BYTES),
      ),
      // `to` has moved on by one pixel.
      increment(to, (pixels - 1) * pixelBytes(y)),
      increment(base, pixels * step),
    );
  };
  // A 1x1 convolution sees the plane as one long row.
  const flat = kernel === 1 && stride === 1;
  const [height, width] = flat ? [1, y.height * y.width] : [y.height, y.width];
  f.emit(
    base.set(i32.const(x.address)),
    to.set(i32.const(y.address)),
    repeat(
      rows,
      height,
      repeat(tiles, Math.floor(width / TILE), tile(TILE)),
      repeat(tiles, width % TILE, tile(1)),
      increment(base, stride * rowBytes(x) - width * step),
    ),
  );
}

/** One visit to each output vector of a windowed layer: `from` is the window's top left vector. */
function eachOutput(
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
const tapOffsets = (x: Plane, kernel: number): number[] =>
  Array.from(
    { length: kernel * kernel },
    (_, t) => Math.floor(t / kernel) * rowBytes(x) + (t % kernel) * pixelBytes(x),
  );

/** Bytes of weights for eight channels of a depthwise layer. */
export const depthwiseWeightBytes = (kernel: number): number =>
  Math.ceil((kernel * kernel) / 2) * 2 * VECTOR_BYTES;

/** Depthwise convolution of a padded plane. Weights: [vector][pair of taps][8 channels][2 taps]. */
export function emitDepthwise(
  f: FunctionBuilder,
  x: Plane,
  y: Plane,
  window: { readonly kernel: number; readonly stride: number },
  weights: number,
  scaling: Scaling,
): void {
  const offsets = tapOffsets(x, window.kernel);
  const [weight, constants] = [f.local('i32'), f.local('i32')];
  const [low, high, a, b] = [f.local('v128'), f.local('v128'), f.local('v128'), f.local('v128')];
  const requantizer = new Requantizer(f, scaling, constants.get);
  const accumulate = (acc: Local, lanes: readonly number[], at: number): Code =>
    acc.set(i32x4.add(acc.get, i32x4.dot(v128.shuffle(a.get, b.get, lanes), v128.load(weight.get, at))));
  const pairs = (from: Code): Code[] =>
    Array.from({ length: Math.ceil(offsets.length / 2) }, (_, i) =>
      sequence(
        a.set(v128.load(from, offsets[2 * i])),
        // An odd last tap is paired with itself; the second weight is zero.
        b.set(v128.load(from, offsets[Math.min(2 * i + 1, offsets.length - 1)])),
        accumulate(low, INTERLEAVE_LOW, 2 * i * VECTOR_BYTES),
        accumulate(high, INTERLEAVE_HIGH, (2 * i + 1) * VECTOR_BYTES),
      ),
    );
  const body = (from: Code, to: Code): Code =>
    sequence(
      low.set(v128.zero),
      high.set(v128.zero),
      ...pairs(from),
      v128.store(to, requantizer.eight(low, high)),
      increment(weight, depthwiseWeightBytes(window.kernel)),
      increment(constants, CONSTANT_BYTES),
    );
  const restart = sequence(weight.set(i32.const(weights)), constants.set(i32.const(scaling.address)));
  f.emit(eachOutput(f, x, y, window.stride, body, restart));
}

/** Largest value under a window of a padded plane. */
export function emitMaxPool(
  f: FunctionBuilder,
  x: Plane,
  y: Plane,
  window: { readonly kernel: number; readonly stride: number },
): void {
  const largest = (from: Code): Code =>
    tapOffsets(x, window.kernel)
      .map((offset) => v128.load(from, offset))
      .reduce((a, b) => i16x8.max(a, b));
  f.emit(eachOutput(f, x, y, window.stride, (from, to) => v128.store(to, largest(from))));
}

/** Eight sums a * ma + b * mb, exact in 32 bits, then scaled like any accumulator. */
export function emitAddition(
  f: FunctionBuilder,
  a: Plane,
  b: Plane,
  y: Plane,
  multipliers: readonly [number, number],
  scaling: Scaling,
): void {
  const [pa, pb, to, count] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const [va, vb, ma, mb, low, high] = Array.from({ length: 6 }, () => f.local('v128')) as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const requantizer = new Requantizer(f, scaling, i32.const(scaling.address));
  const sum = (extend: (v: Code) => Code): Code =>
    i32x4.add(i32x4.mul(extend(va.get), ma.get), i32x4.mul(extend(vb.get), mb.get));
  f.emit(
    ma.set(i32x4.splat(i32.const(multipliers[0]))),
    mb.set(i32x4.splat(i32.const(multipliers[1]))),
    pa.set(i32.const(a.address)),
    pb.set(i32.const(b.address)),
    to.set(i32.const(y.address)),
    repeat(
      count,
      planeBytes(y) / VECTOR_BYTES,
      va.set(v128.load(pa.get)),
      vb.set(v128.load(pb.get)),
      low.set(sum(i32x4.extendLow)),
      high.set(sum(i32x4.extendHigh)),
      v128.store(to.get, requantizer.eight(low, high)),
      increment(pa, VECTOR_BYTES),
      increment(pb, VECTOR_BYTES),
      increment(to, VECTOR_BYTES),
    ),
  );
}

/** Every pixel twice in a row, every row twice. */
export function emitUpsample(f: FunctionBuilder, x: Plane, y: Plane): void {
  const local = () => f.local('i32');
  const [rows, columns, vectors, from, to] = [local(), local(), local(), local(), local()];
  const v = f.local('v128');
  f.emit(
    from.set(i32.const(x.address)),
    to.set(i32.const(y.address)),
    repeat(
      rows,
      x.height,
      repeat(
        columns,
        x.width,
        repeat(
          vectors,
          x.vectors,
          v.set(v128.load(from.get)),
          v128.store(to.get, v.get),
          v128.store(to.get, v.get, pixelBytes(y)),
          increment(from, VECTOR_BYTES),
          increment(to, VECTOR_BYTES),
        ),
        increment(to, pixelBytes(y)),
      ),
      memoryCopy(to.get, i32.sub(to.get, i32.const(rowBytes(y))), i32.const(rowBytes(y))),
      increment(to, rowBytes(y)),
    ),
  );
}

/** Sum of every channel over the plane, scaled. */
export function emitGlobalAvgPool(f: FunctionBuilder, x: Plane, y: Plane, scaling: Scaling): void {
  const [vectors, pixels, base, from, to] = Array.from({ length: 5 }, () => f.local('i32')) as [
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const [v, low, high] = [f.local('v128'), f.local('v128'), f.local('v128')];
  const requantizer = new Requantizer(f, scaling, i32.const(scaling.address));
  f.emit(
    base.set(i32.const(x.address)),
    to.set(i32.const(y.address)),
    repeat(
      vectors,
      x.vectors,
      low.set(v128.zero),
      high.set(v128.zero),
      from.set(base.get),
      repeat(
        pixels,
        x.height * x.width,
        v.set(v128.load(from.get)),
        low.set(i32x4.add(low.get, i32x4.extendLow(v.get))),
        high.set(i32x4.add(high.get, i32x4.extendHigh(v.get))),
        increment(from, pixelBytes(x)),
      ),
      v128.store(to.get, requantizer.eight(low, high)),
      increment(base, VECTOR_BYTES),
      increment(to, VECTOR_BYTES),
    ),
  );
}
