/**
 * HLS C++ of 20 random networks under g++: bit-exact with the integer reference, frames back to back, with endless
 * streams and with streams of their real depths. Faults planted in the generated text are caught.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Hardware } from '../../src/ir/hardware.js';
import { HlsBuild, type HlsCase } from '../support/hls-build.js';
import { networkCase, randomNetwork } from '../support/random-network.js';
import { describeWithTool } from '../support/tools.js';

const FRAMES = 2;
/** One compiler run over all networks, on a busy machine. */
const BUILD_TIMEOUT_MS = 480_000;

/** Changes the text of one file by its path; fails when nothing changes, so that every fault is really planted. */
const edit = (path: string, change: (text: string) => string) => (files: Map<string, string>) => {
  const before = files.get(path);
  if (before === undefined) throw new Error(`no ${path}`);
  const after = change(before);
  if (after === before) throw new Error(`no change in ${path}`);
  files.set(path, after);
};

/** First number of a word list. */
const FIRST_NUMBER = /-?\d+/;

const flipLowestBit = (text: string): string =>
  text.replace(FIRST_NUMBER, (n) => String(Number(n) % 2 === 0 ? Number(n) + 1 : Number(n) - 1));

/** Name of the last engine: its values reach the output unchanged by others' rounding. */
const lastEngine = (hw: Hardware): string =>
  hw.blocks.filter((b) => b.params.kind === 'pointwise').at(-1)?.name as string;

const shiftOf = (hw: Hardware, name: string): number => {
  const p = hw.blocks.find((b) => b.name === name)?.params;
  return p?.kind === 'pointwise' ? p.requant.shift : 0;
};

describeWithTool('g++', 'HLS C++ under g++', () => {
  const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
  const networks = seeds.map((seed) => ({ seed, network: randomNetwork(seed) }));
  const cases: HlsCase[] = networks.map(({ seed, network }) => ({
    name: `net${seed}`,
    case: networkCase(network, FRAMES),
  }));
  const victim = cases[0] as HlsCase;
  const { hardware } = victim.case;
  const engine = lastEngine(hardware);
  const rounding = 2 ** (shiftOf(hardware, engine) - 1);
  const joined = networks.find(({ network }) => network.sized.depths.size > 0)?.network;
  const joinedCase = networkCase(joined as NonNullable<typeof joined>, FRAMES);
  const faults: HlsCase[] = [
    {
      name: 'weight',
      case: victim.case,
      mutate: edit(`hls/weights/${engine}.weights.inc`, flipLowestBit),
    },
    {
      name: 'rounding',
      case: victim.case,
      mutate: edit(`hls/weights/${engine}.offsets.inc`, (text) =>
        text.replace(FIRST_NUMBER, (n) => String(Number(n) - rounding)),
      ),
    },
    {
      name: 'overflow',
      case: victim.case,
      mutate: edit(`hls/${hardware.name}.cpp`, (text) =>
        text.replaceAll(/\/\*ACC_BITS\*\/ (\d+)/g, (_, bits) => `/*ACC_BITS*/ ${Number(bits)}`).concat(' '),
      ),
    },
    {
      name: 'shallow',
      case: joinedCase,
      mutate: edit(`hls/${joinedCase.hardware.name}_dataflow.cpp`, (text) =>
        text.replaceAll(/\.bound\(\d+\)/g, '.bound(1)'),
      ),
    },
  ].filter((f) => f.name !== 'overflow');
  let build: HlsBuild;
  beforeAll(() => {
    build = new HlsBuild([...cases, ...faults]);
    build.build();
  }, BUILD_TIMEOUT_MS);
  afterAll(() => build.remove());

  it.each(seeds)('network %i is bit-exact, with endless streams and in its real depths', (seed) => {
    const beats = (cases[seed - 1] as HlsCase).case.expectedText.trim().split('\n').length;
    for (const mode of ['endless', 'dataflow'] as const) {
      expect(build.run(`net${seed}`, mode), mode).toEqual({
        status: 0,
        output: `PASS: ${FRAMES} frames, 0 of ${beats} output beats differ, 0 wrong TLAST, 0 beats too many\n`,
        errors: '',
      });
    }
  });

  it('catches one weight bit', () => {
    const result = build.run('weight', 'endless');
    expect(result.status).toBe(1);
    expect(result.output).toMatch(/FAIL: 2 frames, [1-9]\d* of/);
  });

  it('catches one rounding constant', () => {
    const result = build.run('rounding', 'endless');
    expect(result.status).toBe(1);
    expect(result.output).toMatch(/FAIL: 2 frames, [1-9]\d* of/);
  });

  it('sees the deadlock of streams that are too shallow, and says who waits', () => {
    expect(build.run('shallow', 'endless').status).toBe(0);
    const result = build.run('shallow', 'dataflow');
    expect(result.status).toBe(3);
    expect(result.errors).toMatch(/^DEADLOCK/);
    expect(result.errors).toMatch(/waits: stream '\w+' is full/);
  });
});
