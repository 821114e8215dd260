/** Mean under a window; padding counts as zeros (count_include_pad). In hardware a depthwise convolution. */
import type { WindowShape } from '../ir/graph.js';
import { perChannel } from './depthwise/index.js';
import { type LayerKind, LINEAR, NO_ROOM, NO_WEIGHTS, NOT_ELEMENTWISE, UNARY } from './layer-kind.js';
import { poolWindows } from './shared/float-window.js';
import { windowShape, windowText } from './shared/shapes.js';

export interface AvgPoolOp extends WindowShape {
  readonly op: 'avgPool';
}

declare module '../ir/layer-types.js' {
  interface LayerTypes {
    avgPool: { readonly float: AvgPoolOp; readonly quant: never; readonly folding: never };
  }
}

export const avgPool: LayerKind<'avgPool'> = {
  ...NOT_ELEMENTWISE,
  ...NO_ROOM,
  ...NO_WEIGHTS,
  ...UNARY,
  carries: false,
  infer: (op, [x], where) => {
    return windowShape(op, x.channels, x, where);
  },
  title: () => 'avgPool',
  print: windowText,
  run: (op, [x], out, kit) =>
    poolWindows(
      op,
      x,
      out,
      kit,
      0,
      (sum, tap) => sum + tap,
      (sum) => sum / op.kernel ** 2,
    ),
  standIn: ({ kernel, stride, pads }, { channels }) => {
    const weights = new Float32Array(channels * kernel * kernel).fill(1 / (kernel * kernel));
    return { op: perChannel(channels, { kernel, stride, pads, weights, bias: null }), activation: LINEAR };
  },
};
