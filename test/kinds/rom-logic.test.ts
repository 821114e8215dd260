/** Size of constant memories as logic. */
import { describe, expect, it } from 'vitest';
import { Prng } from '../../src/ir/prng.js';
import { type RomContent, romLogic, varyingColumns } from '../../src/kinds/bills/rom-logic.js';

/** One field a word. */
const rom = (words: readonly number[], bits: number): RomContent => ({
  depth: words.length,
  fields: [{ bits, count: 1, values: words, first: 0, wordStep: 1, fieldStep: 0 }],
  banks: 1,
  bankStep: 0,
});

const randomWords = (seed: number, depth: number, bits: number): number[] => {
  const prng = new Prng(seed);
  return Array.from({ length: depth }, () => prng.int(0, 2 ** bits - 1));
};

/** Column by column with integers of any size: slow and plain. */
function plain({ depth, fields }: RomContent) {
  const columns: bigint[] = [];
  for (const { bits, count, values, first, wordStep, fieldStep } of fields) {
    for (let i = 0; i < count; i++) {
      for (let bit = 0n; bit < BigInt(bits); bit++) {
        const bitOf = (word: number): bigint => {
          const value = BigInt(values[first + word * wordStep + i * fieldStep]);
          return (BigInt.asUintN(bits, value) >> bit) & 1n;
        };
        let column = 0n;
        for (let word = depth - 1; word >= 0; word--) column = (column << 1n) | bitOf(word);
        columns.push(column);
      }
    }
  }
  const varying = columns.filter((c) => c !== 0n && c !== (1n << BigInt(depth)) - 1n);
  const address = [1, 2, 4, 8].map((step) =>
    Array.from({ length: depth }, (_, word) => (word & step ? 1n << BigInt(word) : 0n)).reduce(
      (a, b) => a | b,
    ),
  );
  const distinct = new Set(varying);
  const tables = [...distinct].filter((c) => !address.includes(c)).length;
  return { varying: varying.length, columns: distinct.size, tables };
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
    const words = randomWords(5, 16, 3).map((w) => ((w >> 2) & 1 ? 0xf8 : 0) | ((w & 3) << 1) | 1);
    expect(varyingColumns(rom(words, 8))).toEqual([7]);
    expect(romLogic(rom(words, 8), 6)).toEqual({ columns: 3, tables: 3 });
    expect(romLogic(rom(words, 8), 4)).toEqual({ columns: 3, tables: 3 });
  });

  it('an address bit needs a register but no table', () => {
    const words = Array.from({ length: 16 }, (_, i) => i & 1);
    expect(romLogic(rom(words, 1), 6)).toEqual({ columns: 1, tables: 0 });
  });

  it('is the plain count for random contents of up to 16 words: equal, constant, negative and wide fields', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const prng = new Prng(seed);
      const depth = prng.int(1, 16);
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
        return { bits, count: prng.int(1, 4), values, first: 0, wordStep: 4, fieldStep: 1 };
      });
      const content: RomContent = { depth, fields, banks: 1, bankStep: 0 };
      for (const lutInputs of [4, 6] as const) {
        const found = { varying: varyingColumns(content)[0], ...romLogic(content, lutInputs) };
        expect({ seed, ...found }).toEqual({ seed, ...plain(content) });
      }
    }
  });
});
