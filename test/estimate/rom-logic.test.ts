/** Size of constant memories as logic. */
import { describe, expect, it } from 'vitest';
import { romLogic } from '../../src/estimate/rom-logic.js';
import { Prng } from '../../src/ir/prng.js';

const randomWords = (seed: number, depth: number, bits: number): bigint[] => {
  const prng = new Prng(seed);
  return Array.from({ length: depth }, () =>
    Array.from({ length: bits }, () => BigInt(prng.int(0, 1))).reduce((word, bit) => (word << 1n) | bit, 0n),
  );
};

describe('romLogic', () => {
  it('a random column of up to 64 words is one table, of 16 one LUT4', () => {
    expect(romLogic(randomWords(1, 64, 8), 8)).toEqual({ varying: 8, columns: 8, tables6: 8, tables4: 32 });
    expect(romLogic(randomWords(2, 16, 8), 8)).toMatchObject({ columns: 8, tables4: 8 });
  });

  it('128 and 256 words need no LUT to select, 512 one per column', () => {
    expect(romLogic(randomWords(3, 256, 4), 4).tables6).toBe(16);
    expect(romLogic(randomWords(4, 512, 4), 4).tables6).toBe(32 + 4);
  });

  it('constant and equal columns cost nothing', () => {
    // Sign extension: bits 3..7 are alike; bit 0 is always 1.
    const words = randomWords(5, 32, 3).map((w) => ((w >> 2n) & 1n ? 0xf8n : 0n) | ((w & 3n) << 1n) | 1n);
    expect(romLogic(words, 8)).toEqual({ varying: 7, columns: 3, tables6: 3, tables4: 6 });
  });

  it('an address bit needs a register but no table', () => {
    const words = Array.from({ length: 64 }, (_, i) => BigInt(i & 1));
    expect(romLogic(words, 1)).toEqual({ varying: 1, columns: 1, tables6: 0, tables4: 0 });
  });

  it('zero tables of deep memories are shared', () => {
    const words = [...randomWords(6, 64, 4), ...Array.from({ length: 192 }, () => 0n)];
    expect(romLogic(words, 4).tables6).toBe(4);
  });
});
