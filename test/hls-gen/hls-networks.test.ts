/**
 * HLS C++ of 20 random networks under g++: bit-exact with the integer reference, frames back to back, with endless
 * streams and with streams of their real depths. Faults planted in the generated text are caught.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { foldingOptions } from '../../src/explore/foldings.js';
import { sizeFifos } from '../../src/explore/size-fifos.js';
import type { Block, PointwiseParams } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import { KINDS } from '../../src/kinds/index.js';
import { HlsBuild, type HlsCase } from '../support/hls-build.js';
import { POINTWISE, QuantBuilder, randomFrame, samePads } from '../support/quant-builder.js';
import { networkCase, type RandomNetwork, randomNetwork } from '../support/random-network.js';
import { caseOf, type RtlCase } from '../support/rtl-case.js';
import { describeWithTool } from '../support/tools.js';

const FRAMES = 2;
/** One compiler run over all networks, on a busy machine. */
const BUILD_TIMEOUT_MS = 900_000;

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

/** A convolution and a pointwise layer; the image uses every value, so that every weight of the first counts. */
function victimCase(): RtlCase {
  const prng = new Prng(1);
  const builder = new QuantBuilder(prng, 'victim', { channels: 3, height: 7, width: 9 });
  const wide = { bits: 8, signed: true, zeroPoint: 0 };
  const stem = builder.conv(builder.input, 5, { kernel: 3, stride: 1, pads: samePads(3) }, wide);
  const graph = builder.finish(builder.conv(stem, 5, POINTWISE, wide));
  const plan = new Map(graph.nodes.map((n) => [n.name, prng.pick(foldingOptions(graph, n)).folding]));
  const { hardware } = sizeFifos(KINDS, graph, plan, 2000);
  return caseOf(graph, hardware, [randomFrame(prng, graph), randomFrame(prng, graph)]);
}

describeWithTool('g++', 'HLS C++ under g++', () => {
  const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
  const networks = seeds.map((seed) => ({ seed, network: randomNetwork(seed, seed > 10 ? 'all' : 'first') }));
  const cases: HlsCase[] = networks.map(({ seed, network }) => ({
    name: `net${seed}`,
    case: networkCase(network, FRAMES),
  }));
  const victim = victimCase();
  const first = victim.hardware.blocks.find((b) => b.params.kind === 'pointwise') as Block;
  const { requant, requantRom } = first.params as PointwiseParams;
  // Half a step of the first result, in units of the accumulator.
  const half = Math.round(2 ** (requant.shift - 1) / requantRom.multipliers[0]);
  const joined = networks.find(({ network }) => network.sized.depths.size > 0)?.network as RandomNetwork;
  const faults: HlsCase[] = [
    {
      name: 'weight',
      case: victim,
      mutate: edit(`hls/weights/${victim.hardware.name}_${first.name}.weights.inc`, (text) =>
        text.replace(FIRST_NUMBER, (n) => String(Number(n) ^ 1)),
      ),
    },
    {
      name: 'rounding',
      case: victim,
      mutate: edit(`hls/weights/${victim.hardware.name}_${first.name}.biases.inc`, (text) =>
        text.replace(FIRST_NUMBER, (n) => String(Number(n) > 0 ? Number(n) - half : Number(n) + half)),
      ),
    },
    {
      name: 'shallow',
      case: networkCase(joined, FRAMES),
      mutate: edit(`hls/${joined.sized.hardware.name}_dataflow.cpp`, (text) =>
        text.replaceAll(/\.bound\(\d+\)/g, '.bound(1)'),
      ),
    },
  ];
  let build: HlsBuild;
  beforeAll(() => {
    build = new HlsBuild([...cases, { name: 'victim', case: victim }, ...faults]);
    build.build();
  }, BUILD_TIMEOUT_MS);
  afterAll(() => build.remove());

  it.each(seeds)('network %i is bit-exact, with endless streams and in its real depths', (seed) => {
    const beats = cases[seed - 1].case.expectedText.trim().split('\n').length;
    for (const mode of ['endless', 'dataflow'] as const) {
      expect(build.run(`net${seed}`, mode), mode).toEqual({
        status: 0,
        output: `PASS: ${FRAMES} frames, 0 of ${beats} output beats differ, 0 wrong TLAST, 0 beats too many\n`,
        errors: '',
      });
    }
  });

  it('catches one weight bit', () => {
    expect(build.run('victim', 'endless').status).toBe(0);
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
