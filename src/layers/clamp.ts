/** Values below `min` become `min`, those above `max` become `max`: ReLU is (0, Infinity), ReLU6 is (0, 6). */
import { BlnetError } from '../diagnostics.js';
import { sizeOf } from '../ir/graph.js';
import { channelwise } from './depthwise/index.js';
import { type LayerKind, NO_WEIGHTS, UNARY } from './layer-kind.js';

export interface ClampOp {
  readonly op: 'clamp';
  readonly min: number;
  readonly max: number;
}

declare module '../ir/layer-types.js' {
  interface LayerTypes {
    clamp: { readonly float: ClampOp; readonly quant: never; readonly folding: never };
  }
}

function clampTo(min: number, max: number, x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < y.length; i++) {
    let v = x[i];
    if (v < min) v = min;
    if (v > max) v = max;
    y[i] = v;
  }
}

export const clamp: LayerKind<'clamp'> = {
  ...NO_WEIGHTS,
  ...UNARY,
  carries: false,
  infer: (op, [x], where) => {
    if (op.min <= op.max) return x;
    throw new BlnetError('BLN102', { where, found: `a clamp to ${op.min} .. ${op.max}` });
  },
  title: () => 'clamp',
  print: (op) => `${op.min}..${op.max}`,
  affine: () => null,
  scaled: () => null,
  activation: ({ min, max }) => ({ min, max }),
  tabulated: () => null,
  room: (_, __, y) => ({ clamped: sizeOf(y) }),
  run: ({ min, max }, [x], y, kit) =>
    kit.layers ? kit.layers.clamp(min, max, x.values, y.values) : clampTo(min, max, x.values, y.values),
  // What has no requantizer of its own in front gets a 1x1 depthwise convolution with unit weights.
  standIn: ({ min, max }, { channels }) => ({
    op: channelwise(new Float32Array(channels).fill(1), null),
    activation: { min, max },
  }),
};
