/**
 * Size of a constant memory as logic, from its contents. Every output bit is a function of the address; synthesis
 * drops constant columns, shares equal ones, and cuts the rest into tables of 64 (16 on ECP5) words that are selected
 * by multiplexers. Equal tables are shared too, so zero weights and sign bits come cheap.
 */
import type { RomLogic } from './bill.js';

/** Column `bit` of the words, word 0 in the lowest bit; words beyond the last are free to be anything, here 0. */
function column(words: readonly bigint[], bit: bigint): bigint {
  let value = 0n;
  for (let i = words.length - 1; i >= 0; i--) value = (value << 1n) | (((words[i] as bigint) >> bit) & 1n);
  return value;
}

/** Truth tables of `size` words that need no LUT: constants and address bits. */
function literals(size: number): Set<bigint> {
  const all = (1n << BigInt(size)) - 1n;
  const found = new Set<bigint>([0n, all]);
  for (let step = 1; step < size; step *= 2) {
    let pattern = 0n;
    for (let i = 0; i < size; i++) if (Math.floor(i / step) % 2) pattern |= 1n << BigInt(i);
    found.add(pattern);
  }
  return found;
}

/** Tables that a multiplexer of this family selects among without a LUT of its own: F7/F8 muxes, PFUMX/L6MUX21. */
const FREE_SELECTION: Readonly<Record<number, number>> = { 6: 4, 4: 8 };

function tables(columns: ReadonlySet<bigint>, depth: number, tableBits: 4 | 6): number {
  const size = 2 ** tableBits;
  const mask = (1n << BigInt(size)) - 1n;
  const trivial = literals(Math.min(size, depth));
  const parts = Math.ceil(depth / size);
  const seen = new Set<bigint>();
  let selection = 0;
  for (const c of columns) {
    for (let p = 0; p < parts; p++) {
      const table = (c >> BigInt(p * size)) & mask;
      if (!trivial.has(table)) seen.add(table);
    }
    const groups = Math.ceil(parts / (FREE_SELECTION[tableBits] as number));
    // A 6-input LUT selects among four, a 4-input LUT between two.
    selection += Math.ceil((groups - 1) / (tableBits === 6 ? 3 : 1));
  }
  return seen.size + selection;
}

export function romLogic(words: readonly bigint[], wordBits: number): RomLogic {
  const all = (1n << BigInt(words.length)) - 1n;
  const columns = new Set<bigint>();
  let varying = 0;
  for (let bit = 0; bit < wordBits; bit++) {
    const c = column(words, BigInt(bit));
    if (c === 0n || c === all) continue;
    varying++;
    columns.add(c);
  }
  return {
    varying,
    columns: columns.size,
    tables6: tables(columns, words.length, 6),
    tables4: tables(columns, words.length, 4),
  };
}
