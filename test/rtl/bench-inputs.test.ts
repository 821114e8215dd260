/**
 * What the generated testbenches do when there is nothing, too little or something unknown to compare with: they
 * fail, say why and end with their exit code, and never say PASS.
 */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldingOptions } from '../../src/explore/foldings.js';
import { sizeFifos } from '../../src/explore/size-fifos.js';
import { Prng } from '../../src/ir/prng.js';
import { KINDS } from '../../src/kinds/index.js';
import { HlsBuild, type HlsCase } from '../support/hls-build.js';
import { POINTWISE, QuantBuilder, randomFrame } from '../support/quant-builder.js';
import { type Mutation, RtlBuild } from '../support/rtl-build.js';
import { caseOf } from '../support/rtl-case.js';
import { describeWithTool } from '../support/tools.js';

const FRAMES = 2;
const builder = new QuantBuilder(new Prng(3), 'bench', { channels: 3, height: 4, width: 3 });
const graph = builder.finish(builder.conv(builder.input, 5, POINTWISE));
const plan = new Map(graph.nodes.map((n) => [n.name, foldingOptions(graph, n)[0].folding]));
const frames = Array.from({ length: FRAMES }, (_, i) => randomFrame(new Prng(i), graph));
const good = caseOf(graph, sizeFifos(KINDS, graph, plan, 5000).hardware, frames);

const without = (text: string, lines: number): string =>
  `${text.trim().split('\n').slice(0, -lines).join('\n')}\n`;
/** The last beat with its first digit replaced. */
const lastDigit = (text: string, digit: string): string => text.replace(/\n(.)([^\n]*)\n$/, `\n${digit}$2\n`);
const another = (text: string): string => {
  const last = text.trim().split('\n').at(-1) as string;
  return lastDigit(text, last.startsWith('0') ? '1' : '0');
};

/** What is done to the stimuli; undefined leaves the file out. Then the exit code and what must be said. */
const CASES: ReadonlyArray<
  readonly [
    title: string,
    input: string | undefined,
    expected: string | undefined,
    status: number,
    says: RegExp,
  ]
> = [
  ['all as it should be', good.inputText, good.expectedText, 0, /PASS: 2 frames/],
  ['no input', undefined, good.expectedText, 2, /cannot read \S*sim\/input\.hex/],
  ['no expectation', good.inputText, undefined, 2, /cannot read \S*sim\/expected\.hex/],
  ['neither', undefined, undefined, 2, /cannot read \S*sim\/input\.hex/],
  ['empty files', '', '', 2, /input\.hex|too few/],
  ['an input a beat short', without(good.inputText, 1), good.expectedText, 2, /input\.hex|too few/],
  ['an expectation a beat short', good.inputText, without(good.expectedText, 1), 2, /expected\.hex|too few/],
  ['an unknown expectation', good.inputText, lastDigit(good.expectedText, 'x'), 2, /expected\.hex/],
  ['an unknown input', lastDigit(good.inputText, 'z'), good.expectedText, 2, /input\.hex/],
  ['one wrong bit', good.inputText, another(good.expectedText), 1, /FAIL/],
];

type Run = (folder: string) => { readonly status: number; readonly text: string };

const command = (name: string, args: readonly string[], cwd: string): ReturnType<Run> => {
  const { status, stdout, stderr } = spawnSync(name, args, { cwd, encoding: 'utf8' });
  return { status: status ?? -1, text: `${stdout}${stderr}` };
};

function cases(folderOf: () => string, run: Run): void {
  it.each(CASES)('%s', (_, input, expected, status, says) => {
    const folder = folderOf();
    for (const [name, text] of [
      ['input', input],
      ['expected', expected],
    ] as const) {
      const path = join(folder, `sim/${name}.hex`);
      if (text === undefined) rmSync(path, { force: true });
      else writeFileSync(path, text);
    }
    const result = run(folder);
    expect(result.text).toMatch(says);
    if (status !== 0) expect(result.text).not.toMatch(/PASS/);
    expect(result.status).toBe(status);
  });
}

describeWithTool('iverilog', 'the Icarus bench', () => {
  const build = new RtlBuild([good]);
  afterAll(() => build.remove());
  beforeAll(() => build.buildIcarus(good));
  cases(
    () => build.folderOf(good),
    (folder) => command('vvp', ['-n', 'testbench.vvp'], folder),
  );

  it('no folder sim, by the Makefile: make fails, too', () => {
    const folder = build.folderOf(good);
    rmSync(join(folder, 'sim'), { recursive: true });
    const { status, text } = command('make', ['iverilog'], folder);
    expect(text).toMatch(/FAIL: cannot read sim\/input\.hex/);
    expect(text).not.toMatch(/PASS/);
    expect(status).not.toBe(0);
  });

  /** The top with its output, or its output's handshake, unknown. */
  const planted =
    (from: string, to: string): Mutation =>
    (files) => {
      const path = 'rtl/bench.v';
      const text = files.get(path) as string;
      if (!text.includes(from)) throw new Error(`nothing to break: ${from}`);
      files.set(path, text.replace(from, to));
    };
  it.each([
    ['an unknown output', planted('assign m_axis_tdata = ', "assign m_axis_tdata = 1'bx ? 0 : "), /FAIL/],
    ['an unknown frame error', planted('.error(frame_error)', '.error()'), /FAIL/],
    ['an unknown handshake', planted('assign trace_valid[0] = ', "assign trace_valid[0] = 1'bx & "), /FAIL/],
  ])('%s is no success', (_, mutate, says) => {
    const broken = new RtlBuild([good], mutate);
    try {
      broken.buildIcarus(good);
      const { status, text } = command(
        'vvp',
        ['-n', 'testbench.vvp', '+patience=500'],
        broken.folderOf(good),
      );
      expect(text).toMatch(says);
      expect(text).not.toMatch(/PASS/);
      expect(status).toBe(1);
    } finally {
      broken.remove();
    }
  });
});

describeWithTool(['verilator', 'g++'], 'the Verilator bench', () => {
  const build = new RtlBuild([good]);
  afterAll(() => build.remove());
  beforeAll(() => build.buildVerilator(0), 120_000);
  cases(
    () => build.folderOf(good),
    (folder) => command('../program', ['0'], folder),
  );
});

describeWithTool('g++', 'the HLS bench', () => {
  const one: HlsCase = { name: 'one', case: good };
  const build = new HlsBuild([one]);
  afterAll(() => build.remove());
  beforeAll(() => build.build(), 120_000);
  cases(
    () => join(build.folder, 'one'),
    (folder) => command('../../program', ['0'], join(folder, 'hls')),
  );
});

describe('the cases', () => {
  it('compare beats of several digits', () => {
    expect(good.expectedText.split('\n')[0]?.length).toBeGreaterThan(1);
  });
});
