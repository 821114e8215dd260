/**
 * A table as the activation of a layer: the layer ends in a format of its own, the table makes the output's integers of
 * those. It is a block behind the layer's engine.
 */
import Type from 'typebox';
import type { LayerTensors, QuantFormat, QuantTensor } from '../../ir/quant-graph.js';
import { aboveZero, oneOf, record, wholeNumber } from '../../schema/parts.js';
import type { Json, PlannedBlock, QuantizeContext } from '../layer-kind.js';
import { FUNCTIONS, type FunctionName } from '../lookup/functions.js';
import { tableBlock } from '../lookup/index.js';
import { provedTable, tableProblems, tableSchema } from '../lookup/table.js';
import { byte } from './documents.js';

/** The format is that in front of the table. */
export interface TableActivation extends QuantFormat {
  /** What it holds, for reports. */
  readonly function: FunctionName;
  /** Entries as of a lookup layer. */
  readonly table: Int16Array;
}

/** A layer that may have one. */
export interface MaybeTabulated {
  readonly table?: TableActivation;
}

export const tableActivationSchema = Type.Optional(
  record({
    function: oneOf(Object.keys(FUNCTIONS) as FunctionName[]),
    table: tableSchema,
    bits: wholeNumber(2, 8),
    signed: Type.Boolean({ description: 'true or false' }),
    scale: aboveZero(),
    zeroPoint: byte,
  }),
);

export const encodeTable = ({ table }: MaybeTabulated): Json =>
  table ? { table: { ...table, table: Array.from(table.table) } } : {};

export const decodeTable = ({ table }: Json): MaybeTabulated =>
  table
    ? {
        table: {
          ...(table as unknown as TableActivation),
          table: Int16Array.from((table as Json).table as number[]),
        },
      }
    : {};

/** The table behind a layer whose own results have format `x`. */
export function quantizeTable(c: QuantizeContext, x: QuantFormat): MaybeTabulated {
  if (!c.table) return {};
  const { bits, signed, scale, zeroPoint } = x;
  const table = provedTable(c, c.table, x, c.calibrated(), c.table.activation);
  return { table: { function: c.table.function, table, bits, signed, scale, zeroPoint } };
}

/** The layer's tensors without its table: the output in the format in front of it. */
export function beforeTable({ table }: MaybeTabulated, tensors: LayerTensors): LayerTensors {
  if (!table) return tensors;
  const { bits, signed, scale, zeroPoint } = table;
  return { ...tensors, output: { ...tensors.output, bits, signed, scale, zeroPoint } };
}

export const tableActivationProblems = (op: MaybeTabulated, tensors: LayerTensors): string[] =>
  op.table ? tableProblems(op.table.table, beforeTable(op, tensors).output, tensors.output) : [];

/** The layer's blocks and the table's behind them. */
export function withTableBlock(
  op: MaybeTabulated,
  tensors: LayerTensors,
  blocks: readonly PlannedBlock[],
): readonly PlannedBlock[] {
  if (!op.table) return blocks;
  const engine = blocks[blocks.length - 1];
  const { lanes, beatsPerFrame } = engine.output;
  const x: QuantTensor = beforeTable(op, tensors).output;
  const { bits, signed } = tensors.output;
  const behind = tableBlock(op.table.table, x, tensors.output, lanes, {
    sources: [{ block: blocks.length - 1 }],
    role: 'table',
    output: { role: 'out', lanes, bits, signed, beatsPerFrame },
  });
  const inner = { ...engine, output: { ...engine.output, role: 'sum' } };
  return [...blocks.slice(0, -1), inner, behind];
}
