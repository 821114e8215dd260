/** The cache of netlists and routed designs: what is kept, what is found, and that the least used goes. */
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { diskTextCache, KEPT_TEXTS } from '../../src/io/routing/text-cache.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blnet-texts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const texts = (n: number) =>
  new Map([
    ['a.json', `{"n":${n}}`],
    ['b.config', `text ${n}`],
  ]);

it('gives what was put there, and nothing where a file is missing or broken', () => {
  const cache = diskTextCache(folder);
  cache.set('one', texts(1));
  expect(cache.get('one', ['a.json', 'b.config'])).toEqual(texts(1));
  expect(cache.get('one', ['a.json', 'c'])).toBeUndefined();
  expect(cache.get('two', ['a.json'])).toBeUndefined();
  writeFileSync(join(folder, 'one', 'a.json.gz'), 'no gzip');
  expect(cache.get('one', ['a.json'])).toBeUndefined();
});

it('keeps the results that were used last', () => {
  const cache = diskTextCache(folder);
  const name = (n: number): string => `key${n}`;
  for (let n = 0; n < KEPT_TEXTS; n++) {
    cache.set(name(n), texts(n));
    utimesSync(join(folder, name(n)), n + 1, n + 1);
  }
  // The oldest is used, so the next one goes.
  expect(cache.get(name(0), ['a.json'])).toBeDefined();
  cache.set('new', texts(-1));
  expect(readdirSync(folder).length).toBe(KEPT_TEXTS);
  expect(cache.get(name(0), ['a.json'])).toBeDefined();
  expect(cache.get('new', ['a.json'])).toBeDefined();
  expect(cache.get(name(1), ['a.json'])).toBeUndefined();
});
