/// <reference lib="dom" />
/**
 * Hostile names through every generated file, read by the real tools of each language: they find the intended text
 * and nothing else. Then the escaping of one file is taken away, language by language, and the same look finds it.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/io/assets.js';
import { SCRIPT } from '../../src/report/html/script.js';
import { paretoSvg } from '../../src/report/pareto-svg.js';
import { buildOf, chainOf, HOSTILE } from '../support/hostile-names.js';
import { openPage } from '../support/page.js';
import { runCli } from '../support/run-cli.js';
import { itWithTool, PYTHON, type ToolName } from '../support/tools.js';

const NETWORK = 'begin';
const MODEL = HOSTILE.slice(0, -1).join(' | ');
/** A name as long as the hostile one, so that nothing but the name is different. */
const TAME = 'a tame name';

const root = mkdtempSync(join(tmpdir(), 'blnet-hostile-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const hostile = buildOf(HOSTILE, NETWORK, MODEL);
const tame = buildOf(HOSTILE, NETWORK, TAME);
const top = 'begin_layer';

let folders = 0;
/** A folder of its own with the files; what runs in them leaves its mark below it. */
function written(files: ReadonlyMap<string, string>): string {
  const folder = join(root, `${folders++}`, 'build');
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** What a tool says, and whether anything ran: exit code, text, marks left in the folder or the one above. */
function run(folder: string, command: string, args: readonly string[], cwd = folder): string[] {
  const result = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ACCELERATOR: `${top}_axi` },
  });
  const text = `${result.stdout}${result.stderr}`;
  const all = [folder, dirname(folder)].flatMap((f) => readdirSync(f, { recursive: true, encoding: 'utf8' }));
  return [
    ...(result.status === 0 ? [] : [`${command} ends with ${result.status}: ${text.slice(0, 600)}`]),
    ...(/^PWNED$/m.test(text) ? [`${command} prints PWNED: ${text.slice(0, 300)}`] : []),
    ...all.filter((f) => basename(f) === 'PWNED').map((f) => `${command} makes ${f}`),
  ];
}

const python = (folder: string, script: string, ...args: string[]): string[] =>
  run(folder, PYTHON, ['-c', script, ...args]);

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

const one = (start: string): string => HOSTILE.find((h) => h.includes(start)) as string;

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

describe('reports', () => {
  const folder = join(root, 'reported');
  const names = HOSTILE.filter((h) => h.length < 200 && !h.includes('\u0000'));
  const file = join(root, 'm.onnx');
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

  beforeAll(async () => {
    writeFileSync(file, chainOf(names, NETWORK));
    const made = await runCli('compile', file, '-o', folder, '--calibration', 'noise', '--max-dsp', '8');
    expect([made.code, made.stderr]).toEqual([0, '']);
    const manifest = JSON.parse(read('manifest.json'));
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, model: MODEL }));
    const layers = names.map((tensor) => ({ tensor, sqnrDb: 30 }));
    const accuracy = { images: 1, labelled: 1, floatTop1: 1, integerTop1: 1, agreement: 1, layers };
    writeFileSync(join(folder, 'accuracy.json'), JSON.stringify(accuracy));
    const { code, stderr } = await runCli('report', folder);
    expect([code, stderr]).toEqual([0, '']);
  }, 240_000);

  /** What of a page is not text: scripts, handlers, frames, and whether one has run. */
  async function ran(path: string): Promise<string[]> {
    const { page, complaints, requests, close } = await openPage(path);
    try {
      const own = SCRIPT.in('html').replace(/^<script>|<\/script>$/g, '');
      const found = await page.evaluate((text) => {
        const all = [...document.querySelectorAll('script,iframe,object,embed,form,a[href^="http"]')];
        const odd = all.filter((e) => e.localName !== 'script' || e.textContent !== text);
        const handlers = [...document.querySelectorAll('*')].filter((e) =>
          [...e.attributes].some((a) => a.name.startsWith('on')),
        );
        const hasRun = 'PWNED' in window ? ['PWNED'] : [];
        return [...[...odd, ...handlers].map((e) => e.outerHTML.slice(0, 100)), ...hasRun];
      }, own);
      return [...found, ...complaints, ...requests];
    } finally {
      await close();
    }
  }

  itWithTool('chromium', 'are text to Chromium, and show the names', async () => {
    expect(await ran(join(folder, 'report.html'))).toEqual([]);
    const { page, close } = await openPage(join(folder, 'report.html'));
    const shown = await page.evaluate(() => document.body.textContent ?? '');
    await close();
    for (const part of [
      '</script><script>window.PWNED=1</script>',
      '<U+202E>evil',
      '名前',
      '" onmouseover="',
    ])
      expect(shown).toContain(part);
  });

  itWithTool(
    'chromium',
    'are seen to run where the page lacks its escape and its policy; the policy alone stops them',
    async () => {
      const name = one('</script>');
      const bare = read('report.html').replace(
        '&lt;/script&gt;&lt;script&gt;window.PWNED=1&lt;/script&gt;',
        () => name,
      );
      const path = join(folder, 'bare.html');
      writeFileSync(path, bare);
      const stopped = await ran(path);
      expect(stopped).not.toContain('PWNED');
      expect(stopped.join()).toContain('<script>window.PWNED=1');
      writeFileSync(path, bare.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ''));
      expect(await ran(path)).toContain('PWNED');
    },
  );

  itWithTool('numpy', 'are text to an XML parser in drawings', () => {
    const point = { interval: 9, cycles: 9, dsp: 1, lut: 10, bram: 1, bound: MODEL, aims: ['all'] } as never;
    const front = { points: [point], limits: { dsp: 8, lut: 100, bram: 9 }, reason: '' } as never;
    const svg = paretoSvg(front, MODEL, 100);
    const script = `import sys,xml.etree.ElementTree as e
t=e.parse(sys.argv[1]).getroot()
sys.exit(any(n.tag.split('}')[1] not in 'svg title style g text path circle'.split() for n in t.iter()))`;
    const place = written(
      new Map([
        ['a.svg', svg],
        ['b.svg', svg.replace('&lt;/script&gt;', () => one('</script>'))],
      ]),
    );
    expect(python(place, script, 'a.svg')).toEqual([]);
    expect(python(place, script, 'b.svg')).not.toEqual([]);
  });

  it('write no wave where waves.json leads out of its folder', async () => {
    mkdirSync(join(folder, 'wave'), { recursive: true });
    for (const name of ['../../PWNED', '/tmp/PWNED', 'a/b', '..', '', 'a\u0000b']) {
      const wave = { name, title: 't', story: 's', cycle: 0, from: 0, to: 9, rtl: null };
      writeFileSync(join(folder, 'wave/waves.json'), JSON.stringify([wave]));
      const { code, stderr } = await runCli('report', folder);
      expect([code, stderr.slice(0, 12)]).toEqual([3, 'error BLN107']);
    }
    rmSync(join(folder, 'wave'), { recursive: true });
  });
});

describe('on the terminal', () => {
  const unseen = /[^\P{C}\n]|\p{Zl}|\p{Zp}/u;
  const odd = ['\u001b[31mFAKE', '\u202eabc', 'a\nerror BLN000', '\u009b2J', 'nul\u0000'];
  const model = join(root, 'odd.onnx');
  beforeAll(() => writeFileSync(model, chainOf(odd, 'n')));

  it('names, errors and JSON hold nothing that it acts on', async () => {
    for (const args of [
      ['inspect', model],
      ['inspect', model, '--json'],
      ['inspect', join(root, '\u001b[2J\u202e.onnx')],
      ['inspect', join(root, '\u001b[2J\u202e.onnx'), '--json'],
      ['inspect', '--\u001b[2J'],
      ['compile', model, '-o', join(root, 'o'), '--calibration', 'noise', '--part', 'a\n  try: \u001b[1m'],
    ]) {
      const { stdout, stderr } = await runCli(...args);
      expect(stdout + stderr).not.toMatch(unseen);
      expect((stdout + stderr).length).toBeGreaterThan(20);
    }
    const { stdout } = await runCli('inspect', model);
    expect(stdout).toContain('<U+001B>[31mFAKE');
    expect(JSON.parse((await runCli('inspect', model, '--json')).stdout).layers[1].name).toBe('\u202eabc');
  });
});
