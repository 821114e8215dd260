/**
 * The short part of `make fuzz`, from a fixed seed: every case ends with a result or a coded diagnostic. And the fuzzer
 * itself: it reaches what it is for, and an exception that is no diagnostic does not pass.
 */
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { CASE_KINDS, type CaseKind, Ground } from '../../bench/fuzz/cases.js';
import { jsonText, mutateBytes, mutateTree, type Tree } from '../../bench/fuzz/mutate-tree.js';
import { Prng } from '../../src/ir/prng.js';

const ground = new Ground(fileURLToPath(new URL('../../', import.meta.url)));
afterAll(() => ground.remove());

const CASES: Readonly<Record<CaseKind, number>> = { model: 250, build: 120, config: 150, image: 150 };
const FIRST_SEED = 70_000;

describe('mutated from a seed', () => {
  it.each(CASE_KINDS)('every %s is accepted or refused with a code', async (kind) => {
    const outcomes = new Map<string, number>();
    for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES[kind]; seed++) {
      const outcome = await ground.run(kind, seed).catch((error: unknown) => {
        throw new Error(`${kind}:${seed}`, { cause: error });
      });
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // Mutations that nothing survives, or that change nothing, would prove nothing.
    const accepted = outcomes.get('ok') ?? 0;
    expect(accepted).toBeGreaterThan(CASES[kind] / 20);
    expect(accepted).toBeLessThan((9 * CASES[kind]) / 10);
    expect(outcomes.size).toBeGreaterThan(kind === 'image' ? 1 : 2);
  });
});

describe('the fuzzer', () => {
  it('makes the same case of the same seed', () => {
    const bytes = (seed: number) => ground.modelOf(new Prng(seed)).bytes;
    for (let seed = 1; seed < 20; seed++) expect(bytes(seed)).toEqual(bytes(seed));
  });

  it('does not take an exception for an answer', async () => {
    const broken: Ground = Object.create(ground, {
      image: {
        value: () => {
          throw new TypeError('planted');
        },
      },
    });
    await expect(broken.run('image', 1)).rejects.toThrow('planted');
  });

  it('changes a document nearly always, also by keys of the prototype and numbers without a word', () => {
    const document = { a: [1, 2, { b: 'c' }], d: { e: null, f: 3.5 } };
    const texts = Array.from({ length: 400 }, (_, seed) => {
      const tree = structuredClone(document) as Tree;
      mutateTree(tree, new Prng(seed), false);
      return jsonText(tree);
    });
    for (const text of texts) JSON.parse(text);
    expect(texts.filter((t) => t !== JSON.stringify(document)).length).toBeGreaterThan(360);
    for (const seen of ['__proto__', 'constructor', '1e999', '[[[['])
      expect(
        texts.some((t) => t.includes(seen)),
        seen,
      ).toBe(true);
  });

  it('changes bytes, and takes none', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => i % 251);
    const changed = Array.from({ length: 100 }, (_, seed) => mutateBytes(bytes, new Prng(seed)));
    expect(changed.filter((b) => Buffer.compare(b, bytes) !== 0).length).toBeGreaterThan(90);
    for (let seed = 0; seed < 20; seed++)
      expect(mutateBytes(new Uint8Array(), new Prng(seed)).length).toBeLessThan(65);
  });
});
