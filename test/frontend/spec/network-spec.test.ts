/** The spec: defaults, the paths in its error messages, and the graph built from it against the trained model. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/frontend/onnx/import-onnx.js';
import { buildGraph } from '../../../src/frontend/spec/build-graph.js';
import { parseNetworkSpec } from '../../../src/frontend/spec/network-spec.js';
import { countGraph } from '../../../src/layers/count-graph.js';
import { printGraph } from '../../../src/layers/print-graph.js';
import { verifyGraph } from '../../../src/layers/verify-graph.js';
import { diagnosticOf } from '../../support/errors.js';

const file = (name: string) => readFileSync(new URL(`../../../models/${name}`, import.meta.url));
const reference = () => JSON.parse(file('specs/mobile-blnet-cifar10-dense.json').toString());

describe('network spec', () => {
  it('fills in defaults', () => {
    const spec = parseNetworkSpec({
      name: 'n',
      input: { channels: 3, height: 8, width: 8, mean: 0, std: 255 },
      classes: 2,
      stages: [
        { type: 'block', name: 'a', out: 3 },
        { type: 'block', name: 'b', expand: 5, out: 3, residual: false },
        { type: 'block', name: 'c', expand: 5, out: 4, stride: 2 },
        { type: 'classifier', name: 'd' },
      ],
    });
    expect(spec.stages).toEqual([
      { type: 'block', name: 'a', expand: 0, out: 3, stride: 1, residual: true },
      { type: 'block', name: 'b', expand: 5, out: 3, stride: 1, residual: false },
      { type: 'block', name: 'c', expand: 5, out: 4, stride: 2, residual: false },
      { type: 'classifier', name: 'd' },
    ]);
    const ops = buildGraph(spec, 1).nodes.map((n) => n.name);
    expect(ops).not.toContain('a.expand.conv');
    expect(ops).toContain('a.add');
    expect(ops).not.toContain('b.add');
  });

  it.each<[string, (s: ReturnType<typeof reference>) => void, string, string]>([
    ['no object', (s) => (s.input = 3), 'input', '3'],
    ['unknown key', (s) => (s.stages[0].outt = 3), 'stages[0]', 'unknown key "outt"'],
    ['unknown stage', (s) => (s.stages[0].type = 'pool'), 'stages[0].type', '"pool"'],
    ['even kernel', (s) => (s.stages[0].kernel = 2), 'stages[0].kernel', '2'],
    ['fractional channels', (s) => (s.stages[2].out = 1.5), 'stages[2].out', '1.5'],
    ['std', (s) => (s.input.std = 0), 'input.std', '0'],
    [
      'impossible residual',
      (s) => (s.stages[2].residual = true),
      'stages[2].residual',
      'a residual over stride 2, 24 -> 32 channels',
    ],
    ['big without stride', (s) => (s.stages[1].big[0].stride = 1), 'stages[1].big[0].stride', '1'],
    ['stride in little', (s) => (s.stages[1].little[0].stride = 2), 'stages[1].little[0].stride', '2'],
    [
      'unequal branches',
      (s) => (s.stages[1].little[0].out = 23),
      'stages[1]',
      'branches that end with 24 and 23 channels',
    ],
    [
      'classifier in the middle',
      (s) => s.stages.splice(1, 0, { type: 'classifier', name: 'q' }),
      'stages[1]',
      'stage 2 of 9 of type classifier',
    ],
    ['no classifier', (s) => s.stages.pop(), 'stages[6]', 'stage 7 of 7 of type conv'],
    ['equal names', (s) => (s.stages[2].name = 'm1'), 'stages', 'two stages named m1'],
    ['empty branch', (s) => (s.stages[1].big = []), 'stages[1].big', '[]'],
    ['bad name', (s) => (s.stages[0].name = '1 x'), 'stages[0].name', '"1 x"'],
  ])('refuses: %s', (_, change, where, found) => {
    const spec = reference();
    change(spec);
    const d = diagnosticOf(() => parseNetworkSpec(spec));
    expect([d.code, d.where, d.found]).toEqual(['BLN106', where, found]);
    expect(d.need).toBeTruthy();
    expect(d.hint).toContain('models/specs');
  });

  it.each([null, 3, 'x', [], undefined])('refuses the document %j', (document) => {
    expect(diagnosticOf(() => parseNetworkSpec(document)).code).toBe('BLN106');
  });
});

describe('graph of a spec', () => {
  it('adds nothing where pruning left no little branch', () => {
    const spec = reference();
    spec.stages[1].little = [];
    const graph = buildGraph(parseNetworkSpec(spec), 1);
    expect(graph.nodes.find((n) => n.name === 'm1.add')).toBeUndefined();
    expect(graph.nodes.find((n) => n.name === 't1.expand.conv')?.inputs).toEqual(['m1.upsample']);
  });

  const graph = buildGraph(parseNetworkSpec(reference()), 1);

  it('is valid, repeatable, and differs between seeds', () => {
    verifyGraph(graph);
    expect(buildGraph(parseNetworkSpec(reference()), 1)).toEqual(graph);
    expect(buildGraph(parseNetworkSpec(reference()), 2).nodes[0]).not.toEqual(graph.nodes[0]);
  });

  it('is node for node the network that was trained from the same spec', () => {
    const structure = (text: string) => text.split('\n').filter((line) => !line.startsWith('meta '));
    const trained = importOnnx(file('mobile-blnet-cifar10-dense.onnx'));
    expect(structure(printGraph(trained))).toEqual(structure(printGraph(graph)));
    expect(trained.metadata).toMatchObject(graph.metadata);
  });

  it('has the parameters and multiply-accumulates of the PyTorch side', () => {
    const { parameters, macs, nodes } = countGraph(graph);
    expect({ parameters, macs }).toEqual({ parameters: 133_458, macs: 13_500_992 });
    expect(nodes.get('stem.conv')).toEqual({ parameters: 432, macs: 442_368 });
    expect(nodes.get('stem.norm')).toEqual({ parameters: 32, macs: 0 });
  });

  it('names the node when an odd map cannot be halved and doubled', () => {
    const spec = reference();
    spec.input.height = 30;
    const d = diagnosticOf(() => buildGraph(parseNetworkSpec(spec), 1));
    expect([d.code, d.where, d.found]).toEqual(['BLN103', 'node m2.add', 'adding 48x16x16 and 48x15x16']);
  });
});
