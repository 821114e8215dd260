/** Per channel y = scale * x + shift, already reduced from gamma, beta, mean, variance and epsilon. */
import { channelwise } from './depthwise/index.js';
import { type LayerKind, LINEAR, NO_ROOM, UNARY } from './layer-kind.js';
import { mismatch } from './shared/shapes.js';

export interface BatchNormOp {
  readonly op: 'batchNorm';
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

declare module '../ir/layer-types.js' {
  interface LayerTypes {
    batchNorm: { readonly float: BatchNormOp; readonly quant: never; readonly folding: never };
  }
}

export const batchNorm: LayerKind<'batchNorm'> = {
  ...NO_ROOM,
  ...UNARY,
  carries: false,
  infer: (op, [x], where) => {
    if (op.scale.length !== x.channels || op.shift.length !== x.channels) {
      const found = `${op.scale.length} scales, ${op.shift.length} shifts`;
      throw mismatch(where, found, `${x.channels} of each`);
    }
    return x;
  },
  count: (op) => ({ parameters: op.scale.length + op.shift.length, macs: 0 }),
  title: () => 'batchNorm',
  print: () => '',
  affine: ({ scale, shift }) => ({ scale, shift }),
  scaled: () => null,
  activation: () => null,
  tabulated: () => null,
  run: ({ scale, shift }, [{ values: x }], { shape, values: y }) => {
    const pixels = shape.height * shape.width;
    for (let i = 0; i < y.length; i++) {
      const c = Math.floor(i / pixels);
      y[i] = x[i] * scale[c] + shift[c];
    }
  },
  standIn: ({ scale, shift }) => ({ op: channelwise(scale, shift), activation: LINEAR }),
};
