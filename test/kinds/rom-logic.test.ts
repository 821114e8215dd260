/** Size of constant memories as logic. */
import { describe, expect, it } from 'vitest';
import { Prng } from '../../src/ir/prng.js';
import { type RomContent, romLogic, varyingColumns } from '../../src/kinds/bills/rom-logic.js';

/** One field a word. */
const rom = (words: readonly number[], bits: number): RomContent => ({
  depth: words.length,
  fields: [{ bits, count: 1, value: (word) => words[word] as number }],
});

const randomWords = (seed: number, depth: number, bits: number): number[] => {
  const prng = new Prng(seed);
  return Array.from({ length: depth }, () => prng.int(0, 2 ** bits - 1));
};

/** Column by column with integers of any size: slow and plain. */
function plain({ depth, fields }: RomContent, size: 64 | 16) {
  const columns = new Set<bigint>();
  let varying = 0;
  for (const { bits, count, value } of fields) {
    for (let i = 0; i < count; i++) {
      for (let bit = 0n; bit < BigInt(bits); bit++) {
        let column = 0n;
        for (let word = depth - 1; word >= 0; word--)
          column = (column << 1n) | ((BigInt.asUintN(bits, BigInt(value(word, i))) >> bit) & 1n);
        if (column === 0n || column === (1n << BigInt(depth)) - 1n) continue;
        varying++;
        columns.add(column);
      }
    }
  }
  const trivial = new Set<bigint>([0n, (1n << BigInt(Math.min(size, depth))) - 1n]);
  for (let step = 1; step < Math.min(size, depth); step *= 2) {
    let pattern = 0n;
    for (let i = 0; i < Math.min(size, depth); i++) if (Math.floor(i / step) % 2) pattern |= 1n << BigInt(i);
    trivial.add(pattern);
  }
  const tables = new Set<bigint>();
  const parts = Math.ceil(depth / size);
  for (const c of columns)
    for (let p = 0; p < parts; p++) tables.add(BigInt.asUintN(size, c >> BigInt(p * size)));
  const groups = Math.ceil(parts / (size === 64 ? 4 : 8)) - 1;
  const selection = columns.size * Math.ceil(groups / (size === 64 ? 3 : 1));
  const distinct = [...tables].filter((t) => !trivial.has(t)).length;
  return { varying, columns: columns.size, tables: distinct + selection };
}

describe('romLogic', () => {
  it('a random column of up to 64 words is one table, of 16 one LUT4', () => {
    expect(romLogic(rom(randomWords(1, 64, 8), 8), 6)).toEqual({ columns: 8, tables: 8 });
    expect(romLogic(rom(randomWords(1, 64, 8), 8), 4)).toEqual({ columns: 8, tables: 32 });
    expect(romLogic(rom(randomWords(2, 16, 8), 8), 4)).toEqual({ columns: 8, tables: 8 });
  });

  it('128 and 256 words need no LUT to select, 512 one per column', () => {
    expect(romLogic(rom(randomWords(3, 256, 4), 4), 6).tables).toBe(16);
    expect(romLogic(rom(randomWords(4, 512, 4), 4), 6).tables).toBe(32 + 4);
  });

  it('constant and equal columns cost nothing', () => {
    // Sign extension: bits 3..7 are alike; bit 0 is always 1.
    const words = randomWords(5, 32, 3).map((w) => ((w >> 2) & 1 ? 0xf8 : 0) | ((w & 3) << 1) | 1);
    expect(varyingColumns(rom(words, 8))).toBe(7);
    expect(romLogic(rom(words, 8), 6)).toEqual({ columns: 3, tables: 3 });
    expect(romLogic(rom(words, 8), 4)).toEqual({ columns: 3, tables: 6 });
  });

  it('an address bit needs a register but no table', () => {
    const words = Array.from({ length: 64 }, (_, i) => i & 1);
    expect(romLogic(rom(words, 1), 6)).toEqual({ columns: 1, tables: 0 });
  });

  it('zero tables of deep memories are shared', () => {
    const words = [...randomWords(6, 64, 4), ...Array.from({ length: 192 }, () => 0)];
    expect(romLogic(rom(words, 4), 6).tables).toBe(4);
  });

  it('is the plain count for random contents: equal, constant, negative and wide fields', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const prng = new Prng(seed);
      const depth = prng.pick([1, 2, 5, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 128, 200, 256]);
      const fields = Array.from({ length: prng.int(1, 3) }, () => {
        const bits = prng.pick([1, 3, 8, 17, 31, 32, 33, 40]);
        const few = Array.from(
          { length: prng.int(1, 3) },
          () => prng.int(0, 2 ** 20) * prng.pick([1, -1, 2 ** 20]),
        );
        const isFew = prng.int(0, 1) === 0;
        const values = Array.from({ length: 4 * depth }, () =>
          isFew ? prng.pick(few) : (prng.float() - 0.5) * 2 ** 40,
        ).map(Math.round);
        return {
          bits,
          count: prng.int(1, 4),
          value: (word: number, i: number) => values[4 * word + i] as number,
        };
      });
      const content: RomContent = { depth, fields };
      for (const lutInputs of [4, 6] as const) {
        const found = { varying: varyingColumns(content), ...romLogic(content, lutInputs) };
        expect({ seed, ...found }).toEqual({ seed, ...plain(content, lutInputs === 6 ? 64 : 16) });
      }
    }
  });
});
