/** The answers that convolutions share, dense and depthwise: filters, a requantizer, and a clamp or a table behind it. */
import type { LayerTensors } from '../../ir/quant-graph.js';
import { type FloatAnswers, type HardwareAnswers, type Json, UNARY } from '../layer-kind.js';
import { emitTable } from '../lookup/simd.js';
import { applyTable } from '../lookup/table.js';
import { filterFields } from './documents.js';
import {
  countFilters,
  decodeFilters,
  encodeFilters,
  type Filters,
  type QuantFilters,
  quantizeFilters,
  scaleFilters,
} from './filters.js';
import { filterProblems } from './problems.js';
import {
  beforeTable,
  decodeTable,
  encodeTable,
  type MaybeTabulated,
  quantizeTable,
  tableActivationProblems,
  tableActivationSchema,
  withTableBlock,
} from './table-activation.js';

/** Filters with the activation behind them. */
export interface QuantFilterOp extends QuantFilters, MaybeTabulated {}

type Named<K extends string> = { readonly op: K };
type All<F, Q, G> = FloatAnswers<F, Q> & HardwareAnswers<F, Q, G>;

/** What only the operation itself knows; of its integers, blocks and values, those in front of a table. */
type Own<F, Q, G> = Pick<
  All<F, Q, G>,
  | 'infer'
  | 'print'
  | 'room'
  | 'run'
  | 'reference'
  | 'emit'
  | 'foldings'
  | 'foldingSchema'
  | 'foldingProblems'
  | 'parallel'
  | 'lanesIn'
  | 'blocks'
> & {
  /** Without its activation. */
  title(op: F | Q): string;
  /** Output channels, and the weights of each. */
  weights(op: Q, tensors: LayerTensors): { readonly outputs: number; readonly perOutput: number };
};

const tableOf = (op: object): MaybeTabulated['table'] =>
  'table' in op ? (op as MaybeTabulated).table : undefined;

/** The operation's own answers, with the shared ones. */
export function filterLayer<
  K extends string,
  F extends Filters & Named<K>,
  Q extends QuantFilterOp & Named<K>,
  G,
>(name: K, own: Own<F, Q, G>): All<F, Q, G> {
  return {
    ...UNARY,
    carries: false,
    infer: own.infer,
    count: countFilters,
    title: (op) => [own.title(op), tableOf(op)?.function].filter((t) => t).join(' '),
    print: own.print,
    affine: () => null,
    scaled: scaleFilters,
    activation: () => null,
    tabulated: () => null,
    room: own.room,
    run: own.run,
    activates: 'clamp or table',
    quantize: (op, context) => {
      const { filters, format } = quantizeFilters(op, context);
      const node = { op: name, ...filters, ...quantizeTable(context, format) };
      return { op: node as unknown as Q, format: context.table ? context.calibrated() : format };
    },
    verify: (op, tensors) => {
      const { outputs, perOutput } = own.weights(op, tensors);
      const { inputs, output } = beforeTable(op, tensors);
      return [
        ...filterProblems(op, inputs[0], output, outputs, perOutput),
        ...tableActivationProblems(op, tensors),
      ];
    },
    reference: (op, tensors) => {
      const run = own.reference(op, beforeTable(op, tensors));
      const table = op.table?.table;
      if (!table) return run;
      return (inputs, output) => {
        run(inputs, output);
        applyTable(table, output, output);
      };
    },
    emit: (op, tensors, kit) => {
      own.emit(op, beforeTable(op, tensors), kit);
      if (op.table) emitTable(kit, op.table.table, kit.output, kit.output);
    },
    fields: { ...filterFields, table: tableActivationSchema },
    encode: (op) => ({ ...encodeFilters(op), ...encodeTable(op) }),
    decode: (json: Json) => ({ ...decodeFilters<Q>(json), ...decodeTable(json) }),
    accumulatorBits: (op) => op.accBits,
    foldings: (op, tensors, dsps) => own.foldings(op, beforeTable(op, tensors), dsps),
    foldingSchema: own.foldingSchema,
    foldingProblems: own.foldingProblems,
    parallel: own.parallel,
    lanesIn: own.lanesIn,
    blocks: (op, tensors, folding, lanes) =>
      withTableBlock(op, tensors, own.blocks(op, beforeTable(op, tensors), folding, lanes)),
  };
}
