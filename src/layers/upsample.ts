/** Upsampling by whole factors: each pixel becomes rows x columns of itself, or of itself and zeros. */
import type { LaneFolding } from '../ir/folding.js';
import type { Shape } from '../ir/graph.js';
import type { LayerTensors, QuantTensor } from '../ir/quant-graph.js';
import { LIMITS } from '../limits.js';
import { oneOf, wholeNumber } from '../schema/parts.js';
import { sequence } from '../sim/wasm/encode.js';
import { i16x8, i32, increment, memoryCopy, repeat, v128 } from '../sim/wasm/ops.js';
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
  readonly rows: number;
  readonly columns: number;
  /** `zeros`: the pixel stands at the top left, as a transposed convolution spreads its input. */
  readonly fill: 'repeat' | 'zeros';
}

export interface QuantUpsample extends UpsampleOp {}

declare module '../ir/layer-types.js' {
  interface LayerTypes {
    upsample: { readonly float: UpsampleOp; readonly quant: QuantUpsample; readonly folding: LaneFolding };
  }
}

/** A row with its copies side by side, then the rows that follow from it. */
function emit({ rows, columns, fill }: QuantUpsample, { zeroPoint }: QuantTensor, kit: SimdKit): void {
  const {
    f,
    inputs: [x],
    output: y,
  } = kit;
  const local = () => f.local('i32');
  const [lines, pixels, vectors, from, to] = [local(), local(), local(), local(), local()];
  const [v, other] = [f.local('v128'), f.local('v128')];
  const copy = fill === 'repeat' ? v : other;
  const copies = Array.from({ length: columns - 1 }, (_, i) =>
    v128.store(to.get, copy.get, (i + 1) * pixelBytes(y)),
  );
  const zeros = repeat(
    pixels,
    fill === 'zeros' && rows > 1 ? ((rows - 1) * rowBytes(y)) / VECTOR_BYTES : 0,
    v128.store(to.get, other.get),
    increment(to, VECTOR_BYTES),
  );
  const again = Array.from({ length: fill === 'repeat' ? rows - 1 : 0 }, () =>
    sequence(
      memoryCopy(to.get, i32.sub(to.get, i32.const(rowBytes(y))), i32.const(rowBytes(y))),
      increment(to, rowBytes(y)),
    ),
  );
  f.emit(
    other.set(i16x8.const(zeroPoint)),
    from.set(i32.const(x.address)),
    to.set(i32.const(y.address)),
    repeat(
      lines,
      x.height,
      repeat(
        pixels,
        x.width,
        repeat(
          vectors,
          x.vectors,
          v.set(v128.load(from.get)),
          v128.store(to.get, v.get),
          ...copies,
          increment(from, VECTOR_BYTES),
          increment(to, VECTOR_BYTES),
        ),
        increment(to, (columns - 1) * pixelBytes(y)),
      ),
      ...again,
      zeros,
    ),
  );
}

const larger = ({ rows, columns }: UpsampleOp, x: Shape): Shape => ({
  channels: x.channels,
  height: x.height * rows,
  width: x.width * columns,
});

/** In network.json. */
const factor = wholeNumber(1, LIMITS.stride.most);

export const upsample: LayerKind<'upsample'> = {
  ...NOT_ELEMENTWISE,
  ...NO_ROOM,
  ...NO_WEIGHTS,
  ...laneFoldings,
  ...plainCodec<QuantUpsample>({ rows: factor, columns: factor, fill: oneOf(['repeat', 'zeros']) }),
  ...UNARY,
  carries: true,
  infer: (op, [x], where) => {
    const { rows, columns } = op;
    if (![rows, columns].every((n) => Number.isInteger(n) && n >= 1))
      throw mismatch(where, `factors ${rows} and ${columns}`, 'positive integer factors');
    return larger(op, x);
  },
  title: (op) => (op.fill === 'zeros' ? 'spread' : 'upsample'),
  print: ({ rows, columns }) => (rows === columns ? `x${rows}` : `x${rows}x${columns}`),
  run: ({ rows, columns, fill }, [{ shape: s, values: x }], { values: y }) => {
    const width = s.width * columns;
    const repeats = fill === 'repeat';
    if (!repeats) y.fill(0);
    for (let row = 0; row < s.channels * s.height; row++) {
      const to = row * rows * width;
      for (let ox = 0; ox < width; ox++)
        if (repeats || ox % columns === 0) y[to + ox] = x[row * s.width + Math.floor(ox / columns)];
      for (let copy = 1; repeats && copy < rows; copy++) y.copyWithin(to + copy * width, to, to + width);
    }
  },
  activates: 'none',
  quantize: ({ rows, columns, fill }, c) => ({
    op: { op: 'upsample', rows, columns, fill },
    format: c.carried(),
  }),
  verify: (op, { inputs: [x], output: y }) => [
    ...shapeProblems(y, larger(op, x.shape)),
    ...carriedProblems(x, y),
  ],
  reference: ({ rows, columns, fill }, { inputs: [{ shape, zeroPoint }] }: LayerTensors) => {
    const { channels, height, width } = shape;
    return ([xs], ys) => {
      for (let oy = 0, at = 0; oy < rows * height; oy++) {
        for (let ox = 0; ox < columns * width; ox++, at += channels) {
          const from = (Math.floor(oy / rows) * width + Math.floor(ox / columns)) * channels;
          const isCopy = oy % rows > 0 || ox % columns > 0;
          for (let c = 0; c < channels; c++)
            ys[at + c] = isCopy && fill === 'zeros' ? zeroPoint : xs[from + c];
        }
      }
    };
  },
  emit: (op, { inputs: [x] }, kit) => emit(op, x, kit),
  accumulatorBits: () => null,
  blocks: ({ rows, columns, fill }, { inputs: [x], output: y }, { lanes }) => {
    const { height, width } = x.shape;
    const shape = {
      kind: 'upsample' as const,
      height,
      width,
      groups: groupsOf(y, lanes),
      lanes,
      bits: y.bits,
      rows,
      columns,
      // As the bits of an element.
      fill: fill === 'zeros' ? x.zeroPoint & (2 ** x.bits - 1) : null,
    };
    return [planned(shape, () => ({}), { sources: [{ input: 0 }], role: '', output: outputOf(y, lanes) })];
  },
};
