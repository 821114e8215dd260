/**
 * Any function of one value: a table of one entry for every input, one memory per lane.
 */
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { DIRECT, delay } from '../ir/block-timing.js';
import { largestOf, smallestOf } from '../ir/extremes.js';
import { rangeOf } from '../ir/quant-graph.js';
import { functionTables } from './bills/function-tables.js';
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
interface Columns {
  readonly count: number;
  /** LUTs' tables of them, by the inputs of a LUT. */
  readonly tables: Map<number, number>;
  readonly texts: readonly string[];
}

const columnsOfTable = new WeakMap<Int16Array, Columns>();

function columnsOf(table: Int16Array, bits: number): Columns {
  const known = columnsOfTable.get(table);
  if (known) return known;
  const columns = new Set(
    Array.from({ length: bits }, (_, b) => Array.from(table, (v) => (v >> b) & 1).join('')),
  );
  const texts = [...columns].filter((c) => c.includes('0') && c.includes('1'));
  const found = { count: texts.length, tables: new Map<number, number>(), texts };
  columnsOfTable.set(table, found);
  return found;
}

function tablesOf(columns: Columns, lutInputs: 4 | 6): number {
  const tables = columns.tables.get(lutInputs) ?? functionTables(columns.texts, lutInputs);
  columns.tables.set(lutInputs, tables);
  return tables;
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
    const columns = columnsOf(p.table, p.outBits);
    const writer = new BillWriter(target);
    writer.bill.add('romBits', p.lanes * p.table.length * columns.count);
    // Bits that are the same in every entry, or equal to another, are wires in the FIFO behind the memories, too.
    return writer
      .ff(1 + p.lanes * columns.count)
      .use('functionTable', p.lanes * tablesOf(columns, target.lutInputs))
      .fifo2(p.lanes * columns.count).bill;
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
