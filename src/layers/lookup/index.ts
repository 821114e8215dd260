/** A function of one value, by table: activations that no clamp can say. */
import type { LaneFolding } from '../../ir/folding.js';
import type { QuantTensor } from '../../ir/quant-graph.js';
import type { LookupParams } from '../../kinds/lookup.js';
import { oneOf } from '../../schema/parts.js';
import {
  type LayerKind,
  NO_ROOM,
  NO_WEIGHTS,
  NOT_ELEMENTWISE,
  type PlannedBlock,
  planned,
  UNARY,
} from '../layer-kind.js';
import { groupsOf, laneFoldings, outputOf, pixelsOf } from '../shared/lanes.js';
import { shapeProblems } from '../shared/problems.js';
import { FUNCTIONS, type FunctionName, type Parameters, valueAt } from './functions.js';
import { emitTable } from './simd.js';
import { applyTable, provedTable, tableProblems, tableSchema } from './table.js';

export interface LookupOp extends Parameters {
  readonly op: 'lookup';
  readonly function: FunctionName;
}

/** y = table[x], x being the bits of the input as an unsigned number. */
export interface QuantLookup {
  readonly op: 'lookup';
  /** What it holds, for reports. */
  readonly function: FunctionName;
  readonly table: Int16Array;
}

declare module '../../ir/layer-types.js' {
  interface LayerTypes {
    lookup: { readonly float: LookupOp; readonly quant: QuantLookup; readonly folding: LaneFolding };
  }
}

/** The block that reads a table. */
export function tableBlock(
  table: Int16Array,
  x: QuantTensor,
  y: QuantTensor,
  lanes: number,
  place: Pick<PlannedBlock, 'sources' | 'role' | 'output'>,
): PlannedBlock {
  const shape: Omit<LookupParams, 'table'> = {
    kind: 'lookup',
    beats: pixelsOf(x) * groupsOf(x, lanes),
    lanes,
    xBits: x.bits,
    xSigned: x.signed,
    outBits: y.bits,
    outSigned: y.signed,
  };
  return planned(shape, () => ({ table }), place);
}

export const lookup: LayerKind<'lookup'> = {
  ...NOT_ELEMENTWISE,
  ...NO_ROOM,
  ...NO_WEIGHTS,
  ...UNARY,
  ...laneFoldings,
  carries: false,
  tabulated: (op) => ({ function: op.function, parameters: op, at: (x) => valueAt(op.function, x, op) }),
  infer: (_, [x]) => x,
  title: (op) => op.function,
  print: (op) => `${op.function} alpha ${op.alpha} beta ${op.beta}`,
  run: (op, [{ values: x }], { values: y }) => {
    for (let i = 0; i < y.length; i++) y[i] = valueAt(op.function, x[i], op);
  },
  activates: 'clamp',
  quantize: (op, c) => {
    const format = c.calibrated();
    const whole = { function: op.function, parameters: op, at: (x: number) => valueAt(op.function, x, op) };
    const table = provedTable(c, whole, c.inputs[0], format, c.activation);
    return { op: { op: 'lookup', function: op.function, table }, format };
  },
  verify: (op, { inputs: [x], output: y }) => [
    ...shapeProblems(y, x.shape),
    ...tableProblems(op.table, x, y),
  ],
  reference:
    ({ table }) =>
    ([xs], ys) =>
      applyTable(table, xs, ys),
  emit: (op, _, kit) => emitTable(kit, op.table, kit.inputs[0], kit.output),
  fields: {
    function: oneOf(Object.keys(FUNCTIONS) as FunctionName[]),
    table: tableSchema,
  },
  encode: (op) => ({ ...op, table: Array.from(op.table) }),
  decode: (json) => ({ ...json, table: Int16Array.from(json.table as number[]) }) as never,
  accumulatorBits: () => null,
  blocks: (op, { inputs: [x], output: y }, { lanes }) => [
    tableBlock(op.table, x, y, lanes, { sources: [{ input: 0 }], role: '', output: outputOf(y, lanes) }),
  ],
};
