/**
 * Operations answer for themselves: outside of src/layers no code branches on which operation a node is. A stage that must
 * know something of an operation asks the table for it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LAYERS } from '../../src/layers/index.js';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

const NAMES = Object.keys(LAYERS).join('|');
/** `op` itself, or `.op` of anything, against anything; an operation's name, or a list of names, against anything. */
const BRANCHES = [
  /switch \([^)]*\bop\)/g,
  /\bop\)?\s*[!=]==?\s/g,
  /[!=]==?\s*[\w.[\]]*\bop\b(?![(:])/g,
  new RegExp(`[!=]==?\\s*'(?:${NAMES})'|'(?:${NAMES})'\\s*[!=]==?`, 'g'),
  new RegExp(`\\b(?:Set|Map)\\(\\[[^\\]]*'(?:${NAMES})'`, 'g'),
  new RegExp(`\\[[^\\]]*'(?:${NAMES})'[^\\]]*\\]\\.includes\\(`, 'g'),
];

const branches = (source: string): string[] => {
  const code = source.replace(COMMENT, '');
  return BRANCHES.flatMap((pattern) => code.match(pattern) ?? []);
};

describe('operations', () => {
  it('are told apart in src/layers only', () => {
    const found = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => path.endsWith('.ts') && !path.startsWith('layers/'))
      .flatMap((path) => branches(readFileSync(join(SRC, path), 'utf8')).map((line) => `${path}: ${line}`));
    expect(found).toEqual([]);
  });

  it.each([
    'switch (node.op) {',
    "if (n.op === 'conv') return;",
    "if (op !== 'add') return;",
    "const { op } = n; if ('add' === op) return;",
    "if (kind == 'maxPool') return;",
    "new Set(['conv', 'add']).has(n.op)",
    "['conv', 'add'].includes(n.op)",
    'const same = a.op === b.op;',
  ])('a branch is seen: %s', (source) => {
    expect(branches(source)).not.toEqual([]);
  });

  it.each(["c.emit({ op: 'add' }, [x])", 'const option = opset >= 13;', '// if (n.op === "conv")'])(
    'and others pass: %s',
    (source) => {
      expect(branches(source)).toEqual([]);
    },
  );
});
