/** Largest value under a window. Padding never wins: padded positions hold the format's smallest value. */
import Type from 'typebox';
import type { WindowShape } from '../ir/graph.js';
import { rangeOf } from '../ir/quant-graph.js';
import { record } from '../schema/parts.js';
import { i16x8, v128 } from '../sim/wasm/ops.js';
import {
  type LayerKind,
  NO_ROOM,
  NO_WEIGHTS,
  NOT_ELEMENTWISE,
  plainCodec,
  planned,
  UNARY,
} from './layer-kind.js';
import { atMost, lanes, products, tapProblems, windowFields } from './shared/documents.js';
import { poolWindows } from './shared/float-window.js';
import { groupsOf, outputOf, pixelsOf, single, streamLanes } from './shared/lanes.js';
import { carriedProblems, windowProblems } from './shared/problems.js';
import { windowShape, windowText } from './shared/shapes.js';
import { eachOutput, tapOffsets } from './shared/simd-kit.js';
import { tapChoices, windowBlock } from './shared/window.js';

export interface MaxPoolOp extends WindowShape {
  readonly op: 'maxPool';
}

export interface QuantMaxPool extends WindowShape {
  readonly op: 'maxPool';
}

export interface PoolFolding {
  readonly op: 'maxPool';
  readonly lanes: number;
  readonly taps: number;
}

declare module '../ir/layer-types.js' {
  interface LayerTypes {
    maxPool: { readonly float: MaxPoolOp; readonly quant: QuantMaxPool; readonly folding: PoolFolding };
  }
}

export const maxPool: LayerKind<'maxPool'> = {
  ...NOT_ELEMENTWISE,
  ...NO_ROOM,
  ...NO_WEIGHTS,
  ...plainCodec<QuantMaxPool>(windowFields),
  ...UNARY,
  carries: true,
  infer: (op, [x], where) => {
    return windowShape(op, x.channels, x, where);
  },
  title: () => 'maxPool',
  print: windowText,
  run: (op, [x], out, kit) =>
    poolWindows(op, x, out, kit, Number.NEGATIVE_INFINITY, Math.max, (largest) => largest),
  activates: 'none',
  quantize: ({ kernel, stride, pads }, c) => ({
    op: { op: 'maxPool', kernel, stride, pads },
    format: c.carried(),
  }),
  verify: (op, { inputs: [x], output: y }) => [
    ...windowProblems(op, x, y, x.shape.channels),
    ...carriedProblems(x, y),
  ],
  reference: ({ kernel, stride, pads }, { inputs: [x], output: y }) => {
    const { channels, height, width } = x.shape;
    const [lowest] = rangeOf(x);
    return ([xs], ys) => {
      for (let oy = 0, at = 0; oy < y.shape.height; oy++) {
        const [top, bottom] = [oy * stride - pads.top, Math.min(height, oy * stride - pads.top + kernel)];
        for (let ox = 0; ox < y.shape.width; ox++, at += channels) {
          ys.fill(lowest, at, at + channels);
          const [left, right] = [ox * stride - pads.left, Math.min(width, ox * stride - pads.left + kernel)];
          for (let iy = Math.max(0, top); iy < bottom; iy++) {
            for (let ix = Math.max(0, left); ix < right; ix++) {
              const from = (iy * width + ix) * channels;
              for (let c = 0; c < channels; c++) if (xs[from + c] > ys[at + c]) ys[at + c] = xs[from + c];
            }
          }
        }
      }
    };
  },
  emit: (node, { inputs: [x] }, kit) => {
    const plane = kit.padded(node.pads, rangeOf(x)[0]);
    const offsets = tapOffsets(plane, node.kernel);
    kit.f.emit(
      eachOutput(kit.f, plane, kit.output, node.stride, (from, to) =>
        v128.store(
          to,
          offsets.map((offset) => v128.load(from, offset)).reduce((a, b) => i16x8.max(a, b)),
        ),
      ),
    );
  },
  accumulatorBits: () => null,
  foldings: (node, { inputs: [x] }) =>
    tapChoices(node).flatMap((taps) =>
      streamLanes(x.shape.channels).map((n) => single({ op: 'maxPool' as const, lanes: n, taps })),
    ),
  foldingSchema: record({ op: Type.Literal('maxPool'), lanes, taps: products }),
  foldingProblems: (node, { inputs: [x] }, f) => [
    ...tapProblems(f.taps, node.kernel),
    ...atMost('lanes', f.lanes, x.shape.channels),
  ],
  parallel: () => 0,
  lanesIn: (_, f) => [f.lanes],
  blocks: (node, { inputs: [x], output: y }, f) => {
    const { lanes, taps } = f;
    const shape = {
      kind: 'maxPool' as const,
      beats: pixelsOf(y) * groupsOf(y, lanes),
      lanes,
      bits: y.bits,
      signed: y.signed,
      taps,
      foldTaps: node.kernel ** 2 / taps,
    };
    return [
      windowBlock(node, x, y, f, rangeOf(x)[0]),
      planned(shape, () => ({}), { sources: [{ block: 0 }], role: '', output: outputOf(y, lanes) }),
    ];
  },
};
