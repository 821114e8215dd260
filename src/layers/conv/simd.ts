/**
 * Convolution as WebAssembly SIMD, one function per layer with all sizes as constants. Products come in pairs:
 * `i32x4.dot_i16x8_s` gives four outputs two products each.
 */
import type { WindowShape } from '../../ir/graph.js';
import type { LayerTensors } from '../../ir/quant-graph.js';
import { type Code, type FunctionBuilder, sequence } from '../../sim/wasm/encode.js';
import { i32, i32x4, increment, repeat, v128 } from '../../sim/wasm/ops.js';
import { LANES, Requantizer, type Scaling, VECTOR_BYTES } from '../../sim/wasm/requantizer.js';
import { boundOf, type Plane, pixelBytes, rowBytes, type SimdKit, vectorsOf } from '../shared/simd-kit.js';
import type { QuantConv } from './types.js';

/** [output vector][kernel row][pair of inputs along the row][8 outputs][2 inputs], see `emitConvolution`. */
function convolutionWeights(node: QuantConv, { inputs: [x], output: y }: LayerTensors): Int16Array {
  const { kernel, weights } = node;
  const inputs = x.shape.channels;
  const padded = vectorsOf(inputs) * LANES;
  const rowPairs = (kernel * padded) / 2;
  const ordered = new Int16Array(vectorsOf(y.shape.channels) * kernel * rowPairs * LANES * 2);
  for (let o = 0; o < y.shape.channels; o++) {
    for (let c = 0; c < inputs; c++) {
      for (let k = 0; k < kernel * kernel; k++) {
        const alongRow = (k % kernel) * padded + c;
        const block = (Math.floor(o / LANES) * kernel + Math.floor(k / kernel)) * rowPairs + (alongRow >> 1);
        const at = (block * LANES + (o % LANES)) * 2 + (alongRow & 1);
        ordered[at] = weights[(o * inputs + c) * kernel * kernel + k];
      }
    }
  }
  return ordered;
}

/** Pixels that share a weight load: with two output vectors, eight accumulators fit the registers. */
const TILE = 4;

/**
 * Full convolution of a padded plane; 1x1 too. Weights are in the order
 * [output vector][kernel row][pair of inputs along the row][8 outputs][2 inputs].
 */
function emitConvolution(
  f: FunctionBuilder,
  x: Plane,
  y: Plane,
  { kernel, stride }: WindowShape,
  weights: number,
  scaling: Scaling,
): void {
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
        increment(constants, scaling.bytes),
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

export function emit(node: QuantConv, tensors: LayerTensors, kit: SimdKit): void {
  const { inputs, output } = tensors;
  const wide = kit.padded(node.pads, inputs[0].zeroPoint);
  const scaling = kit.scaling(node.requant, output.shape.channels, boundOf(node.accBits));
  const weights = kit.place(convolutionWeights(node, tensors));
  emitConvolution(kit.f, wide, kit.output, node, weights, scaling);
}
