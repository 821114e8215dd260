/**
 * Channels of several maps one behind the other. Maps in another number format than the output pass a table first, which
 * takes a clamp behind the layer in as well.
 */
import Type from 'typebox';
import { formatShape } from '../../ir/graph.js';
import { sameFormat } from '../../ir/number-format.js';
import { type QuantFormat, type QuantTensor, rangeOf } from '../../ir/quant-graph.js';
import { type Activation, type LayerKind, NO_ROOM, NO_WEIGHTS, NOT_ELEMENTWISE } from '../layer-kind.js';
import { tableOf, tableProblems, tableSchema } from '../lookup/table.js';
import { clampBounds } from '../shared/choose-requant.js';
import { divides, laneFoldingSchema } from '../shared/documents.js';
import { divisorsOf, single } from '../shared/lanes.js';
import { carriedProblems, shapeProblems } from '../shared/problems.js';
import { mismatch } from '../shared/shapes.js';
import { blocksOf } from './blocks.js';
import { emit, reference } from './values.js';

export type { ConcatOp, QuantConcat } from './types.js';

/** Reals that a format stands for. */
const realsOf = (f: QuantFormat): readonly [number, number] => {
  const [lo, hi] = rangeOf(f);
  return [f.scale * (lo - f.zeroPoint), f.scale * (hi - f.zeroPoint)];
};

/** The format of an input that holds what all of them hold, so that this input needs no table. */
const widestOf = (inputs: readonly QuantTensor[]): QuantFormat | undefined =>
  inputs.find((wide) => {
    const [lo, hi] = realsOf(wide);
    return inputs.every((x) => realsOf(x)[0] >= lo && realsOf(x)[1] <= hi);
  });

const clamps = (format: QuantFormat, activation: Activation): boolean => {
  const { min, max } = clampBounds(format, activation);
  const [lo, hi] = rangeOf(format);
  return min > lo || max < hi;
};

const isLinear = ({ min, max }: Activation): boolean =>
  min === Number.NEGATIVE_INFINITY && max === Number.POSITIVE_INFINITY;

export const concat: LayerKind<'concat'> = {
  ...NOT_ELEMENTWISE,
  ...NO_ROOM,
  ...NO_WEIGHTS,
  inputs: [2, Number.POSITIVE_INFINITY],
  carries: false,
  infer: (_, inputs, where) => {
    const [{ height, width }] = inputs;
    const other = inputs.find((x) => x.height !== height || x.width !== width);
    if (other)
      throw mismatch(
        where,
        `channels of ${inputs.map(formatShape).join(' and ')}`,
        'maps of one height and width',
      );
    return { channels: inputs.reduce((sum, x) => sum + x.channels, 0), height, width };
  },
  title: () => 'concat',
  print: () => '',
  run: (_, inputs, { values: y }) => {
    let at = 0;
    for (const { values } of inputs) {
      y.set(values, at);
      at += values.length;
    }
  },
  activates: 'clamp',
  quantize: (_, c) => {
    // A clamp makes the range narrower than any input's, and the model's own format stands.
    const isFree = c.given === undefined && isLinear(c.activation);
    const format = (isFree ? widestOf(c.inputs) : undefined) ?? c.calibrated();
    const tables = c.inputs.map((x) =>
      sameFormat(x, format) && !clamps(format, c.activation)
        ? null
        : tableOf((real) => real, x, format, c.activation),
    );
    return { op: { op: 'concat', tables }, format };
  },
  verify: ({ tables }, { inputs, output: y }) => {
    const [{ shape }] = inputs;
    if (tables.length !== inputs.length) return [`${tables.length} tables for ${inputs.length} inputs`];
    const other = inputs.find((x) => x.shape.height !== shape.height || x.shape.width !== shape.width);
    if (other) return [`its inputs are ${formatShape(shape)} and ${formatShape(other.shape)}`];
    const channels = inputs.reduce((sum, x) => sum + x.shape.channels, 0);
    return [
      ...shapeProblems(y, { ...shape, channels }),
      ...inputs.flatMap((x, i) => {
        const table = tables[i];
        return table ? tableProblems(table, x, y) : carriedProblems(x, y);
      }),
    ];
  },
  reference,
  emit,
  fields: { tables: Type.Array(Type.Union([Type.Null(), tableSchema])) },
  encode: (op) => ({ ...op, tables: op.tables.map((t) => t && Array.from(t)) }),
  decode: (json) =>
    ({ ...json, tables: (json.tables as (number[] | null)[]).map((t) => t && Int16Array.from(t)) }) as never,
  accumulatorBits: () => null,
  // Every map but the last must end with a whole beat.
  foldings: (_, { inputs }) =>
    divisorsOf(inputs[0].shape.channels)
      .filter((lanes) => inputs.slice(1, -1).every((x) => x.shape.channels % lanes === 0))
      .map((lanes) => single({ op: 'lanes' as const, lanes })),
  foldingSchema: laneFoldingSchema,
  foldingProblems: (_, { inputs }, f) =>
    inputs.slice(0, -1).flatMap((x) => divides('lanes', f.lanes, x.shape.channels)),
  parallel: (f) => f.lanes,
  lanesIn: (_, f) => [f.lanes],
  blocks: (node, tensors, { lanes }) => blocksOf(node, tensors, lanes),
};
