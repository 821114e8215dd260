/** Sum of two feature maps of equal shape, each with a scale of its own: residuals and the two branches of a module. */
import Type from 'typebox';
import type { LaneFolding } from '../ir/folding.js';
import { formatShape } from '../ir/graph.js';
import type { AddParams } from '../ir/hardware.js';
import type { LayerTensors } from '../ir/quant-graph.js';
import type { Local } from '../sim/wasm/encode.js';
import { i32, i32x4, increment, repeat, v128 } from '../sim/wasm/ops.js';
import { SumRequantizer, VECTOR_BYTES } from '../sim/wasm/requantizer.js';
import { type LayerKind, NO_ROOM, NO_WEIGHTS, NOT_ELEMENTWISE, plainCodec, planned } from './layer-kind.js';
import { chooseShift, clampBounds } from './shared/choose-requant.js';
import { byte, multiplier, offset, shift } from './shared/documents.js';
import { allInputs, groupsOf, laneFoldings, outputOf, pixelsOf } from './shared/lanes.js';
import { anyOutside, clampProblems, isIn, shapeProblems, shiftProblems } from './shared/problems.js';
import { MOST_MULTIPLIER, MOST_OFFSET } from './shared/requant-limits.js';
import { runtimeSum } from './shared/runtime-requant.js';
import { mismatch } from './shared/shapes.js';
import { planeBytes, type SimdKit } from './shared/simd-kit.js';

export interface AddOp {
  readonly op: 'add';
}

/** y = clamp(((a * multipliers[0] + b * multipliers[1] + offset) >> shift) + zeroPoint). */
export interface QuantAdd {
  readonly op: 'add';
  readonly multipliers: readonly [number, number];
  readonly offset: number;
  readonly shift: number;
  readonly zeroPoint: number;
  readonly min: number;
  readonly max: number;
}

declare module '../ir/layer-types.js' {
  interface LayerTypes {
    add: { readonly float: AddOp; readonly quant: QuantAdd; readonly folding: LaneFolding };
  }
}

function blockParams(node: QuantAdd, { inputs: [a, b], output: y }: LayerTensors, lanes: number): AddParams {
  const [ma, mb] = node.multipliers;
  return {
    kind: 'add',
    beats: pixelsOf(y) * groupsOf(y, lanes),
    lanes,
    aBits: a.bits,
    aSigned: a.signed,
    bBits: b.bits,
    bSigned: b.signed,
    multiplierA: ma,
    multiplierB: mb,
    offset: node.offset,
    requant: {
      accBits: Math.max(a.bits, b.bits),
      multiplierBits: Math.ceil(Math.log2(Math.max(ma, mb) + 1)),
      shift: node.shift,
      spreadBits: 0,
      correctionBits: 0,
      correctionUnit: 0,
      zeroPoint: node.zeroPoint,
      min: node.min,
      max: node.max,
      outBits: y.bits,
      biasBits: 1,
      biasedBits: Math.max(a.bits, b.bits),
    },
  };
}

/** Eight sums at a time, exact in doubles. */
function emit(node: QuantAdd, tensors: LayerTensors, { f, inputs: [a, b], output: y }: SimdKit): void {
  const [pa, pb, to, count] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const [va, vb, aLow, aHigh, bLow, bHigh] = Array.from({ length: 6 }, () => f.local('v128')) as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const requantizer = new SumRequantizer(f, node, 2 ** Math.max(...tensors.inputs.map((x) => x.bits)));
  f.emit(
    pa.set(i32.const(a.address)),
    pb.set(i32.const(b.address)),
    to.set(i32.const(y.address)),
    repeat(
      count,
      planeBytes(y) / VECTOR_BYTES,
      va.set(v128.load(pa.get)),
      vb.set(v128.load(pb.get)),
      aLow.set(i32x4.extendLow(va.get)),
      aHigh.set(i32x4.extendHigh(va.get)),
      bLow.set(i32x4.extendLow(vb.get)),
      bHigh.set(i32x4.extendHigh(vb.get)),
      v128.store(to.get, requantizer.eight([aLow, aHigh], [bLow, bHigh])),
      increment(pa, VECTOR_BYTES),
      increment(pb, VECTOR_BYTES),
      increment(to, VECTOR_BYTES),
    ),
  );
}

export const add: LayerKind<'add'> = {
  ...NOT_ELEMENTWISE,
  ...NO_ROOM,
  ...NO_WEIGHTS,
  ...laneFoldings,
  ...plainCodec<QuantAdd>({
    multipliers: Type.Array(multiplier, { minItems: 2, maxItems: 2, description: 'two multipliers' }),
    offset,
    shift,
    zeroPoint: byte,
    min: byte,
    max: byte,
  }),
  inputs: [2, 2],
  carries: false,
  infer: (_, [x, y], where) => {
    if (formatShape(x) !== formatShape(y))
      throw mismatch(where, `adding ${formatShape(x)} and ${formatShape(y)}`, 'equal shapes');
    return x;
  },
  title: () => 'add',
  print: () => '',
  run: (_, [a, b], { values: y }) => {
    for (let i = 0; i < y.length; i++) y[i] = a.values[i] + b.values[i];
  },
  activates: 'clamp',
  quantize: (_, c) => {
    const format = c.calibrated();
    const [a, b] = c.inputs;
    const fit = runtimeSum(format, c);
    if (fit) {
      const { difference: _, ...sum } = fit;
      return { op: { op: 'add', ...sum }, format };
    }
    const factors = [a.scale / format.scale, b.scale / format.scale];
    const shift = chooseShift(factors, c.name);
    const [ma, mb] = factors.map((f) => Math.round(f * 2 ** shift));
    const op: QuantAdd = {
      op: 'add',
      multipliers: [ma, mb],
      offset: -a.zeroPoint * ma - b.zeroPoint * mb + 2 ** (shift - 1),
      shift,
      zeroPoint: format.zeroPoint,
      ...clampBounds(format, c.activation),
    };
    return { op, format };
  },
  verify: (n, { inputs: [a, b], output: y }) => {
    const problems = [...shapeProblems(y, a.shape), ...clampProblems(n, y), ...shiftProblems([n.shift])];
    if (formatShape(a.shape) !== formatShape(b.shape))
      problems.push(`its inputs are ${formatShape(a.shape)} and ${formatShape(b.shape)}`);
    if (n.multipliers.length !== 2 || anyOutside(n.multipliers, 0, MOST_MULTIPLIER))
      problems.push(`multipliers ${n.multipliers} are not two within 0..2^26-1`);
    if (!isIn(n.offset, -MOST_OFFSET, MOST_OFFSET)) problems.push(`offset ${n.offset} does not fit 48 bits`);
    return problems;
  },
  reference: ({ multipliers: [ma, mb], offset, shift, zeroPoint, min, max }) => {
    const divisor = 2 ** shift;
    return ([as, bs], ys) => {
      for (let i = 0; i < ys.length; i++) {
        const v = Math.floor((as[i] * ma + bs[i] * mb + offset) / divisor) + zeroPoint;
        ys[i] = v < min ? min : Math.min(v, max);
      }
    };
  },
  emit,
  accumulatorBits: () => null,
  blocks: (node, tensors, { lanes }) => [
    planned(blockParams(node, tensors, lanes), () => ({}), {
      sources: allInputs(2),
      role: '',
      output: outputOf(tensors.output, lanes),
    }),
  ],
};
