/**
 * Imports go one way (ARCHITECTURE.md): a part of src/ may import only the parts in its row of ALLOWED, and
 * only the edge (io, cli, node) may import Node modules or packages that touch the process or the terminal.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

const BASE = ['diagnostics', 'limits', 'schema', 'ir'];
const ENGINES = [...BASE, 'kinds'];
const LAYERS = [...ENGINES, 'arithmetic', 'layers', 'sim/wasm'];
const USERS_OF_ENGINES = [...LAYERS, 'passes', 'frontend', 'sim', 'hls-gen', 'targets', 'estimate'];
const CORE = [...USERS_OF_ENGINES, 'explore', 'report', 'text'];

const PURE = [...CORE, 'images', 'compile', 'explore-model', 'config', 'version'];
const IO = ['io', 'io/board', 'io/build', 'io/images', 'io/routing', 'io/simulators', 'io/synthesis'];

/** Part (a folder of src/ or within it, or a file beside them) -> parts it may import; every part may import itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  diagnostics: [],
  limits: ['diagnostics'],
  schema: ['diagnostics', 'limits'],
  ir: ['diagnostics', 'limits', 'schema'],
  text: BASE,
  arithmetic: BASE,
  kinds: BASE,
  'sim/wasm': BASE,
  layers: [...ENGINES, 'arithmetic', 'sim/wasm', 'limits'],
  passes: LAYERS,
  frontend: [...BASE, 'layers'],
  sim: LAYERS,
  'hls-gen': [...ENGINES, 'arithmetic', 'text'],
  targets: BASE,
  estimate: [...ENGINES, 'targets'],
  explore: USERS_OF_ENGINES,
  report: [...USERS_OF_ENGINES, 'explore', 'text', 'config', 'version'],
  version: [],
  config: ['diagnostics', 'schema', 'targets'],
  compile: [...CORE, 'config', 'version'],
  images: BASE,
  'explore-model': [...CORE, 'compile', 'config'],
  api: [...CORE, 'images', 'compile', 'explore-model', 'config'],
  index: ['api', ...CORE, 'compile', 'explore-model', 'config', 'version'],
  node: ['index', 'api', 'images', ...CORE, ...IO],
  io: PURE,
  'io/board': [...PURE, 'io', 'io/build', 'io/synthesis'],
  'io/build': [...PURE, 'io'],
  'io/images': [...PURE, 'io', 'io/build'],
  'io/simulators': [...PURE, 'io', 'io/build'],
  'io/synthesis': [...PURE, 'io', 'io/build'],
  'io/routing': [...PURE, 'io', 'io/build', 'io/synthesis'],
  'io/report': [...PURE, ...IO],
  'io/sweep': [...PURE, 'io', 'io/images'],
  'cli/terminal': ['diagnostics', 'text', 'io'],
  'cli/commands': [...PURE, ...IO, 'io/report', 'io/sweep', 'cli/terminal'],
  cli: [...PURE, ...IO, 'cli/commands', 'cli/terminal'],
};

const EDGE = new Set(['io', 'cli', 'node']);
const EDGE_PACKAGES = new Set(['onnxruntime-node', 'commander', 'chalk', ...builtinModules]);

/** `from '…'`, `import '…'`, `import('…')`, type imports and re-exports included. */
const IMPORT = /\b(?:from\s*|import\s*\(?\s*)(['"])([^'"\n]+)\1/g;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

/** Rooms with rows of their own; `sim/wasm` is below layers, which generate code with it, the rest of `sim` above them. */
const WITHIN = Object.keys(ALLOWED).filter((part) => part.includes('/'));

/** The part that a path relative to src/ belongs to: `ir/graph.ts` -> `ir`, `compile.ts` -> `compile`. */
const partOf = (path: string): string =>
  WITHIN.find((part) => path.startsWith(`${part}/`)) ?? path.split('/')[0].replace(/\.[jt]s$/, '');

/** One line per import that goes the wrong way; `path` is relative to src/. */
function violations(path: string, source: string): string[] {
  const part = partOf(path);
  const allowed = ALLOWED[part];
  if (!allowed) return [`${path}: '${part}' has no row in the table of test/import-direction.test.ts`];
  const found: string[] = [];
  for (const [, , target] of source.replace(COMMENT, '').matchAll(IMPORT)) {
    if (!target.startsWith('.')) {
      const edgeOnly = target.startsWith('node:') || EDGE_PACKAGES.has(target);
      if (edgeOnly && !EDGE.has(part.split('/')[0]))
        found.push(`${path}: '${target}' is for ${[...EDGE].join(', ')} only`);
      continue;
    }
    const targetPart = partOf(posix.normalize(posix.join(posix.dirname(path), target)));
    if (targetPart !== part && !allowed.includes(targetPart)) {
      found.push(`${path}: '${part}' may not import '${targetPart}' (${target})`);
    }
  }
  return found;
}

describe('import direction', () => {
  it('holds in src/', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => path.endsWith('.ts'));
    expect(files).toContain('diagnostics.ts');
    expect(files.flatMap((path) => violations(path, readFileSync(join(SRC, path), 'utf8')))).toEqual([]);
  });

  it.each([
    ['ir/a.ts', "import type { Pool } from '../kinds/pool.js';", "'ir' may not import 'kinds'"],
    ['kinds/pool/a.ts', "export {\n  x,\n} from '../../sim/engine.js';", "'kinds' may not import 'sim'"],
    ['layers/a.ts', "import { x } from '../sim/engine.js';", "'layers' may not import 'sim'"],
    ['kinds/a.ts', "import { LAYERS } from '../layers/index.js';", "'kinds' may not import 'layers'"],
    ['sim/wasm/a.ts', "import { x } from '../engine.js';", "'sim/wasm' may not import 'sim'"],
    ['passes/a.ts', "type T = import('../hls-gen/view.js').View;", "'passes' may not import 'hls-gen'"],
    ['frontend/a.ts', "import '../kinds/index.js';", "'frontend' may not import 'kinds'"],
    ['compile.ts', 'import { read } from "./io/files.js";', "'compile' may not import 'io'"],
    ['io/a.ts', "import { main } from '../cli/main.js';", "'io' may not import 'cli'"],
    ['sim/a.ts', "import { readFileSync } from 'node:fs';", "'node:fs' is for io, cli, node only"],
    ['sim/a.ts', "const fs = await import('fs');", "'fs' is for io, cli, node only"],
    ['ir/a.ts', "import { x } from '../../bench/bench.js';", "'ir' may not import '..'"],
    ['io/files.ts', "import '../io/build/mark.js';", "'io' may not import 'io/build'"],
    ['io/build/a.ts', "import '../images/npy.js';", "'io/build' may not import 'io/images'"],
    ['cli/terminal/a.ts', "import '../commands/verify.js';", "'cli/terminal' may not import 'cli/commands'"],
    ['extra/a.ts', '', "'extra' has no row"],
  ])('sees the planted fault in %s: %s', (path, source, message) => {
    expect(violations(path, source)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ['passes/a.ts', "import type { Kind } from '../kinds/index.js';\nimport { b } from './b.js';"],
    ['kinds/pool/a.ts', "import { x } from '../window.js';\nimport { Shape } from '../../ir/graph.js';"],
    [
      'layers/pool/a.ts',
      "import { i32 } from '../../sim/wasm/ops.js';\nimport { K } from '../../kinds/index.js';",
    ],
    ['hls-gen/a.ts', "import Handlebars from 'handlebars';"],
    ['io/a.ts', "import { readFileSync } from 'node:fs';\nimport { compile } from '../compile.js';"],
    ['ir/a.ts', "/* import '../cli/main.js'; */\n// import { x } from '../sim/a.js';"],
  ])('lets %s pass: %s', (path, source) => {
    expect(violations(path, source)).toEqual([]);
  });
});
