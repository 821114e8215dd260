/**
 * What `blnet --version`, `blnet --help` and a misspelt command load: no command and nothing of the compiler. And the help
 * that is printed so is that of the commands themselves.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.js';
import { createProgram } from '../../src/cli/main.js';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** What a file imports when it is loaded: neither types nor what is imported later. */
const importsOf = (text: string): string[] =>
  [...text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'";]*?\bfrom\s+)?'([^']+)'/gm)].map((m) => m[1]);

/** Files of src/ and packages that come with a file. */
function loadedWith(file: string, read = (path: string): string => readFileSync(path, 'utf8')): string[] {
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    for (const name of importsOf(read(path))) {
      if (name.startsWith('.')) visit(join(path, '..', name.replace(/\.js$/, '.ts')));
      else if (!name.startsWith('node:')) found.add(name);
    }
  };
  visit(file);
  return [...found].map((f) => (f.startsWith('/') ? relative(SRC, f) : f)).sort();
}

const AT_START = [
  'chalk',
  'cli-table3',
  'cli/command-list.ts',
  'cli/main.ts',
  'cli/terminal/colour.ts',
  'cli/terminal/output.ts',
  'cli/terminal/streams.ts',
  'cli/terminal/wrap.ts',
  'commander',
  'diagnostics.ts',
  'io/interrupt.ts',
  'text/terminal.ts',
  'text/text.ts',
  'text/visible.ts',
  'version.ts',
];

it('the program starts with its terminal alone', () => {
  expect(loadedWith(join(SRC, 'cli/main.ts'))).toEqual(AT_START);
});

it('an import at the head of a file would be seen, and one for its types not', () => {
  const read = (path: string): string =>
    `${path.endsWith('cli/main.ts') ? "import { compile } from '../compile.js';\nimport type { A } from '../config.js';\n" : ''}`;
  expect(loadedWith(join(SRC, 'cli/main.ts'), read)).toEqual(['cli/main.ts', 'compile.ts']);
});

it('the help without the commands is the help with them', async () => {
  const light = (await createProgram('')).helpInformation();
  expect(light).toBe((await createProgram()).helpInformation());
  for (const name of COMMANDS.keys()) expect(light).toContain(name);
});

it('a command that is asked for is there whole, the others by name', async () => {
  const program = await createProgram('inspect');
  const options = (name: string) => program.commands.find((c) => c.name() === name)?.options.length ?? 0;
  expect(options('inspect')).toBeGreaterThan(1);
  expect(options('compile')).toBe(1);
});
