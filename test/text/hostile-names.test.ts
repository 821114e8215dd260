import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/io/assets.js';
import { buildOf, HOSTILE } from '../support/hostile-names.js';
import {
  MODEL,
  NETWORK,
  one,
  python,
  removeRoom,
  run,
  TOP as top,
  written,
} from '../support/hostile-room.js';
import { itWithTool, type ToolName } from '../support/tools.js';

/** A name as long as the hostile one, so that nothing but the name is different. */
const TAME = 'a tame name';

afterAll(removeRoom);

const hostile = buildOf(HOSTILE, NETWORK, MODEL);
const tame = buildOf(HOSTILE, NETWORK, TAME);

const rtl = (files: ReadonlyMap<string, string>): string[] =>
  [...files.keys()].filter((f) => f.startsWith('rtl/') && f.endsWith('.v'));

/** Same tree without docstrings and line numbers. */
const SAME_PYTHON = `import ast,sys
def tree(p):
    t=ast.parse(open(p,encoding='utf8').read())
    assert isinstance(t.body[0].value.value,str); t.body=t.body[1:]
    return ast.dump(t)
sys.exit(tree(sys.argv[1])!=tree(sys.argv[2]))`;
const SAME_YAML = `import sys,yaml
a,b=[yaml.safe_load(open(p,encoding='utf8')) for p in sys.argv[1:3]]
sys.exit(a!=b or not isinstance(a['targets']['default']['toplevel'],str))`;

interface Look {
  readonly tools: readonly ToolName[];
  /** Problems of a build. */
  readonly look: (files: ReadonlyMap<string, string>) => string[];
  /** The same with the escaping of one place removed. */
  readonly plant: (files: Map<string, string>) => void;
}

/** Puts a raw name where the first text of the tame build stands in a file. */
function raw(path: string, name: string): Look['plant'] {
  return (files) => {
    const text = tame.get(path) as string;
    if (!text.includes(TAME)) throw new Error(`${path} names no model`);
    files.set(
      path,
      text.replace(TAME, () => name),
    );
  };
}

/** The hash of a build covers its comments, too. */
const linesOf = (text: string): string[] => {
  let without = text;
  for (const files of [hostile, tame]) {
    const hash = /BUILD\(32'h([0-9a-f]{8})/.exec(files.get(`rtl/${top}_axi.v`) ?? '')?.[1];
    if (hash) without = without.replaceAll(hash, '00');
  }
  return without.split('\n');
};

const LOOKS: Readonly<Record<string, Look>> = {
  'Verilog in Verilator': {
    tools: ['verilator'],
    look: (files) =>
      run(written(files), 'verilator', [
        '--lint-only',
        '-Wno-fatal',
        '-Wno-lint',
        '--top-module',
        `${top}_axi`,
        ...rtl(files),
      ]),
    plant: raw(`rtl/${top}.v`, 'x\nthis is no Verilog'),
  },
  'Verilog in Icarus, run': {
    tools: ['iverilog', 'make'],
    look: (files) => {
      const folder = written(
        new Map([...files, ['sim/input.hex', '0000\n'.repeat(9)], ['sim/expected.hex', '0000\n'.repeat(9)]]),
      );
      // The values are none: the bench fails, and no more than that.
      return run(folder, 'make', ['-s', 'iverilog']).filter((p) => !/FAIL: \d+ mismatches/.test(p));
    },
    plant: raw(`rtl/${top}.v`, one('initial begin')),
  },
  'Verilog in Yosys': {
    tools: ['yosys'],
    look: (files) =>
      run(written(files), 'yosys', [
        '-q',
        '-p',
        `read_verilog -defer ${rtl(files).join(' ')}; hierarchy -check -top ${top}_axi`,
      ]),
    plant: raw(`rtl/${top}_axi.v`, 'x\nthis is no Verilog'),
  },
  'C++ in g++': {
    tools: ['g++'],
    look: (files) => {
      const fn = [...files.keys()].find((f) => /^hls\/.*_tb\.cpp$/.test(f))?.slice(4, -7) as string;
      const flags = [
        '-std=c++14',
        '-Wall',
        '-Wextra',
        '-Werror',
        '-Wno-unknown-pragmas',
        '-fsyntax-only',
        '-I.',
        '-Isim',
      ];
      const folder = written(files);
      const all = `#include "${fn}_tb.cpp"\n#include "${fn}.cpp"\n#include "${fn}_dataflow.cpp"\n`;
      writeFileSync(join(folder, 'hls/all.cpp'), all);
      return run(folder, 'g++', [...flags, 'all.cpp'], join(folder, 'hls'));
    },
    plant: (files) =>
      raw(
        `hls/${[...files.keys()].find((f) => /^hls\/.*_tb\.cpp$/.test(f))?.slice(4, -7)}.cpp`,
        'x\n#error PWNED',
      )(files),
  },
  'Tcl in tclsh': {
    tools: ['tclsh'],
    look: (files) => {
      const folder = written(files);
      const stubs = join(PACKAGE_ROOT, 'test/hls-gen');
      return [
        ...['package_ip.tcl', 'synth_ooc.tcl', 'board.tcl pynq-z2 project'].flatMap((script) => {
          const [name, ...args] = script.split(' ') as [string, ...string[]];
          return run(folder, 'tclsh', [
            join(stubs, 'vivado/stubs.tcl'),
            join(folder, 'vivado', name),
            ...args,
          ]);
        }),
        ...run(folder, 'tclsh', [join(stubs, 'hls/stubs.tcl'), join(folder, 'hls/run_hls.tcl')]),
      ].filter((p) => !/prints PWNED/.test(p));
    },
    plant: raw('vivado/package_ip.tcl', one('[exec')),
  },
  Python: {
    tools: ['numpy'],
    look: (files) => {
      const path = `pynq/${top}_driver.py`;
      const folder = written(
        new Map([
          ['a.py', linesOf(files.get(path) as string).join('\n')],
          ['b.py', linesOf(tame.get(path) as string).join('\n')],
        ]),
      );
      return python(folder, SAME_PYTHON, 'a.py', 'b.py');
    },
    plant: raw(`pynq/${top}_driver.py`, one('"""')),
  },
  YAML: {
    tools: ['pyyaml'],
    look: (files) => {
      const path = `${top}.core`;
      const folder = written(
        new Map([
          ['a', files.get(path) as string],
          ['b', tame.get(path) as string],
        ]),
      );
      return python(folder, SAME_YAML, 'a', 'b');
    },
    plant: raw(`${top}.core`, one('pwned: 1')),
  },
  make: {
    tools: ['make'],
    look: (files) => {
      const folder = written(files);
      return [
        ...['verilator', 'vcd', 'iverilog', 'lint', 'clean'].flatMap((t) => run(folder, 'make', ['-n', t])),
        ...['csim', 'dataflow', 'vitis', 'clean'].flatMap((t) =>
          run(folder, 'make', ['-n', t], join(folder, 'hls')),
        ),
      ];
    },
    plant: (files) =>
      files.set('Makefile', (files.get('Makefile') as string).replaceAll(top, one('$(shell'))),
  },
  Markdown: {
    tools: [],
    look: (files) =>
      ['summary.md', 'vivado/README.md'].flatMap((path) => {
        const [a, b] = [files, tame].map((f) => (f.get(path) as string).split('\n'));
        const text = a?.join('\n');
        return [
          ...(a?.length === b?.length ? [] : [`${path} has ${a?.length} lines, not ${b?.length}`]),
          // Raw HTML, links, code and table cells of a name's own; ours are in the tame one.
          ...(text.match(/<[a-z/!]|(?<!\\)\]\(|(?<!\\)\*\*|\p{Cc}(?<!\n)|\p{Cf}/giu) ?? []).map(
            (m) => `${path} holds ${m}`,
          ),
        ];
      }),
    plant: raw('summary.md', one('</script>')),
  },
};

describe('hostile names', () => {
  it('of the model change nothing but texts of one line: comments, descriptions', () => {
    expect([...hostile.keys()]).toEqual([...tame.keys()]);
    let named = 0;
    for (const [path, text] of hostile) {
      if (path.endsWith('.json')) continue;
      const [a, b] = [text, tame.get(path) as string].map(linesOf) as [string[], string[]];
      expect(a.length, path).toBe(b.length);
      const differing = b.filter((line, i) => a[i] !== line);
      for (const line of differing) expect(line, path).toContain(TAME);
      named += differing.length;
    }
    expect(named).toBeGreaterThanOrEqual(9);
  });

  it('lead to file names of letters, digits, dots and underscores, in bounds', () => {
    for (const path of hostile.keys()) {
      expect(path).toMatch(/^[A-Za-z0-9_./-]+$/);
      expect(path.split('/').includes('..')).toBe(false);
      for (const part of path.split('/')) expect(part.length).toBeLessThan(200);
    }
  });

  for (const [language, { tools, look, plant }] of Object.entries(LOOKS)) {
    itWithTool(tools, `are only text to ${language}`, () => {
      expect(look(hostile)).toEqual([]);
    });
    itWithTool(tools, `are seen where ${language} lacks its escape`, () => {
      const planted = new Map(hostile);
      plant(planted);
      expect(planted).not.toEqual(hostile);
      expect(look(planted)).not.toEqual([]);
    });
  }
});
