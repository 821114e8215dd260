/**
 * Parameters of the library: each has a line of meaning and range above it, the defaults are legal, and for each one a
 * value outside its range stops Verilator, Icarus and Yosys by a module that is not there and says why.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { describeWithTool } from '../support/tools.js';

const LIBRARY = fileURLToPath(new URL('../../hw/rtl/', import.meta.url));

interface Parameter {
  readonly module: string;
  readonly name: string;
  /** The comment above it. */
  readonly text: string;
  /** What the comment says behind its last colon. */
  readonly range: string;
}

/** Parameters of a module's header; those without a line of `meaning: range.` have an empty range. */
function parametersOf(source: string): Parameter[] {
  const [, module, head] = /^module (\w+) #\(\n([\s\S]*?)\n\) \(/m.exec(source) ?? [];
  if (!module) return [];
  const lines = head.split('\n');
  return lines.flatMap((line, i) => {
    const [, name] = /^\s*parameter\b.*?(\w+)\s*=/.exec(line) ?? [];
    if (!name) return [];
    const [, text = ''] = /^\s*\/\/ (.*)$/.exec(lines[i - 1] ?? '') ?? [];
    const [, range = ''] = /^.{8,}: ([^:]+)\.$/.exec(text) ?? [];
    return [{ module, name, text, range }];
  });
}

/** Ranges that are no bounds of one number. */
const UNBOUNDED = /^(a path|derived)$/;

/** A value outside the range, or null for what takes any; the other parameters keep their defaults. */
function illegalValue({ range }: Parameter): number | null {
  if (UNBOUNDED.test(range)) return null;
  // Wider than the default of any field.
  if (/^any that fits \w+$/.test(range)) return 2 ** 30;
  // Of two bounds that depend on others, the upper one: a chain of 0 lanes ends in a division by it.
  if (/^1 or more, at most SIMD$/.test(range)) return 2;
  const [, least] = /^(-?\d+)(?: or more|\.\.)/.exec(range) ?? [];
  if (least !== undefined) return Number(least) - 1;
  if (/^0 or 1\b/.test(range)) return 2;
  if (/^1 or [A-Z_]+$/.test(range)) return 2;
  return Number.NaN;
}

const SOURCES = readdirSync(LIBRARY).filter((f) => f.endsWith('.v'));
const PARAMETERS = SOURCES.flatMap((f) => parametersOf(readFileSync(join(LIBRARY, f), 'utf8')));

describe('headers of the library', () => {
  it('are read: a parameter in nearly every module', () => {
    expect(new Set(PARAMETERS.map((p) => p.module)).size).toBe(SOURCES.length);
    expect(PARAMETERS.length).toBeGreaterThan(150);
  });

  it('give each parameter a line of meaning and range', () => {
    expect(PARAMETERS.filter((p) => Number.isNaN(illegalValue(p)))).toEqual([]);
  });

  it.each([
    ['no line', '    parameter LANES = 1'],
    ['a line without a range', '    // Channels per beat.\n    parameter LANES = 1'],
    ['a line about nothing', '    // N: 1 or more.\n    parameter LANES = 1'],
    ['a range in words', '    // Channels per beat: a few.\n    parameter LANES = 1'],
  ])('are seen to lack something: %s', (_, text) => {
    const [p] = parametersOf(`module m #(\n${text}\n) (\n`);
    expect(illegalValue(p)).toBeNaN();
  });
});

const folder = mkdtempSync(join(tmpdir(), 'blnet-parameters-'));
// What Yosys reads while it elaborates a ROM.
for (const file of ['00.mem', 'zero.mem']) writeFileSync(join(folder, file), '0\n');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Everything that a tool says about a file with the module `top`, and whether it went through. */
const run = (command: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(command, [...args], { cwd: folder }, (error, stdout, stderr) =>
      resolve(`${error ? 'refused' : 'accepted'}\n${stdout}${stderr}`),
    );
  });

const TOOLS: Readonly<Record<string, (file: string, top: string) => Promise<string>>> = {
  verilator: (file, top) =>
    run('verilator', ['--lint-only', '-Wno-fatal', '-Wno-lint', '-y', LIBRARY, '--top-module', top, file]),
  iverilog: (file, top) => run('iverilog', ['-g2005', '-t', 'null', '-y', LIBRARY, '-s', top, file]),
  yosys: (file, top) =>
    run('yosys', ['-q', '-p', `read_verilog -defer ${LIBRARY}/*.v ${file}; hierarchy -check -top ${top}`]),
};

/** One instance of a module with all its ports open, one parameter set and the others at their defaults. */
async function elaborate(
  tool: string,
  module: string,
  set?: readonly [name: string, value: number],
): Promise<string> {
  const top = `${tool}_${module}${set ? `_${set[0]}` : ''}`;
  const files = PARAMETERS.filter(
    (p) => p.module === module && p.range === 'a path' && p.name !== 'WEIGHT_FILE',
  );
  const parameters = [
    ...files.map((p) => `.${p.name}("zero.mem")`),
    ...(set ? [`.${set[0]}(${set[1]})`] : []),
  ];
  const file = join(folder, `${top}.v`);
  writeFileSync(file, `module ${top};\n  ${module} #(${parameters.join(', ')}) u ();\nendmodule\n`);
  return TOOLS[tool](file, top);
}

/** A few at a time. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}

describe.each(Object.keys(TOOLS))('%s', (tool) => {
  describeWithTool(tool as 'yosys', 'stops at parameters outside their range', () => {
    it('takes every module with its defaults', async () => {
      const refused: string[] = [];
      await each([...new Set(PARAMETERS.map((p) => p.module))], async (module) => {
        const text = await elaborate(tool, module);
        if (!text.startsWith('accepted')) refused.push(`${module}: ${text}`);
      });
      expect(refused).toEqual([]);
    });

    it('names what is wrong with each parameter', async () => {
      const missed: string[] = [];
      await each(PARAMETERS, async (p) => {
        const value = illegalValue(p);
        if (value === null) return;
        const text = await elaborate(tool, p.module, [p.name, value]);
        if (!/^refused[\s\S]*\bblnet_error_\w+/.test(text))
          missed.push(`${p.module}.${p.name} = ${value}: ${text}`);
      });
      expect(missed).toEqual([]);
    });
  });
});
