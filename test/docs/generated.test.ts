/** Generated documents are those that the code would write now; `node scripts/write-docs.mjs` writes them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commandPages } from '../../src/cli/command-pages.js';
import { createProgram } from '../../src/cli/main.js';
import { loadAssets } from '../../src/io/assets.js';
import type { KindName } from '../../src/ir/hardware.js';
import { KINDS } from '../../src/kinds/index.js';
import { LIMITS } from '../../src/limits.js';
import { blockCatalogue, moduleOf, readModule } from '../../src/report/block-catalogue.js';
import { limitsPage } from '../../src/report/limits-page.js';
import { publishedSchemas } from '../../src/report/published-schemas.js';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const docs = (path: string): string => readFileSync(join(REPOSITORY, 'docs', path), 'utf8');
const HINT = 'out of date: make build && node scripts/write-docs.mjs';

const program = await createProgram();

describe('docs/commands', () => {
  const pages = commandPages(program);

  it('has a page for every command and no other', () => {
    expect(readdirSync(join(REPOSITORY, 'docs/commands')).sort(), HINT).toEqual([...pages.keys()].sort());
  });

  it.each([...pages.keys()])('%s is up to date', (name) => {
    expect(docs(`commands/${name}`), HINT).toBe(pages.get(name));
  });

  it('shows every option of every command', () => {
    for (const command of program.commands)
      for (const option of command.options)
        expect(pages.get(`${command.name()}.md`)).toContain(option.long as string);
  });
});

describe('docs/blocks.md', () => {
  const { rtl } = loadAssets();
  const text = blockCatalogue(KINDS, rtl);

  it('is up to date', () => {
    expect(docs('blocks.md'), HINT).toBe(text);
  });

  it('finds the module of every kind, and names every module of the library', () => {
    for (const kind of Object.keys(KINDS) as KindName[])
      expect(rtl.has(`${moduleOf(kind)}.v`), kind).toBe(true);
    for (const name of rtl.keys())
      if (name.endsWith('.v')) expect(text).toContain(`${name.replace('.v', '')}`);
  });

  it('reads what a module says of itself', () => {
    const m = readModule(`// Does this.
// And that.
\`default_nettype none

module blnet_x #(
    // Channels
    // at once.
    parameter LANES = 1,
    parameter FILE = ""
) (
    input  wire clk,
    input  wire s_axis_tvalid,
    output wire m_axis_tvalid
);
`);
    expect(m).toEqual({
      name: 'blnet_x',
      purpose: 'Does this. And that.',
      parameters: [
        { name: 'LANES', value: '1', meaning: 'Channels at once.' },
        { name: 'FILE', value: '""', meaning: '' },
      ],
      ports: ['s_axis', 'm_axis'],
    });
  });
});

describe('docs/limits.md', () => {
  it('is up to date', () => {
    expect(docs('limits.md'), HINT).toBe(limitsPage());
  });

  it('gives every limit a number, a reason and a way out', () => {
    for (const [name, l] of Object.entries(LIMITS)) {
      expect(Number.isSafeInteger(l.most) && l.most > 0, name).toBe(true);
      expect(Math.min(l.unit.length, l.reason.length, l.hint.length), name).toBeGreaterThan(5);
    }
  });
});

describe('README.md', () => {
  it('states limits that are those of the code', () => {
    const paragraph =
      /Sizes are limited.*?\n\n/s.exec(readFileSync(join(REPOSITORY, 'README.md'), 'utf8'))?.[0] ?? '';
    const stated = [...paragraph.matchAll(/\d[\d,]*/g)].map(([n]) => Number(n.replaceAll(',', '')));
    const limits = new Set(Object.values(LIMITS).map((l): number => l.most));
    expect(stated.length).toBeGreaterThan(8);
    expect(stated.filter((n) => n !== 1 && !limits.has(n))).toEqual([]);
  });
});

describe('schemas/', () => {
  it.each([...publishedSchemas()])('%s is up to date', (name, text) => {
    expect(readFileSync(join(REPOSITORY, 'schemas', name), 'utf8'), HINT).toBe(text);
  });
});

describe('links', () => {
  const files = readdirSync(REPOSITORY, { recursive: true, encoding: 'utf8' }).filter(
    (f) => f.endsWith('.md') && !/(^|\/)(node_modules|dist|build|coverage|shared)\//.test(f),
  );

  it('between documents lead somewhere', () => {
    expect(files.length).toBeGreaterThan(10);
    const broken: string[] = [];
    for (const file of files) {
      const source = readFileSync(join(REPOSITORY, file), 'utf8').replaceAll(/```.*?```/gs, '');
      for (const [, target] of source.matchAll(/\]\(([^)\s]+)\)/g)) {
        const path = target.split('#')[0];
        if (path === '' || /^[a-z]+:/.test(path)) continue;
        if (!existsSync(join(REPOSITORY, dirname(file), path))) broken.push(`${file}: ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });
});
