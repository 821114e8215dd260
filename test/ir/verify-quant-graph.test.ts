/** A quantized graph on which reference, lowering and RTL could differ is refused, when it is made and when it is read. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBuildFolder } from '../../src/io/build/build-folder.js';
import { accumulatorBits } from '../../src/ir/accumulator.js';
import type { Graph } from '../../src/ir/graph.js';
import { Prng } from '../../src/ir/prng.js';
import type { QuantGraph, QuantNode, QuantTensor } from '../../src/ir/quant-graph.js';
import type { QuantConv } from '../../src/layers/conv/index.js';
import { quantGraphProblems, verifyQuantGraph } from '../../src/layers/verify-quant-graph.js';
import { quantize } from '../../src/passes/quantize.js';
import { QuantBuilder } from '../support/quant-builder.js';
import { randomNetwork } from '../support/random-network.js';
import { randomQuantGraph } from '../support/random-quant-graph.js';
import { type SmallBuild, smallBuild } from '../support/small-build.js';

const GRAPHS = [...Array(30).keys()].map((seed) => randomQuantGraph(seed));
const NETWORKS = [9, 15, 19].map((seed) => randomNetwork(seed, 'all').graph);
const textOf = (g: QuantGraph): string =>
  quantGraphProblems(g)
    .map((p) => `${p.where}: ${p.found}`)
    .join('\n');

const withNode = (g: QuantGraph, at: number, change: object): QuantGraph => ({
  ...g,
  nodes: g.nodes.map((n, i) => (i === at ? ({ ...n, ...change } as QuantNode) : n)),
});
const withTensor = (g: QuantGraph, name: string, change: object): QuantGraph => ({
  ...g,
  tensors: new Map(
    [...g.tensors].map(([key, t]) => [key, key === name ? ({ ...t, ...change } as QuantTensor) : t]),
  ),
});
const convAt = (g: QuantGraph): number => g.nodes.findIndex((n) => n.op === 'conv');
const convOf = (g: QuantGraph): QuantConv => g.nodes[convAt(g)] as QuantNode & QuantConv;
const requantOf = (g: QuantGraph, change: object): QuantGraph =>
  withNode(g, convAt(g), { requant: { ...convOf(g).requant, ...change } });

const FAULTS: Readonly<Record<string, readonly [(g: QuantGraph) => QuantGraph, RegExp]>> = {
  'an input that is not defined before it': [
    (g) => ({ ...g, nodes: [...g.nodes].reverse() }),
    /not defined before it/,
  ],
  'a tensor that is not there': [
    (g) => withNode(g, 0, { inputs: ['nowhere'] }),
    /there is no tensor "nowhere"/,
  ],
  'a tensor defined twice': [(g) => withNode(g, 1, { output: g.nodes[0].output }), /already defined/],
  'two layers of one name': [(g) => withNode(g, 1, { name: g.nodes[0].name }), /two layers have this name/],
  'an output that no layer defines': [(g) => ({ ...g, outputs: ['nowhere'] }), /no layer defines nowhere/],
  'a layer that nothing reads': [(g) => ({ ...g, outputs: [g.nodes[0].output] }), /nothing reads it/],
  'no layers': [(g) => ({ ...g, nodes: [] }), /it has no layers/],
  'an unknown operation': [(g) => withNode(g, 0, { op: 'constructor' }), /unknown operation "constructor"/],
  'a format of 9 bits': [(g) => withTensor(g, g.input, { bits: 9 }), /a format of 9 bits/],
  'a shape without width': [
    (g) => withTensor(g, g.input, { shape: { channels: 1, height: 4, width: 0 } }),
    /a shape of 1 x 4 x 0/,
  ],
  'more values than any array': [
    (g) => withTensor(g, g.input, { shape: { channels: 2 ** 20, height: 2 ** 20, width: 1 } }),
    /values/,
  ],
  'a zero point outside its format': [(g) => withTensor(g, g.input, { zeroPoint: 300 }), /zero point 300/],
  'a wrong output shape': [
    (g) => withTensor(g, g.nodes[0].output, { shape: { channels: 1, height: 99, width: 1 } }),
    /its output is 1x99x1/,
  ],
  'a weight too few': [(g) => withNode(g, convAt(g), { weights: convOf(g).weights.slice(1) }), /weights and/],
  'a weight of too many bits': [
    (g) => withNode(g, convAt(g), { weightBits: 2, weights: convOf(g).weights.map(() => 7) }),
    /a weight does not fit 2 bits/,
  ],
  'pads over the whole window': [
    (g) => withNode(g, convAt(g), { pads: { top: 9, left: 0, bottom: 0, right: 0 } }),
    /pads 9, 0, 0, 0/,
  ],
  'an input too many': [
    (g) => withNode(g, convAt(g), { inputs: [g.input, g.input] }),
    /2 inputs where 1 belong/,
  ],
  'a multiplier too few': [
    (g) => requantOf(g, { multipliers: new Int32Array(0) }),
    /0, \d+, \d+ multipliers/,
  ],
  'a multiplier of 27 bits': [
    (g) => requantOf(g, { multipliers: convOf(g).requant.multipliers.map(() => 2 ** 26) }),
    /a multiplier is outside/,
  ],
  'a bias of 49 bits': [
    (g) => requantOf(g, { biases: convOf(g).requant.biases.map(() => 2 ** 48) }),
    /a bias does not fit/,
  ],
  'half a bias': [(g) => requantOf(g, { biases: convOf(g).requant.biases.map(() => 0.5) }), /a bias/],
  'a product of 54 bits': [
    (g) => requantOf(g, { biases: convOf(g).requant.biases.map(() => 2 ** 46) }),
    /a product may leave 53 bits/,
  ],
  'corrections in units of a shift': [
    (g) => {
      const { shifts } = convOf(g).requant;
      return requantOf(g, { corrections: { unit: shifts[0], above: shifts, below: shifts } });
    },
    /corrections in units of/,
  ],
  'a correction too few': [
    (g) => {
      const { shifts } = convOf(g).requant;
      return requantOf(g, { corrections: { unit: 0, above: shifts, below: new Int32Array(0) } });
    },
    /\d+ and 0 corrections/,
  ],
  'an empty clamp': [(g) => requantOf(g, { min: 1, max: 0 }), /clamp 1\.\.0/],
  'a shift of 0': [(g) => requantOf(g, { shifts: convOf(g).requant.shifts.map(() => 0) }), /shift 0/],
  'a shift too few': [
    (g) => requantOf(g, { shifts: new Int32Array(0) }),
    /, 0 multipliers, biases and shifts/,
  ],
  'an accumulator a bit too narrow': [
    (g) => {
      const n = convOf(g);
      const needed = accumulatorBits(n.weights, n.bias.length, g.tensors.get(g.input) as QuantTensor);
      return withNode(g, convAt(g), { accBits: needed - 1 });
    },
    /an accumulator of \d+ bits for sums of \d+/,
  ],
  'an accumulator of 33 bits': [(g) => withNode(g, convAt(g), { accBits: 33 }), /an accumulator of 33 bits/],
};

describe('verifyQuantGraph', () => {
  it('lets random graphs pass', () => {
    for (const g of NETWORKS) expect(quantGraphProblems(g)).toEqual([]);
    // Some of these have a layer that nothing reads.
    const others = GRAPHS.flatMap(quantGraphProblems).filter((p) => p.found !== 'nothing reads it');
    expect(others).toEqual([]);
  });

  it.each(Object.entries(FAULTS))('sees %s', (_, [fault, message]) => {
    for (const g of NETWORKS) {
      expect(textOf(fault(g))).toMatch(message);
      expect(() => verifyQuantGraph(fault(g))).toThrow(/BLN901/);
    }
  });

  it('sees every number of a layer that is no number, and ends', () => {
    for (const g of [...GRAPHS.slice(0, 12), ...NETWORKS]) {
      for (const [i, n] of g.nodes.entries()) {
        for (const [key, value] of Object.entries(n)) {
          if (typeof value !== 'number') continue;
          for (const wrong of [-(2 ** 60), Number.NaN, 1.5, 'x', null]) {
            const text = textOf(withNode(g, i, { [key]: wrong }));
            if (text === '') expect({ op: n.op, key, wrong }).toBe('refused');
          }
        }
      }
    }
  });
});

/** A convolution over `channels` of unsigned bytes with an 8x8 window, every weight at its end. */
function wideConvolution(channels: number): QuantGraph {
  const builder = new QuantBuilder(new Prng(1), 'wide', { channels, height: 8, width: 8 });
  const g = builder.finish(
    builder.conv('image', 1, { kernel: 8, stride: 1, pads: { top: 0, left: 0, bottom: 0, right: 0 } }),
  );
  return withNode(g, 0, { weightBits: 8, weights: convOf(g).weights.map(() => 127), accBits: 32 });
}

describe('sums of more than 32 bits', () => {
  // 255 * 127 * 64 * 1036 is the first above 2^31.
  it('are refused by the verifier: 1,100 channels of 8x8', () => {
    expect(textOf(wideConvolution(1035))).toBe('');
    expect(textOf(wideConvolution(1037))).toMatch(/an accumulator of 32 bits for sums of 33/);
    expect(textOf(wideConvolution(1100))).toMatch(/an accumulator of 32 bits for sums of 33/);
  });

  it('are refused by quantization, as something that the model asks', () => {
    const pads = { top: 0, left: 0, bottom: 0, right: 0 };
    const conv = { op: 'conv', kernel: 8, stride: 1, pads, outChannels: 1, bias: null } as const;
    const weights = new Float32Array(1100 * 64).fill(1);
    const graph: Graph = {
      name: 'wide',
      input: 'image',
      outputs: ['sum'],
      nodes: [{ ...conv, weights, name: 'conv', inputs: ['image'], output: 'sum' }],
      shapes: new Map([
        ['image', { channels: 1100, height: 8, width: 8 }],
        ['sum', { channels: 1, height: 1, width: 1 }],
      ]),
      metadata: {},
    };
    const ranges = { image: [0, 1], sum: [0, 1] } as const;
    const inputFormat = { bits: 8, signed: false, scale: 1 / 255, zeroPoint: 0 };
    expect(() => quantize(graph, { ranges, inputFormat })).toThrow(/BLN205.*conv.*sums of 33 bits/);
  });
});

describe('a build folder with a fault', () => {
  let build: SmallBuild;
  beforeAll(() => {
    build = smallBuild();
  });
  afterAll(() => build.remove());

  /** Reads a copy of the build in which one file's text is changed. */
  function reading(file: string, change: (text: string) => string): () => unknown {
    const copy = join(build.root, 'copy');
    rmSync(copy, { recursive: true, force: true });
    cpSync(build.folder, copy, { recursive: true });
    const before = readFileSync(join(copy, file), 'utf8');
    const after = change(before);
    expect(after).not.toBe(before);
    writeFileSync(join(copy, file), after);
    return () => readBuildFolder(copy);
  }

  it.each([
    [
      'an accumulator that is too narrow',
      'network.json',
      /"accBits":\d+/,
      '"accBits":9',
      /an accumulator of 9 bits/,
    ],
    ['a clamp outside the format', 'network.json', /"max":\d+/, '"max":200', /clamp/],
    [
      'a FIFO without depth',
      'manifest.json',
      /("\w+_fifo_[ab]": )[1-9]\d*/,
      '$1-1',
      /fifoDepths.*_fifo_[ab]: -1/,
    ],
    ['a folding that does not fit', 'manifest.json', /"taps": 3/, '"taps": 2', /./],
  ])('is refused: %s', (_, file, from, to, message) => {
    const read = reading(file, (text) => text.replace(from, to));
    expect(read).toThrow(/BLN303/);
    expect(read).toThrow(message);
  });
});
