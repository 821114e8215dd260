/**
 * Size of a constant memory as logic, from its contents. Every output bit is a function of the address; synthesis
 * drops constant columns, shares equal ones, and cuts the rest into tables of 64 (16 on LUT4s) words that are selected
 * by multiplexers. Equal tables are shared too, so zero weights and sign bits come cheap.
 */
import { PairTable } from './pair-table.js';

/** Fields of a word that are alike; values are integers of `bits` bits in two's complement, or unsigned. */
export interface RomField {
  readonly bits: number;
  readonly count: number;
  readonly value: (word: number, index: number) => number;
}

/** A constant memory, its fields from bit 0 up. */
export interface RomContent {
  readonly depth: number;
  readonly fields: readonly RomField[];
}

/** A constant memory as logic: equal and constant columns cost nothing. */
export interface RomLogic {
  /** Distinct columns that are not constant: bits of the output register. */
  readonly columns: number;
  /** Tables that they need, and what selects among them, in LUTs. */
  readonly tables: number;
}

export const romWidth = (rom: RomContent): number =>
  rom.fields.reduce((bits, f) => bits + f.bits * f.count, 0);

/** Bits above the lowest 32. */
const highWord = (value: number): number => Math.floor(value / 2 ** 32);

/** Columns that are not constant: the width that a block RAM must have. */
export function varyingColumns({ depth, fields }: RomContent): number {
  let varying = 0;
  for (const { bits, count, value } of fields) {
    for (let i = 0; i < count; i++) {
      const first = value(0, i);
      const firstHigh = highWord(first);
      const [low, high] = [maskOf(bits), maskOf(bits - 32)];
      let differs = 0;
      let differsHigh = 0;
      for (let word = 1; word < depth; word++) {
        const v = value(word, i);
        differs |= v ^ first;
        if (bits > 32) differsHigh |= highWord(v) ^ firstHigh;
        if ((differs & low) === low && (differsHigh & high) === high) break;
      }
      varying += bitCount(differs & low) + bitCount(differsHigh & high);
    }
  }
  return varying;
}

/** Bits that a field has in a word of 32. */
const maskOf = (bits: number): number => (bits >= 32 ? -1 : bits <= 0 ? 0 : 2 ** bits - 1) | 0;

function bitCount(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Words beyond which contents are not looked at: hardly two of their tables are alike. */
const DEEP = 256;

/** Words of a table, and tables that a multiplexer selects among without a LUT of its own: F7/F8, PFUMX/L6MUX21. */
const TABLE = { 6: { words: 64, free: 4 }, 4: { words: 16, free: 8 } } as const;

/** LUTs that select among the tables of a column: a LUT6 among four, a LUT4 between two. */
function selection(parts: number, lutInputs: 4 | 6): number {
  const groups = Math.ceil(parts / TABLE[lutInputs].free);
  return Math.ceil((groups - 1) / (lutInputs === 6 ? 3 : 1));
}

/** Contents column by column, 32 words a number; words beyond the last are free to be anything, here 0. */
function columnsOf({ depth, fields }: RomContent, chunks: number): Int32Array {
  const columns = new Int32Array(romWidth({ depth, fields }) * chunks);
  let base = 0;
  for (const { bits, count, value } of fields) {
    const low = Math.min(32, bits);
    for (let i = 0; i < count; i++, base += bits * chunks) {
      for (let word = 0; word < depth; word++) {
        const v = value(word, i);
        const at = base + (word >> 5);
        const mark = 1 << (word & 31);
        for (let b = 0, rest = v | 0; b < low; b++, rest >>= 1)
          if (rest & 1) (columns[at + b * chunks] as number) |= mark;
        if (bits <= 32) continue;
        for (let b = 32, rest = highWord(v) | 0; b < bits; b++, rest >>= 1)
          if (rest & 1) (columns[at + b * chunks] as number) |= mark;
      }
    }
  }
  return columns;
}

/** Tables that need no LUT: constants and address bits. */
function internLiterals(tables: PairTable, words: number): number {
  tables.intern(0, 0);
  tables.intern(maskOf(words), maskOf(words - 32));
  for (let step = 1; step < words; step *= 2) {
    const half = [0, 0];
    for (let i = 0; i < words; i++) if (Math.floor(i / step) % 2) (half[i >> 5] as number) |= 1 << (i & 31);
    tables.intern(half[0] as number, half[1] as number);
  }
  return tables.size;
}

/** Whether a column of `depth` words is the same in all of them. */
function isConstant(columns: Int32Array, at: number, depth: number): boolean {
  const first = columns[at] as number;
  if (first !== 0 && first !== maskOf(depth)) return false;
  for (let c = 1; 32 * c < depth; c++)
    if (columns[at + c] !== (first === 0 ? 0 : maskOf(depth - 32 * c))) return false;
  return true;
}

export function romLogic(rom: RomContent, lutInputs: 4 | 6): RomLogic {
  const { depth } = rom;
  const { words } = TABLE[lutInputs];
  const parts = Math.ceil(depth / words);
  if (depth > DEEP) {
    const columns = varyingColumns(rom);
    return { columns, tables: columns * (parts + selection(parts, lutInputs)) };
  }
  const chunks = Math.ceil(depth / 32);
  const contents = columnsOf(rom, chunks);
  const tables = new PairTable();
  const literals = internLiterals(tables, Math.min(words, depth));
  // Columns as chains of tables: a chain that is new at its last table is a new column.
  const chains = new PairTable();
  let columns = 0;
  for (let at = 0; at < contents.length; at += chunks) {
    if (isConstant(contents, at, depth)) continue;
    let chain = 0;
    let known = 0;
    for (let part = 0; part < parts; part++) {
      let table: number;
      if (words === 64) {
        const c = at + 2 * part;
        table = tables.intern(contents[c] as number, 2 * part + 1 < chunks ? (contents[c + 1] as number) : 0);
      } else {
        const pair = contents[at + (part >> 1)] as number;
        table = tables.intern(part & 1 ? pair >>> 16 : pair & 0xffff, 0);
      }
      known = chains.size;
      chain = 1 + chains.intern(chain, table);
    }
    if (chains.size > known) columns++;
  }
  return { columns, tables: tables.size - literals + columns * selection(parts, lutInputs) };
}
