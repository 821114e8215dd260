/** The float graph's small tools: random numbers, verifier, printer, preprocessing. */
import { describe, expect, it } from 'vitest';
import { type Graph, type GraphNode, NO_PADS } from '../../src/ir/graph.js';
import { preprocess, preprocessingOf } from '../../src/ir/preprocess.js';
import { Prng } from '../../src/ir/prng.js';
import { GraphBuilder } from '../../src/layers/graph-builder.js';
import { printGraph } from '../../src/layers/print-graph.js';
import { verifyGraph } from '../../src/layers/verify-graph.js';
import { diagnosticOf } from '../support/errors.js';

function twoLayers(): Graph {
  const b = new GraphBuilder('two', 'x', { channels: 2, height: 4, width: 6 });
  const weights = new Float32Array(3 * 2 * 9);
  const pads = { top: 1, left: 1, bottom: 0, right: 1 };
  b.add('c', { op: 'conv', outChannels: 3, kernel: 3, stride: 1, pads, weights, bias: null }, ['x'], 'ct');
  b.add('r', { op: 'clamp', min: 0, max: 6 }, ['ct']);
  b.add('p', { op: 'maxPool', kernel: 2, stride: 2, pads: NO_PADS }, ['r']);
  b.add('u', { op: 'upsample', rows: 2, columns: 2, fill: 'repeat' }, ['p']);
  b.add('c', { op: 'add' }, ['u', 'u'], 'sum');
  return b.finish('sum', { b: '2', a: '1' });
}

describe('Prng', () => {
  it('follows xoshiro128** 1.1 from a splitmix32 seed', () => {
    // Computed independently with 64-bit integers in Python from the published definitions.
    const prng = new Prng(1);
    expect(Array.from({ length: 4 }, () => prng.nextUint32())).toEqual([
      2442144158, 3238099751, 3819917871, 2104621829,
    ]);
  });

  it('stays in its ranges and has the right moments', () => {
    const prng = new Prng(7);
    const ints = Array.from({ length: 4000 }, () => prng.int(-2, 3));
    expect([Math.min(...ints), Math.max(...ints)]).toEqual([-2, 3]);
    const normals = Array.from({ length: 20_000 }, () => prng.normal());
    const mean = normals.reduce((a, b) => a + b) / normals.length;
    const variance = normals.reduce((a, b) => a + (b - mean) ** 2, 0) / normals.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });
});

describe('verifyGraph', () => {
  const change = (f: (nodes: GraphNode[]) => void, rest: Partial<Graph> = {}) => {
    const graph = twoLayers();
    const nodes = [...graph.nodes];
    f(nodes);
    return diagnosticOf(() => verifyGraph({ ...graph, nodes, ...rest }));
  };
  const shapes = (f: (m: Map<string, { channels: number; height: number; width: number }>) => void) => {
    const map = new Map(twoLayers().shapes);
    f(map);
    return { shapes: map };
  };

  it('accepts what the builder makes', () => {
    const graph = twoLayers();
    expect(verifyGraph(graph)).toBe(graph);
  });

  it.each([
    ['order', () => change((n) => n.reverse()), 'BLN102', 'its input u is not defined before it'],
    [
      'names',
      () => change((n) => n.splice(1, 1, { ...n[1], name: 'c' })),
      'BLN102',
      'two nodes have this name',
    ],
    [
      'tensors',
      () => change((n) => n.splice(1, 1, { ...n[1], output: 'ct' })),
      'BLN102',
      'its output ct is already defined',
    ],
    ['output', () => change(() => {}, { outputs: ['nowhere'] }), 'BLN102', 'no node defines it'],
    [
      'missing shape',
      () =>
        change(
          () => {},
          shapes((m) => m.delete('r')),
        ),
      'BLN102',
      'it has no shape',
    ],
    [
      'stray shape',
      () =>
        change(
          () => {},
          shapes((m) => m.set('q', { channels: 1, height: 1, width: 1 })),
        ),
      'BLN102',
      'it has a shape but no node defines it',
    ],
    [
      'wrong shape',
      () =>
        change(
          () => {},
          shapes((m) => m.set('r', { channels: 3, height: 3, width: 5 })),
        ),
      'BLN103',
      'r is stated as 3x3x5',
    ],
    [
      'weights',
      () => change((n) => n.splice(0, 1, { ...n[0], weights: new Float32Array(5) } as GraphNode)),
      'BLN103',
      '5 weights for an input of 2x4x6',
    ],
  ])('sees wrong %s', (_, action, code, found) => {
    const d = action();
    expect([d.code, d.found]).toEqual([code, found]);
  });
});

it('prints a graph as stable text', () => {
  expect(printGraph(twoLayers())).toBe(
    [
      'graph two',
      'meta a = 1',
      'meta b = 2',
      'input x : 2x4x6',
      'c = conv(x) k3 s1 p1,1,0,1 -> ct : 3x3x6',
      'r = clamp(ct) 0..6 : 3x3x6',
      'p = maxPool(r) k2 s2 p0 : 3x1x3',
      'u = upsample(p) x2 : 3x2x6',
      'c_2 = add(u, u) -> sum : 3x2x6',
      'output sum : 3x2x6',
      '',
    ].join('\n'),
  );
});

describe('preprocessing', () => {
  const shape = { channels: 2, height: 1, width: 2 };

  it('applies mean and std per channel, one for all, or the default', () => {
    const pixels = Uint8Array.of(0, 255, 10, 20);
    expect(preprocess(pixels, shape, preprocessingOf({}))).toEqual(Float32Array.of(0, 1, 10 / 255, 20 / 255));
    const one = preprocessingOf({ 'blnet.input.mean': '128', 'blnet.input.std': '64' });
    expect(preprocess(pixels, shape, one)).toEqual(Float32Array.of(-2, 127 / 64, -118 / 64, -108 / 64));
    const each = preprocessingOf({ 'blnet.input.mean': '0, 10', 'blnet.input.std': '1,2' });
    expect(preprocess(pixels, shape, each)).toEqual(Float32Array.of(0, 255, 0, 5));
  });

  it.each([
    ['blnet.input.std', '0'],
    ['blnet.input.std', '-1'],
    ['blnet.input.mean', 'x'],
    ['blnet.input.mean', ''],
    ['blnet.input.mean', '1,,2'],
  ])('refuses %s = "%s"', (key, text) => {
    const d = diagnosticOf(() => preprocessingOf({ [key]: text }));
    expect([d.code, d.where]).toEqual(['BLN102', `metadata ${key}`]);
  });

  it('refuses a list of the wrong length or too few pixels', () => {
    const three = preprocessingOf({ 'blnet.input.mean': '1,2,3' });
    expect(diagnosticOf(() => preprocess(new Uint8Array(4), shape, three)).code).toBe('BLN103');
    expect(diagnosticOf(() => preprocess(new Uint8Array(3), shape, preprocessingOf({}))).code).toBe('BLN103');
  });
});
