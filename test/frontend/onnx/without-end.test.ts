/**
 * Bytes, files and graphs that stand for more than they are: messages, external weights, functions and operations without
 * end are counted before they are made.
 */
import { describe, expect, it } from 'vitest';
import { embedExternal } from '../../../src/frontend/onnx/embed-external.js';
import { importOnnx } from '../../../src/frontend/onnx/import-onnx.js';
import { DATA_TYPE, decodeModel, encodeModel } from '../../../src/frontend/onnx/onnx-proto.js';
import { buildGraph } from '../../../src/frontend/spec/build-graph.js';
import { parseNetworkSpec } from '../../../src/frontend/spec/network-spec.js';
import { GraphBuilder } from '../../../src/layers/graph-builder.js';
import { LIMITS } from '../../../src/limits.js';
import { diagnosticOf } from '../../support/errors.js';
import { node, onnxModel } from '../../support/onnx-model.js';

/** A model whose graph is these bytes. */
const graphOf = (graph: Uint8Array): Uint8Array => {
  const head = encodeModel({ irVersion: 7, opsetImport: [{ domain: '', version: 13 }] });
  const length: number[] = [];
  for (let n = graph.length; n > 0; n = Math.floor(n / 128)) length.push((n % 128) + (n >= 128 ? 128 : 0));
  return joined(Uint8Array.of(...head, 0x3a, ...length), graph);
};
const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
};
const repeated = (bytes: readonly number[], times: number): Uint8Array => {
  const all = new Uint8Array(bytes.length * times);
  for (let i = 0; i < all.length; i++) all[i] = bytes[i % bytes.length];
  return all;
};

describe('bytes that stand for more than they are', () => {
  it('20 million empty nodes are counted, not made', () => {
    const d = diagnosticOf(() => importOnnx(graphOf(repeated([0x0a, 0x00], 20_000_000))));
    expect(d).toMatchObject({ code: 'BLN207', found: '16,385 nodes in the file' });
  });

  it('2 million empty strings, initializers or extents likewise', () => {
    for (const bytes of [
      [0x2a, 0x00],
      [0x5a, 0x00],
      [0x12, 0x00],
    ])
      expect(diagnosticOf(() => importOnnx(graphOf(repeated(bytes, 2_000_000)))).code).toBe('BLN207');
  });

  it('groups, which protobuf could nest without end, are no ONNX', () => {
    const d = diagnosticOf(() => importOnnx(graphOf(repeated([0x0b], 100_000))));
    expect(d).toMatchObject({ code: 'BLN101' });
  });

  it('as many nodes as there may be are read', () => {
    const d = diagnosticOf(() => importOnnx(graphOf(repeated([0x0a, 0x00], LIMITS.nodes.most))));
    expect(d).toMatchObject({ code: 'BLN203', found: '0 inputs' });
  });
});

describe('weights in other files', () => {
  const read = () => new Uint8Array(2 ** 20);
  const tensor = (i: number) => ({
    name: `w${i}`,
    dims: [2 ** 18],
    dataType: DATA_TYPE.float,
    dataLocation: 1,
    externalData: [{ key: 'location', value: 'weights.bin' }],
  });
  const model = (tensors: number) =>
    onnxModel(
      [],
      Array.from({ length: tensors }, (_, i) => tensor(i)),
    );

  it('that one file of a megabyte stands for 300 times are refused while they are read', () => {
    let reads = 0;
    const counted = () => {
      reads++;
      return read();
    };
    expect(diagnosticOf(() => embedExternal(model(300), counted))).toMatchObject({ code: 'BLN207' });
    expect(reads).toBeLessThan(LIMITS.modelBytes.most / 2 ** 20 + 1);
  });

  it('come into the model, and what is no tensor stays as it is', () => {
    const bytes = embedExternal(model(3), read);
    expect(decodeModel(bytes).graph?.initializer?.map((t) => t.rawData?.length)).toEqual([
      2 ** 20,
      2 ** 20,
      2 ** 20,
    ]);
    expect(decodeModel(bytes).graph?.name).toBe('test');
  });

  it('a model of 20 million empty nodes and none of them takes no memory of its own', () => {
    const bytes = graphOf(repeated([0x0a, 0x00], 20_000_000));
    expect(embedExternal(bytes, read)).toBe(bytes);
  });
});

describe('functions', () => {
  it('that call each other twice sixteen deep are refused by their nodes', () => {
    const call = (i: number, y: string) => ({ opType: `F${i}`, domain: 'f', input: ['x'], output: [y] });
    const functions = Array.from({ length: 20 }, (_, i) => ({
      name: `F${i}`,
      domain: 'f',
      input: ['x'],
      output: ['y'],
      node: i === 15 ? [node('Relu', ['x'], 'y')] : [call(i + 1, 't'), call(i + 1, 'y')],
    }));
    const bytes = onnxModel([call(0, 'y')], [], { patch: (m) => Object.assign(m, { functions }) });
    expect(diagnosticOf(() => importOnnx(bytes))).toMatchObject({ code: 'BLN207' });
  });

  it('with a name of a million characters', () => {
    const name = 'f'.repeat(1_000_000);
    const functions = [{ name, domain: 'f', input: ['a'], output: ['b'], node: [node('Relu', ['a'], 'b')] }];
    const calls = Array.from({ length: 200 }, (_, i) => ({
      opType: name,
      domain: 'f',
      name: i === 0 ? name : '',
      input: [i === 0 ? 'x' : `t${i}`],
      output: [i === 199 ? 'y' : `t${i + 1}`],
    }));
    const bytes = onnxModel(calls.slice(0, 20), [], {
      output: 't20',
      patch: (m) => Object.assign(m, { functions }),
    });
    const { nodes } = importOnnx(bytes);
    expect(nodes).toHaveLength(20);
    expect(Math.max(...nodes.map((n) => n.name.length))).toBeLessThan(300);
  });
});

describe('graphs beyond reason', () => {
  it('one operation too many', () => {
    const graph = new GraphBuilder('g', 'x', { channels: 1, height: 1, width: 1 });
    let x = 'x';
    for (let i = 0; i < LIMITS.layers.most; i++) x = graph.add(`c${i}`, { op: 'clamp', min: 0, max: 1 }, [x]);
    expect(diagnosticOf(() => graph.add('last', { op: 'clamp', min: 0, max: 1 }, [x]))).toMatchObject({
      code: 'BLN207',
      where: 'node last',
    });
  });

  it('as many operations of one name as there may be get names of their own', () => {
    const graph = new GraphBuilder('g', 'x', { channels: 1, height: 1, width: 1 });
    let x = 'x';
    for (let i = 0; i < LIMITS.layers.most; i++)
      x = graph.add('same', { op: 'clamp', min: 0, max: 1 }, [x], `t${i}`);
    const { nodes } = graph.finish(x);
    expect(new Set(nodes.map((n) => n.name)).size).toBe(LIMITS.layers.most);
    expect(nodes.at(-1)?.name).toBe(`same_${LIMITS.layers.most}`);
  });

  it.each([
    ['rows or columns', { channels: 3, height: 65_536, width: 65_536 }, 8],
    ['pixels', { channels: 3, height: 4096, width: 4096 }, 8],
    ['weights', { channels: 30_000, height: 2, width: 2 }, 30_000],
    ['MiB', { channels: 3, height: 2048, width: 2048 }, 26],
  ])('a spec with too many %s', (unit, extents, out) => {
    const spec = parseNetworkSpec({
      name: 'big',
      input: { ...extents, mean: 0, std: 1 },
      classes: 10,
      stages: [
        { type: 'conv', name: 'a', out, kernel: 3, stride: 2 },
        { type: 'conv', name: 'b', out, kernel: 3 },
        { type: 'classifier', name: 'd' },
      ],
    });
    const d = diagnosticOf(() => buildGraph(spec, 1));
    expect(d.code).toBe('BLN207');
    expect(d.found).toContain(unit);
  });
});
