/** Mean of every channel over the whole map. */
import { requantize } from '../arithmetic/requantize.js';
import { fittingAccumulator, poolAccumulatorBits } from '../ir/accumulator.js';
import type { LaneFolding } from '../ir/folding.js';
import type { Requant } from '../ir/quant-graph.js';
import type { Local } from '../sim/wasm/encode.js';
import { i32, i32x4, increment, repeat, v128 } from '../sim/wasm/ops.js';
import { LANES, Requantizer, type Scaling, VECTOR_BYTES } from '../sim/wasm/requantizer.js';
import {
  type Json,
  type LayerKind,
  NO_ROOM,
  NO_WEIGHTS,
  NOT_ELEMENTWISE,
  planned,
  UNARY,
} from './layer-kind.js';
import { chooseRequant } from './shared/choose-requant.js';
import { accBits, requantSchema } from './shared/documents.js';
import { groupsOf, laneFoldings, outputOf, pixelsOf } from './shared/lanes.js';
import { accumulatorProblems, requantProblems, shapeProblems } from './shared/problems.js';
import { decodeRequant, encodeRequant, requantParams } from './shared/requant.js';
import { runtimeMean } from './shared/runtime-requant.js';
import { boundOf, pixelBytes, type SimdKit } from './shared/simd-kit.js';

export interface GlobalAvgPoolOp {
  readonly op: 'globalAvgPool';
  /** Whether a pool over the whole map is meant, which some runtimes round otherwise than a mean. */
  readonly isPool?: boolean;
}

/** acc = sum over all pixels, then as Requant with one multiplier for all channels. */
export interface QuantGlobalAvgPool {
  readonly op: 'globalAvgPool';
  readonly accBits: number;
  readonly requant: Requant;
}

declare module '../ir/layer-types.js' {
  interface LayerTypes {
    globalAvgPool: {
      readonly float: GlobalAvgPoolOp;
      readonly quant: QuantGlobalAvgPool;
      readonly folding: LaneFolding;
    };
  }
}

/** Sum of every channel over the plane, scaled. */
function emit({ f, inputs: [x], output: y }: SimdKit, scaling: Scaling): void {
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

export const globalAvgPool: LayerKind<'globalAvgPool'> = {
  ...NOT_ELEMENTWISE,
  ...NO_ROOM,
  ...NO_WEIGHTS,
  ...laneFoldings,
  ...UNARY,
  carries: false,
  infer: (_, [x]) => ({ channels: x.channels, height: 1, width: 1 }),
  title: () => 'globalAvgPool',
  print: () => '',
  run: (_, [{ shape: s, values: x }], { values: y }) => {
    const pixels = s.height * s.width;
    for (let c = 0; c < s.channels; c++) {
      let sum = 0;
      for (let p = 0; p < pixels; p++) sum += x[c * pixels + p];
      y[c] = sum / pixels;
    }
  },
  activates: 'clamp',
  quantize: (op, c) => {
    const format = c.calibrated();
    const [x] = c.inputs;
    const pixels = pixelsOf(x);
    const factors = [x.scale / (pixels * format.scale)];
    const bits = fittingAccumulator(poolAccumulatorBits(pixels, x), c.name);
    const requant =
      runtimeMean(op.isPool === true, bits, format, c) ??
      chooseRequant(factors, [-x.zeroPoint * pixels], format, c.activation, c.name);
    return { op: { op: 'globalAvgPool', accBits: bits, requant }, format };
  },
  verify: (op, { inputs: [x], output: y }) => [
    ...shapeProblems(y, { channels: x.shape.channels, height: 1, width: 1 }),
    ...accumulatorProblems(op.accBits, poolAccumulatorBits(pixelsOf(x), x)),
    ...requantProblems(op.requant, 1, op.accBits, y),
  ],
  reference: ({ requant }, { inputs: [{ shape }] }) => {
    const { channels, height, width } = shape;
    return ([xs], ys) => {
      for (let c = 0; c < channels; c++) {
        let acc = 0;
        for (let p = 0; p < height * width; p++) acc += xs[p * channels + c];
        ys[c] = requantize(acc, requant, 0);
      }
    };
  },
  emit: (node, _, kit) => emit(kit, kit.scaling(node.requant, LANES, boundOf(node.accBits))),
  fields: { accBits, requant: requantSchema },
  encode: (op) => ({ ...op, requant: encodeRequant(op.requant) }),
  decode: (json) =>
    ({ ...json, requant: decodeRequant(json.requant as Json) }) as unknown as QuantGlobalAvgPool,
  accumulatorBits: (op) => op.accBits,
  blocks: (node, { inputs: [x], output: y }, { lanes }) => {
    const shape = {
      kind: 'globalAvgPool' as const,
      pixels: pixelsOf(x),
      groups: groupsOf(x, lanes),
      lanes,
      xBits: x.bits,
      xSigned: x.signed,
      multiplier: node.requant.multipliers[0],
      bias: node.requant.biases[0],
      above: node.requant.corrections?.above[0] ?? 0,
      below: node.requant.corrections?.below[0] ?? 0,
      requant: requantParams(node.requant, node.accBits, y),
      scaleCycles: 1 as const,
    };
    return [planned(shape, () => ({}), { sources: [{ input: 0 }], role: '', output: outputOf(y, lanes) })];
  },
};
