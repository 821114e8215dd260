/**
 * Any function of one value: a table of one entry for every input, one memory per lane.
 */
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { DIRECT, delay } from '../ir/block-timing.js';
import { largestOf, smallestOf } from '../ir/extremes.js';
import { rangeOf } from '../ir/quant-graph.js';
import { romLogic } from './bills/rom-logic.js';
import { BillWriter } from './bills/writer.js';
import { oneProcess } from './hls.js';
import { packWords } from './words.js';

export interface LookupParams {
  readonly kind: 'lookup';
  readonly beats: number;
  readonly lanes: number;
  readonly xBits: number;
  readonly xSigned: boolean;
  readonly outBits: number;
  readonly outSigned: boolean;
  /** Result of every input, in the order of the input's bits as an unsigned number: 0, 1 .. and then the negative ones. */
  readonly table: Int16Array;
}

declare module '../ir/hardware.js' {
  interface BlockTypes {
    lookup: LookupParams;
  }
}

/** The memory's output register. */
const LATENCY = 1;

const bounds = (p: LookupParams): readonly [number, number] => [smallestOf(p.table), largestOf(p.table)];

/** Bits of a result that differ between entries, and from each other: equal ones are one memory column and register. */
const distinctOf = new WeakMap<Int16Array, { readonly bits: number; readonly values: Int32Array }>();

function distinctColumns(table: Int16Array, bits: number): { bits: number; values: ArrayLike<number> } {
  const known = distinctOf.get(table);
  if (known) return known;
  const columns = new Set(
    Array.from({ length: bits }, (_, b) => Array.from(table, (v) => (v >> b) & 1).join('')),
  );
  const varying = [...columns].filter((c) => c.includes('0') && c.includes('1'));
  const values = Int32Array.from(table, (_, word) =>
    varying.reduce((sum, column, b) => sum | (Number(column[word]) << b), 0),
  );
  const found = { bits: varying.length, values };
  distinctOf.set(table, found);
  return found;
}

export const lookup: BlockKind<'lookup'> = {
  kind: 'lookup',
  summary: 'Any function of one value, by a table: activations, and one number format to another.',
  check: (p) => {
    const problems = checkCounts(p, ['beats', 'lanes', 'xBits', 'outBits']);
    if (problems.length > 0) return problems;
    if (p.xBits > 8 || p.outBits > 8) problems.push(`${p.xBits} to ${p.outBits} bits, 8 fit`);
    else if (p.table.length !== 2 ** p.xBits)
      problems.push(`a table of ${p.table.length} entries for ${p.xBits} bits`);
    const [lo, hi] = rangeOf({ bits: p.outBits, signed: p.outSigned });
    const [least, most] = bounds(p);
    if (!(least >= lo && most <= hi)) problems.push(`entries of ${least}..${most}, ${lo}..${hi} fit`);
    return problems;
  },
  ports: ({ lanes, beats, ...p }) => ({
    inputs: [{ lanes, bits: p.xBits, signed: p.xSigned, beats }],
    outputs: [{ lanes, bits: p.outBits, signed: p.outSigned, values: bounds(p as LookupParams), beats }],
  }),
  cyclesPerFrame: (p) => p.beats,
  macsPerFrame: () => 0,
  bill: (p, target) => {
    const distinct = distinctColumns(p.table, p.outBits);
    const content = {
      depth: p.table.length,
      fields: [{ ...distinct, count: 1, first: 0, wordStep: 1, fieldStep: 0 }],
    };
    const { columns, tables } = romLogic(content, target.lutInputs);
    const writer = new BillWriter(target);
    writer.bill.add('romBits', p.lanes * p.table.length * distinct.bits);
    // Bits that are the same in every entry, or equal to another, are wires in the FIFO behind the memories, too.
    return writer
      .ff(1 + p.lanes * columns)
      .use('functionTable', p.lanes * tables)
      .fifo2(p.lanes * columns).bill;
  },
  timing: () => ({ intakes: [DIRECT], issues: 1, emits: 'all', stages: [delay(LATENCY)] }),
  rtl: (p) => ({
    module: 'blnet_lookup',
    parameters: [
      ['LANES', p.lanes],
      ['X_BITS', p.xBits],
      ['OUT_BITS', p.outBits],
    ],
    memories: [
      {
        parameter: 'TABLE_FILE',
        suffix: 'table',
        wordBits: p.outBits,
        words: packWords(p.table, 1, p.outBits),
      },
    ],
    inputPorts: ['s_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: (p) => {
    const { calls, ...rest } = oneProcess('blnet_lookup', [
      ['BEATS', p.beats],
      ['LANES', p.lanes],
      ['X_BITS', p.xBits],
      ['OUT_BITS', p.outBits],
      ['OUT_SIGNED', p.outSigned ? 1 : 0],
    ]);
    // A copy for every lane, so that all of them read in one cycle.
    const table = {
      name: 'table',
      bits: p.outBits,
      signed: p.outSigned,
      lanes: p.lanes,
      block: false,
      values: Array.from(p.table).flatMap((y) => Array<number>(p.lanes).fill(y)),
    };
    return { ...rest, calls: calls.map((c) => ({ ...c, roms: [table] })) };
  },
};
