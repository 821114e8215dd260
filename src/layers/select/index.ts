/** Some channels of a map, in any order, as often as asked for: slices, splits, shuffles. */
import Type from 'typebox';
import type { LaneFolding } from '../../ir/folding.js';
import type { QuantTensor } from '../../ir/quant-graph.js';
import type { SelectParams } from '../../kinds/select.js';
import { LIMITS } from '../../limits.js';
import { wholeNumber } from '../../schema/parts.js';
import { i32, increment, repeat } from '../../sim/wasm/ops.js';
import {
  type LayerKind,
  NO_ROOM,
  NO_WEIGHTS,
  NOT_ELEMENTWISE,
  plainCodec,
  planned,
  UNARY,
} from '../layer-kind.js';
import { BYTES, load16, store16 } from '../lookup/simd.js';
import { atMost } from '../shared/documents.js';
import { groupsOf, laneFoldings, outputOf, pixelsOf, single, streamLanes } from '../shared/lanes.js';
import { anyOutside, carriedProblems, shapeProblems } from '../shared/problems.js';
import { mismatch } from '../shared/shapes.js';
import { pixelBytes, type SimdKit } from '../shared/simd-kit.js';

export interface SelectOp {
  readonly op: 'select';
  /** Channel of the input for every channel of the output. */
  readonly channels: readonly number[];
}

export interface QuantSelect extends SelectOp {}

declare module '../../ir/layer-types.js' {
  interface LayerTypes {
    select: { readonly float: SelectOp; readonly quant: QuantSelect; readonly folding: LaneFolding };
  }
}

/** `3..5`, `0,2,4` */
function channelsText(channels: readonly number[]): string {
  const [first] = channels;
  if (channels.every((c, i) => c === first + i)) return `${first}..${first + channels.length - 1}`;
  return channels.length <= 8 ? channels.join() : `${channels.slice(0, 8).join()}..`;
}

function blockOf({ channels }: SelectOp, x: QuantTensor, y: QuantTensor, lanes: number): SelectParams {
  const groupsOut = groupsOf(y, lanes);
  // Behind the last channel the lanes go on as before, so that beats may stay whole.
  const last = channels[channels.length - 1];
  const places = Int32Array.from(
    { length: groupsOut * lanes },
    (_, i) => channels[i] ?? last + i + 1 - channels.length,
  );
  const most = groupsOf(x, lanes) * lanes - 1;
  return {
    kind: 'select',
    pixels: pixelsOf(y),
    lanes,
    bits: y.bits,
    groupsIn: groupsOf(x, lanes),
    groupsOut,
    places: places.map((c) => Math.min(c, most)),
  };
}

/** Value after value: channels may lie anywhere. */
function emit({ channels }: SelectOp, { f, inputs: [x], output: y }: SimdKit): void {
  const [from, to, pixels] = [f.local('i32'), f.local('i32'), f.local('i32')];
  f.emit(
    from.set(i32.const(x.address)),
    to.set(i32.const(y.address)),
    repeat(
      pixels,
      y.height * y.width,
      ...channels.flatMap((c) => [store16(to.get, load16(from.get, c * BYTES)), increment(to, BYTES)]),
      increment(from, pixelBytes(x)),
      increment(to, pixelBytes(y) - channels.length * BYTES),
    ),
  );
}

export const select: LayerKind<'select'> = {
  ...NOT_ELEMENTWISE,
  ...NO_ROOM,
  ...NO_WEIGHTS,
  ...UNARY,
  ...laneFoldings,
  ...plainCodec<QuantSelect>({
    channels: Type.Array(wholeNumber(0, LIMITS.channels.most - 1), {
      minItems: 1,
      maxItems: LIMITS.channels.most,
    }),
  }),
  carries: true,
  infer: ({ channels }, [x], where) => {
    if (channels.length === 0 || anyOutside(channels, 0, x.channels - 1))
      throw mismatch(where, `channels ${channelsText(channels)} of ${x.channels}`, 'channels of its input');
    return { ...x, channels: channels.length };
  },
  title: () => 'select',
  print: ({ channels }) => channelsText(channels),
  run: ({ channels }, [{ shape, values: x }], { values: y }) => {
    const pixels = shape.height * shape.width;
    channels.forEach((c, i) => {
      y.set(x.subarray(c * pixels, (c + 1) * pixels), i * pixels);
    });
  },
  activates: 'none',
  quantize: ({ channels }, c) => ({ op: { op: 'select', channels }, format: c.carried() }),
  verify: ({ channels }, { inputs: [x], output: y }) =>
    anyOutside(channels, 0, x.shape.channels - 1)
      ? [`a channel outside of the ${x.shape.channels} of its input`]
      : [...shapeProblems(y, { ...x.shape, channels: channels.length }), ...carriedProblems(x, y)],
  reference: ({ channels }, { inputs: [x] }) => {
    const own = x.shape.channels;
    return ([xs], ys) => {
      for (let at = 0, from = 0; at < ys.length; from += own)
        for (const c of channels) ys[at++] = xs[from + c];
    };
  },
  emit: (op, _, kit) => emit(op, kit),
  accumulatorBits: () => null,
  foldings: (_, { inputs: [x], output: y }) =>
    streamLanes(Math.min(x.shape.channels, y.shape.channels)).map((lanes) => single({ op: 'lanes', lanes })),
  foldingProblems: (_, { inputs: [x], output: y }, f) =>
    atMost('lanes', f.lanes, Math.min(x.shape.channels, y.shape.channels)),
  blocks: (op, { inputs: [x], output: y }, { lanes }) => {
    const { places, ...shape } = blockOf(op, x, y, lanes);
    return [
      planned(shape, () => ({ places }), { sources: [{ input: 0 }], role: '', output: outputOf(y, lanes) }),
    ];
  },
};
