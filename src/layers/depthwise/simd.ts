/** Depthwise convolution as WebAssembly SIMD: eight channels at once, taps in pairs. */
import type { WindowShape } from '../../ir/graph.js';
import type { LayerTensors } from '../../ir/quant-graph.js';
import { type Code, type FunctionBuilder, type Local, sequence } from '../../sim/wasm/encode.js';
import { i32, i32x4, increment, v128 } from '../../sim/wasm/ops.js';
import { LANES, Requantizer, type Scaling, VECTOR_BYTES } from '../../sim/wasm/requantizer.js';
import { boundOf, eachOutput, type Plane, type SimdKit, tapOffsets, vectorsOf } from '../shared/simd-kit.js';
import type { QuantDepthwise } from './types.js';

const INTERLEAVE_LOW = [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23];
const INTERLEAVE_HIGH = INTERLEAVE_LOW.map((lane) => lane + 8);

/** Bytes of weights for eight channels of a depthwise layer. */
const depthwiseWeightBytes = (kernel: number): number => Math.ceil((kernel * kernel) / 2) * 2 * VECTOR_BYTES;

/** [vector][pair of taps][8 channels][2 taps], see `emitDepthwise`. */
function depthwiseWeights(node: QuantDepthwise, channels: number): Int16Array {
  const taps = node.kernel * node.kernel;
  const perVector = depthwiseWeightBytes(node.kernel) / 2;
  const ordered = new Int16Array(vectorsOf(channels) * perVector);
  for (let c = 0; c < channels; c++) {
    for (let t = 0; t < taps; t++) {
      const at = Math.floor(c / LANES) * perVector + ((t >> 1) * LANES + (c % LANES)) * 2 + (t & 1);
      ordered[at] = node.weights[c * taps + t];
    }
  }
  return ordered;
}

/** Depthwise convolution of a padded plane. Weights: [vector][pair of taps][8 channels][2 taps]. */
function emitDepthwise(
  f: FunctionBuilder,
  x: Plane,
  y: Plane,
  { kernel, stride }: WindowShape,
  weights: number,
  scaling: Scaling,
): void {
  const offsets = tapOffsets(x, kernel);
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
      increment(weight, depthwiseWeightBytes(kernel)),
      increment(constants, scaling.bytes),
    );
  const restart = sequence(weight.set(i32.const(weights)), constants.set(i32.const(scaling.address)));
  f.emit(eachOutput(f, x, y, stride, body, restart));
}

export function emit(node: QuantDepthwise, { inputs, output }: LayerTensors, kit: SimdKit): void {
  const { channels } = output.shape;
  const wide = kit.padded(node.pads, inputs[0].zeroPoint);
  const scaling = kit.scaling(node.requant, channels, boundOf(node.accBits));
  emitDepthwise(kit.f, wide, kit.output, node, kit.place(depthwiseWeights(node, channels)), scaling);
}
