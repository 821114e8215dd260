/**
 * Product of two feature maps of equal shape, or of a map and a gate: one value for each of its channels, as
 * squeeze-and-excitation computes it from the map itself.
 */
import { requantize } from '../../arithmetic/requantize.js';
import type { LaneFolding } from '../../ir/folding.js';
import { formatShape, type Shape } from '../../ir/graph.js';
import type { LayerTensors, Requant } from '../../ir/quant-graph.js';
import { type ProductParams, productBits } from '../../kinds/product.js';
import { LANES } from '../../sim/wasm/requantizer.js';
import { type Json, type LayerKind, NO_ROOM, NO_WEIGHTS, NOT_ELEMENTWISE, planned } from '../layer-kind.js';
import { chooseRequant } from '../shared/choose-requant.js';
import { accBits, requantSchema } from '../shared/documents.js';
import { allInputs, groupsOf, laneFoldings, outputOf, pixelsOf } from '../shared/lanes.js';
import { accumulatorProblems, requantProblems, shapeProblems } from '../shared/problems.js';
import { decodeRequant, encodeRequant, requantParams } from '../shared/requant.js';
import { mismatch } from '../shared/shapes.js';
import { boundOf } from '../shared/simd-kit.js';
import { emit } from './simd.js';

export interface ProductOp {
  readonly op: 'product';
}

/** acc = (a - its zero point) * (b - its zero point), then as Requant with one multiplier and no bias. */
export interface QuantProduct {
  readonly op: 'product';
  readonly accBits: number;
  readonly requant: Requant;
}

declare module '../../ir/layer-types.js' {
  interface LayerTypes {
    product: { readonly float: ProductOp; readonly quant: QuantProduct; readonly folding: LaneFolding };
  }
}

/** Whether the second is one value for each channel of the first. */
const isGate = (a: Shape, b: Shape): boolean =>
  a.channels === b.channels && b.height * b.width === 1 && a.height * a.width > 1;

const fits = (a: Shape, b: Shape): boolean => formatShape(a) === formatShape(b) || isGate(a, b);

function blockShape(
  node: QuantProduct,
  { inputs: [a, b], output: y }: LayerTensors,
  lanes: number,
): ProductParams {
  return {
    kind: 'product',
    pixels: pixelsOf(y),
    groups: groupsOf(y, lanes),
    lanes,
    holds: isGate(a.shape, b.shape),
    aBits: a.bits,
    aSigned: a.signed,
    aZero: a.zeroPoint,
    bBits: b.bits,
    bSigned: b.signed,
    bZero: b.zeroPoint,
    multiplier: node.requant.multipliers[0],
    requant: requantParams(node.requant, node.accBits, y),
    scaleCycles: 1,
  };
}

export const product: LayerKind<'product'> = {
  ...NOT_ELEMENTWISE,
  ...NO_ROOM,
  ...NO_WEIGHTS,
  ...laneFoldings,
  inputs: [2, 2],
  carries: false,
  infer: (_, [x, y], where) => {
    if (!fits(x, y))
      throw mismatch(
        where,
        `multiplying ${formatShape(x)} and ${formatShape(y)}`,
        `equal shapes, or one value for each of the ${x.channels} channels`,
      );
    return x;
  },
  title: () => 'product',
  print: () => '',
  run: (_, [a, b], { values: y, shape }) => {
    const pixels = shape.height * shape.width;
    const each = b.values.length === y.length ? 1 : pixels;
    for (let i = 0; i < y.length; i++) y[i] = a.values[i] * b.values[Math.floor(i / each)];
  },
  activates: 'clamp',
  quantize: (_, c) => {
    const format = c.calibrated();
    const [a, b] = c.inputs;
    const factors = [(a.scale * b.scale) / format.scale];
    const requant = chooseRequant(factors, [0], format, c.activation, c.name);
    return { op: { op: 'product', accBits: productBits(a, b), requant }, format };
  },
  verify: (op, { inputs: [a, b], output: y }) => {
    if (!fits(a.shape, b.shape))
      return [`its inputs are ${formatShape(a.shape)} and ${formatShape(b.shape)}`];
    const problems = [
      ...shapeProblems(y, a.shape),
      ...accumulatorProblems(op.accBits, productBits(a, b)),
      ...requantProblems(op.requant, 1, op.accBits, y),
    ];
    if (op.requant.biases[0] !== 0 || op.requant.corrections) problems.push('it has a bias or corrections');
    return problems;
  },
  reference: ({ requant }, { inputs: [a, b], output: y }) => {
    const { channels } = y.shape;
    const wraps = isGate(a.shape, b.shape);
    return ([as, bs], ys) => {
      for (let i = 0; i < ys.length; i++) {
        const gate = bs[wraps ? i % channels : i];
        ys[i] = requantize((as[i] - a.zeroPoint) * (gate - b.zeroPoint), requant, 0);
      }
    };
  },
  emit: (node, { inputs: [a, b] }, kit) => {
    const scaling = kit.scaling(node.requant, LANES, boundOf(node.accBits));
    emit(kit, scaling, [a.zeroPoint, b.zeroPoint], isGate(a.shape, b.shape));
  },
  fields: { accBits, requant: requantSchema },
  encode: (op) => ({ ...op, requant: encodeRequant(op.requant) }),
  decode: (json) => ({ ...json, requant: decodeRequant(json.requant as Json) }) as unknown as QuantProduct,
  accumulatorBits: (op) => op.accBits,
  blocks: (node, tensors, { lanes }) => [
    planned(blockShape(node, tensors, lanes), () => ({}), {
      sources: allInputs(2),
      role: '',
      output: outputOf(tensors.output, lanes),
    }),
  ],
};
