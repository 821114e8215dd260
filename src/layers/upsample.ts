/** Nearest neighbour: each pixel becomes factor x factor pixels. In hardware the factor is 2. */
import type { LaneFolding } from '../ir/folding.js';
import type { LayerTensors } from '../ir/quant-graph.js';
import { i32, increment, memoryCopy, repeat, v128 } from '../sim/wasm/ops.js';
import { VECTOR_BYTES } from '../sim/wasm/requantizer.js';
import {
  type LayerKind,
  NO_ROOM,
  NO_WEIGHTS,
  NOT_ELEMENTWISE,
  plainCodec,
  planned,
  UNARY,
} from './layer-kind.js';
import { groupsOf, laneFoldings, outputOf } from './shared/lanes.js';
import { carriedProblems, shapeProblems } from './shared/problems.js';
import { mismatch } from './shared/shapes.js';
import { pixelBytes, rowBytes, type SimdKit } from './shared/simd-kit.js';

export interface UpsampleOp {
  readonly op: 'upsample';
  readonly factor: number;
}

export interface QuantUpsample {
  readonly op: 'upsample';
}

declare module '../ir/layer-types.js' {
  interface LayerTypes {
    upsample: { readonly float: UpsampleOp; readonly quant: QuantUpsample; readonly folding: LaneFolding };
  }
}

/** Every pixel twice in a row, every row twice. */
function emit({ f, inputs: [x], output: y }: SimdKit): void {
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

export const upsample: LayerKind<'upsample'> = {
  ...NOT_ELEMENTWISE,
  ...NO_ROOM,
  ...NO_WEIGHTS,
  ...laneFoldings,
  ...plainCodec<QuantUpsample>({}),
  ...UNARY,
  carries: true,
  infer: (op, [x], where) => {
    if (!Number.isInteger(op.factor) || op.factor < 1)
      throw mismatch(where, `factor ${op.factor}`, 'a positive integer factor');
    return { channels: x.channels, height: x.height * op.factor, width: x.width * op.factor };
  },
  title: () => 'upsample',
  print: (op) => `x${op.factor}`,
  run: ({ factor }, [{ shape: s, values: x }], { values: y }) => {
    const width = s.width * factor;
    for (let row = 0; row < s.channels * s.height; row++) {
      const to = row * factor * width;
      for (let ox = 0; ox < width; ox++) y[to + ox] = x[row * s.width + Math.floor(ox / factor)];
      for (let copy = 1; copy < factor; copy++) y.copyWithin(to + copy * width, to, to + width);
    }
  },
  activates: 'none',
  quantize: (_, c) => ({ op: { op: 'upsample' }, format: c.carried() }),
  verify: (_, { inputs: [x], output: y }) => {
    const { channels, height, width } = x.shape;
    return [
      ...shapeProblems(y, { channels, height: 2 * height, width: 2 * width }),
      ...carriedProblems(x, y),
    ];
  },
  reference: (_, { inputs: [{ shape }] }: LayerTensors) => {
    const { channels, height, width } = shape;
    return ([xs], ys) => {
      for (let oy = 0, at = 0; oy < 2 * height; oy++) {
        for (let ox = 0; ox < 2 * width; ox++, at += channels) {
          const from = ((oy >> 1) * width + (ox >> 1)) * channels;
          for (let c = 0; c < channels; c++) ys[at + c] = xs[from + c];
        }
      }
    };
  },
  emit: (_, __, kit) => emit(kit),
  accumulatorBits: () => null,
  blocks: (_, { inputs: [x], output: y }, { lanes }) => {
    const { height, width } = x.shape;
    const shape = {
      kind: 'upsample' as const,
      height,
      width,
      groups: groupsOf(y, lanes),
      lanes,
      bits: y.bits,
    };
    return [planned(shape, () => ({}), { sources: [{ input: 0 }], role: '', output: outputOf(y, lanes) })];
  },
};
