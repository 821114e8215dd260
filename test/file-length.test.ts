/** One idea a file: no source is longer than 300 lines, tests, templates and hardware included. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../src/io/assets.js';

const MOST = 300;
const FOLDERS = ['src', 'test', 'bench', 'hw', 'templates', 'training', 'web', 'scripts', 'examples'];
const SOURCES = new Set(['.ts', '.mjs', '.js', '.css', '.v', '.hpp', '.cpp', '.hbs', '.py', '.sh']);

const linesOf = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);

/** Paths of sources below the package's folders. */
function sources(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(PACKAGE_ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => SOURCES.has(extname(path)))
      .map((path) => join(folder, path)),
  );
}

describe('sources', () => {
  const found = sources();

  it('are found in every folder', () => {
    for (const folder of FOLDERS) expect(found.some((p) => p.startsWith(folder))).toBe(true);
    expect(found.length).toBeGreaterThan(600);
  });

  it(`are at most ${MOST} lines long`, () => {
    const long = found.map(
      (path) => [path, linesOf(readFileSync(join(PACKAGE_ROOT, path), 'utf8'))] as const,
    );
    expect(long.filter(([, lines]) => lines > MOST)).toEqual([]);
  });

  it('are seen where one is longer', () => {
    expect(linesOf('x\n'.repeat(MOST + 1))).toBeGreaterThan(MOST);
  });
});
