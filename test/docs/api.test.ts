/** docs/api.md names everything that the package exports, and imports nothing that it does not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import * as pure from '../../src/index.js';
import * as node from '../../src/node.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(ROOT, 'docs/api.md'), 'utf8');

it('names every value of both entries', () => {
  for (const name of Object.keys(node)) expect(page, name).toMatch(new RegExp(`\\b${name}\\b`));
  expect(Object.keys(node)).toEqual(expect.arrayContaining(Object.keys(pure)));
});

it('and the examples import what is there', () => {
  const examples = ['simulate', 'build-folder', 'browser'].map((n) =>
    readFileSync(join(ROOT, `examples/${n}.js`), 'utf8'),
  );
  const entries: Readonly<Record<string, object>> = { blnet: pure, 'blnet/node': node };
  let found = 0;
  for (const text of [page, ...examples])
    for (const [, names, entry] of text.matchAll(/import \{([^}]*)\} from '(blnet(?:\/node)?)'/g))
      for (const name of names
        .split(',')
        .map((n) => n.trim())
        .filter((n) => n !== '')) {
        expect(entries[entry], name).toHaveProperty(name);
        found++;
      }
  expect(found).toBeGreaterThan(10);
});
