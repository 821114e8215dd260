/**
 * Size of a constant memory as logic, from its contents. Every output bit is a function of the address; synthesis
 * drops constant columns, shares equal ones, and cuts the rest into tables of 64 (16 on LUT4s) words that are selected
 * by multiplexers. Equal tables are shared too, so zero weights and sign bits come cheap.
 */

/** Fields of a word that are alike: integers of `bits` bits, in two's complement or unsigned. */
export interface RomField {
  readonly bits: number;
  /** Fields in a word. */
  readonly count: number;
  /** Field `i` of word `w` is values[first + w * wordStep + i * fieldStep]. */
  readonly values: ArrayLike<number>;
  readonly first: number;
  readonly wordStep: number;
  readonly fieldStep: number;
  /** Fields 1, 3 .. below this are stored less one where the field before is negative, see hw/rtl/blnet_dot_pair.v. */
  readonly borrows?: number;
}

/** Constant memories of one shape, their fields from bit 0 up. */
export interface RomContent {
  readonly depth: number;
  readonly fields: readonly RomField[];
  /** How many, one where absent, and the distance of one's values to those of the next. */
  readonly banks?: number;
  readonly bankStep?: number;
}

/** Constant memories as logic, all of them together: equal and constant columns of one cost nothing. */
export interface RomLogic {
  /** Distinct columns that are not constant: bits of the output register. */
  readonly columns: number;
  /** Tables that they need, and what selects among them, in LUTs. */
  readonly tables: number;
}

export const romWidth = (rom: RomContent): number =>
  rom.fields.reduce((bits, f) => bits + f.bits * f.count, 0);

/** Bits above the lowest 32. */
const highWord = (value: number): number => Math.floor(value / 2 ** 32) | 0;

/** The lowest bits of a word of 32; all of them, or none, beyond its ends. */
const maskOf = (bits: number): number => (bits >= 32 ? -1 : bits <= 0 ? 0 : (1 << bits) - 1);

export function bitCount(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** A field as it is stored. @param before distance to the field that it borrows for, 0 where there is none */
const stored = (values: ArrayLike<number>, at: number, before: number): number =>
  values[at] - (before > 0 && values[at - before] < 0 ? 1 : 0);

/** Columns of one field that are not constant. @param start of its values in word 0 */
function varyingBits(f: RomField, index: number, start: number, depth: number): number {
  const { values, wordStep } = f;
  const [low, high] = [maskOf(f.bits), maskOf(f.bits - 32)];
  const before = index % 2 === 1 && index < (f.borrows ?? 0) ? f.fieldStep : 0;
  const first = stored(values, start, before);
  let differs = 0;
  let differsHigh = 0;
  for (let word = 1, at = start + wordStep; word < depth; word++, at += wordStep) {
    const v = stored(values, at, before);
    differs |= v ^ first;
    if (high !== 0) differsHigh |= highWord(v) ^ highWord(first);
    if ((differs & low) === low && (differsHigh & high) === high) break;
  }
  return bitCount(differs & low) + bitCount(differsHigh & high);
}

/** Columns of each memory that are not constant: the width that a block RAM must have. */
export function varyingColumns({ depth, fields, banks = 1, bankStep = 0 }: RomContent): number[] {
  const varying: number[] = [];
  for (let bank = 0; bank < banks; bank++) {
    let columns = 0;
    for (const f of fields) {
      const first = f.first + bank * bankStep;
      for (let i = 0; i < f.count; i++) columns += varyingBits(f, i, first + i * f.fieldStep, depth);
    }
    varying.push(columns);
  }
  return varying;
}

/**
 * Words up to which contents are looked at: one table of a LUT4, as of a LUT6. In deeper memories hardly two tables of
 * 16 words or more are alike, and every one counts.
 */
export const SHALLOW = 16;

/** Words of a table, and tables that a multiplexer selects among without a LUT of its own: F7/F8, PFUMX/L6MUX21. */
const TABLE = { 6: { words: 64, free: 4 }, 4: { words: 16, free: 8 } } as const;

/** LUTs that select among the tables of a column: a LUT6 among four, a LUT4 between two. */
function selection(parts: number, lutInputs: 4 | 6): number {
  const groups = Math.ceil(parts / TABLE[lutInputs].free);
  return Math.ceil((groups - 1) / (lutInputs === 6 ? 3 : 1));
}

/** Bits of the address in a memory of so many words, as columns. */
function addressColumns(depth: number): number[] {
  const found: number[] = [];
  for (let step = 1; step < depth; step *= 2) {
    let column = 0;
    for (let word = 0; word < depth; word++) if (word & step) column |= 1 << word;
    found.push(column);
  }
  return found;
}

const ADDRESS_COLUMNS = Array.from({ length: SHALLOW + 1 }, (_, depth) => new Set(addressColumns(depth)));

/** Room that is used again and again: a search asks for thousands of memories. */
const columns = new Int32Array(64);
/** For every column of a shallow memory, the last count that met it. */
const metBy = new Uint32Array(2 ** SHALLOW);
let counts = 0;

/** Columns of one field in a shallow memory, word 0 in bit 0. */
function columnsOf(f: RomField, start: number, depth: number): void {
  const { values, wordStep, bits } = f;
  const low = Math.min(32, bits);
  for (let b = 0; b < bits; b++) columns[b] = 0;
  for (let word = 0, at = start; word < depth; word++, at += wordStep) {
    const v = values[at];
    for (let b = 0, rest = v | 0; b < low; b++, rest >>= 1) columns[b] = columns[b] | ((rest & 1) << word);
    if (bits <= 32) continue;
    for (let b = 32, rest = highWord(v); b < bits; b++, rest >>= 1)
      columns[b] = columns[b] | ((rest & 1) << word);
  }
}

/** Distinct columns of one shallow memory, and how many of them are address bits: they need a register and no table. */
function countColumns({ depth, fields, bankStep = 0 }: RomContent, bank: number): readonly [number, number] {
  const address = ADDRESS_COLUMNS[depth] as ReadonlySet<number>;
  counts++;
  metBy[0] = counts;
  metBy[maskOf(depth)] = counts;
  let distinct = 0;
  let addressBits = 0;
  for (const f of fields) {
    for (let i = 0; i < f.count; i++) {
      columnsOf(f, f.first + bank * bankStep + i * f.fieldStep, depth);
      for (let b = 0; b < f.bits; b++) {
        const column = columns[b];
        if (metBy[column] === counts) continue;
        metBy[column] = counts;
        distinct++;
        if (address.has(column)) addressBits++;
      }
    }
  }
  return [distinct, addressBits];
}

/** Of memories of more than SHALLOW words. @param columns of all of them that are not constant */
export function deepLogic(columns: number, depth: number, lutInputs: 4 | 6): RomLogic {
  const parts = Math.ceil(depth / TABLE[lutInputs].words);
  return { columns, tables: columns * (parts + selection(parts, lutInputs)) };
}

/** Borrows are left out: they change a column, and hardly how many there are. */
export function romLogic(rom: RomContent, lutInputs: 4 | 6): RomLogic {
  const { depth, banks = 1 } = rom;
  if (depth > SHALLOW)
    return deepLogic(
      varyingColumns(rom).reduce((a, b) => a + b),
      depth,
      lutInputs,
    );
  let sum = 0;
  let tables = 0;
  for (let bank = 0; bank < banks; bank++) {
    const [distinct, addressBits] = countColumns(rom, bank);
    sum += distinct;
    tables += distinct - addressBits;
  }
  return { columns: sum, tables };
}
