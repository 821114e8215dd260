/** No file of src/ imports itself by way of others, types included. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));
const IMPORT = /\b(?:from\s*|import\s*\(?\s*)(['"])(\.[^'"\n]+)\1/g;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

/** File -> files it imports, relative to src/. */
function importsOf(sources: ReadonlyMap<string, string>): Map<string, string[]> {
  return new Map(
    [...sources].map(([path, text]) => {
      const targets = [...text.replace(COMMENT, '').matchAll(IMPORT)].map(([, , target]) =>
        posix.normalize(posix.join(posix.dirname(path), target)).replace(/\.js$/, '.ts'),
      );
      return [path, targets];
    }),
  );
}

/** Each circle once, from its first file found back to it. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at >= 0) {
      found.push([...way.slice(at), path].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const next of imports.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return found;
}

const circlesOf = (sources: Readonly<Record<string, string>>): string[] =>
  circles(importsOf(new Map(Object.entries(sources))));

it('there are no import circles in src/', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'));
  const imports = importsOf(new Map(files.map((path) => [path, readFileSync(join(SRC, path), 'utf8')])));
  // Every import leads to a file: otherwise circles could hide.
  expect([...imports.values()].flat().filter((target) => !imports.has(target))).toEqual([]);
  expect(circles(imports)).toEqual([]);
});

it('sees planted circles, types and lazy imports included', () => {
  expect(
    circlesOf({ 'a.ts': "import './b/c.js';", 'b/c.ts': "import type { D } from '../a.js';", 'd.ts': '' }),
  ).toEqual(['a.ts -> b/c.ts -> a.ts']);
  expect(circlesOf({ 'a.ts': "await import('./b.js')", 'b.ts': "export * from './b.js';" })).toEqual([
    'b.ts -> b.ts',
  ]);
  expect(
    circlesOf({ 'a.ts': "import './b.js'; import './c.js';", 'b.ts': "import './c.js';", 'c.ts': '' }),
  ).toEqual([]);
});
