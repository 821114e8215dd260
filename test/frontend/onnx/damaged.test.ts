/** Damaged and hostile ONNX files: whatever comes, reading ends soon, in a graph or in a coded error. */
import { describe, expect, it } from 'vitest';
import { BlnetError } from '../../../src/diagnostics.js';
import { embedExternal } from '../../../src/frontend/onnx/embed-external.js';
import { importOnnx } from '../../../src/frontend/onnx/import-onnx.js';
import { Prng } from '../../../src/ir/prng.js';
import { floats, int8s, int64s, node, onnxModel } from '../../support/onnx-model.js';

const scalar = (name: string, v: number) => floats(name, [], [v]);

/** Layouts, folded constants, functions and quantizers: all that the frontend takes apart. */
function wholeModel(): Uint8Array {
  const nodes = [
    node('Transpose', ['x'], 't', { perm: [0, 3, 1, 2] }),
    node('QuantizeLinear', ['t', 's', 'z'], 'q'),
    node('DequantizeLinear', ['q', 's', 'z'], 'd'),
    node('Slice', ['long', 'from', 'to', 'along', 'by'], 'w0'),
    node('Mul', ['w0', 'gain'], 'w'),
    node('Pad', ['d', 'pads', '', 'axes'], 'p'),
    node('Conv', ['p', 'w', 'b'], 'c', { strides: [2, 2], dilations: [1, 2] }),
    { ...node('Limited', ['c'], 'l'), domain: 'own' },
    node('MaxPool', ['l'], 'm', { kernel_shape: [2, 2], ceil_mode: 1 }),
    node('Resize', ['m', '', 'scales'], 'u', {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    }),
    node('Shape', ['u'], 'shape'),
    node('Gather', ['shape', 'zero'], 'n'),
    node('Concat', ['n', 'rest'], 'flat', { axis: 0 }),
    node('Reshape', ['u', 'flat'], 'f'),
    node('DequantizeLinear', ['dq', 'ds', 'dz'], 'dw', { axis: 1 }),
    node('MatMul', ['f', 'dw'], 'o'),
    node('Sum', ['o', 'o'], 'sum'),
    node('Softmax', ['sum'], 'y'),
  ];
  const constants = [
    scalar('s', 0.5),
    int8s('z', [], [3]),
    floats('long', [3, 2, 3, 6]),
    int64s('from', [-1, 0]),
    int64s('to', [-100, 100]),
    int64s('along', [3, 2]),
    int64s('by', [-2, 1]),
    floats('gain', [3, 1, 1, 1]),
    floats('b', [3]),
    int64s('pads', [1, 1, 1, 1]),
    int64s('axes', [2, 3]),
    floats('scales', [4], [1, 1, 4, 4]),
    int64s('zero', [0]),
    int64s('rest', [-1]),
    int8s(
      'dq',
      [3 * 8 * 4, 2],
      Array.from({ length: 192 }, (_, i) => (i % 11) - 5),
    ),
    floats('ds', [2], [0.5, 0.25]),
    int8s('dz', [2], [0, 0]),
  ];
  return onnxModel(nodes, constants, {
    opset: 18,
    input: [1, 6, 6, 2],
    patch: (m) => {
      m.opsetImport?.push({ domain: 'own', version: 1 });
      m.functions = [
        {
          name: 'Limited',
          domain: 'own',
          input: ['v'],
          output: ['r'],
          node: [node('Relu', ['v'], 'a'), node('Identity', ['a'], 'r')],
        },
      ];
    },
  });
}

function mutate(bytes: Uint8Array, p: Prng): Uint8Array {
  const copy = bytes.slice(0, p.int(0, 14) === 0 ? p.int(0, bytes.length) : undefined);
  for (let n = p.int(1, 5); n > 0 && copy.length > 8; n--) {
    const at = p.int(0, copy.length - 1);
    const kind = p.int(0, 3);
    if (kind === 0) copy[at] = p.int(0, 255);
    else if (kind === 1) copy[at] = copy[at] ^ (1 << p.int(0, 7));
    else if (kind === 2) copy[at] = p.pick([0, 1, 2, 3, 127, 128, 255]);
    else copy.copyWithin(at, p.int(0, copy.length - 1), p.int(0, copy.length));
  }
  return copy;
}

describe('damaged files', () => {
  it('the whole one is read', () => {
    const { nodes, notes } = importOnnx(wholeModel());
    expect(nodes.map((n) => n.op)).toEqual(['conv', 'clamp', 'maxPool', 'upsample', 'conv', 'add']);
    expect(notes?.map((n) => n.kind)).toContain('host');
  });

  it('end in a coded error or a graph, 1,500 times', () => {
    const whole = wholeModel();
    const p = new Prng(11);
    let refused = 0;
    let read = 0;
    for (let i = 0; i < 1500; i++) {
      const bytes = mutate(whole, p);
      try {
        importOnnx(embedExternal(bytes, () => new Uint8Array(16)));
        read++;
      } catch (error) {
        if (!(error instanceof BlnetError) || error.diagnostic.code === 'BLN901') throw error;
        expect(error.message.length).toBeLessThan(20_000);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(300);
    expect(read).toBeGreaterThan(100);
  });

  it('functions that call themselves, or each other twofold for ever', () => {
    const calls = (names: readonly string[]) => ({
      patch: (m: Parameters<NonNullable<NonNullable<Parameters<typeof onnxModel>[2]>['patch']>>[0]) => {
        m.functions = names.map((name, i) => {
          const callee = names[(i + 1) % names.length];
          return {
            name,
            domain: 'own',
            input: ['v'],
            output: ['r'],
            node: [
              { ...node(callee, ['v'], 'a'), domain: 'own' },
              { ...node(callee, ['a'], 'r'), domain: 'own' },
            ],
          };
        });
      },
    });
    for (const names of [['A'], ['A', 'B'], Array.from({ length: 40 }, (_, i) => `F${i}`)]) {
      const first = { ...node(names[0], ['x'], 'y'), domain: 'own' };
      expect(() => importOnnx(onnxModel([first], [], calls(names)))).toThrow(/BLN203|BLN207/);
    }
  });

  it('constants that grow: broadcast, expanded, gathered', () => {
    const grow = [
      node('Mul', ['a', 'b'], 'p'),
      node('Gather', ['p', 'many'], 'g'),
      node('Expand', ['g', 'huge'], 'e'),
      node('Conv', ['x', 'e'], 'y'),
    ];
    const constants = [
      floats('a', [2000, 1]),
      floats('b', [1, 2000]),
      int64s(
        'many',
        Array.from({ length: 100 }, () => 0),
      ),
      int64s('huge', [100_000, 100, 2000]),
    ];
    expect(() => importOnnx(onnxModel(grow, constants))).toThrow(/BLN207/);
  });
});
