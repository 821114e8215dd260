/** Importing .tflite files: what the graph holds, what is refused in which words, and that no damaged file crashes. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BlnetError } from '../../../src/diagnostics.js';
import { importTflite, tensorNames } from '../../../src/frontend/tflite/import-tflite.js';
import { readTflite } from '../../../src/frontend/tflite/read-tflite.js';
import type { Graph } from '../../../src/ir/graph.js';
import { preprocessingOf } from '../../../src/ir/preprocess.js';
import { Prng } from '../../../src/ir/prng.js';
import type { Filters } from '../../../src/layers/shared/filters.js';
import { inputFormat } from '../../../src/passes/input-format.js';
import { diagnosticOf } from '../../support/errors.js';
import { itWithModel } from '../../support/shared-models.js';
import { type TestModel, type TestTensor, tfliteModel } from '../../support/tflite-model.js';
import { TestNetwork } from '../../support/tflite-network.js';

const int8 = (name: string, shape: readonly number[], scale = 0.5, zeroPoint = 3): TestTensor => ({
  name,
  type: 'int8',
  shape,
  scales: [scale],
  zeroPoints: [zeroPoint],
});
const weights = (
  name: string,
  shape: readonly number[],
  data?: readonly number[],
  more = {},
): TestTensor => ({
  name,
  type: 'int8',
  shape,
  scales: [0.25],
  zeroPoints: [0],
  data: data ?? Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i % 9) - 4),
  ...more,
});
const ONE_STEP = { strideW: 1, strideH: 1 };

/** A 1x1 convolution from `x` to `y`, which most cases change in one place. */
const simple = (more: Partial<TestModel> = {}): TestModel => ({
  tensors: [int8('x', [1, 2, 2, 2]), weights('w', [3, 1, 1, 2]), int8('y', [1, 2, 2, 3], 0.125, -7)],
  operators: [{ op: 'CONV_2D', inputs: ['x', 'w', ''], output: 'y', options: ONE_STEP }],
  input: 'x',
  output: 'y',
  ...more,
});
const importOf = (m: TestModel): Graph => importTflite(tfliteModel(m));
const convOf = (g: Graph, i = 0): Filters => g.nodes.filter((n) => 'weights' in n)[i] as unknown as Filters;

describe('what a file says', () => {
  it('is taken as it stands: integers, scales, formats', () => {
    const graph = importOf(simple());
    const conv = convOf(graph);
    expect(Array.from(conv.stored?.weights ?? [])).toEqual([-4, -3, -2, -1, 0, 1]);
    expect(conv.stored?.scales).toEqual([0.25, 0.25, 0.25]);
    expect(Array.from(conv.weights)).toEqual([-1, -0.75, -0.5, -0.25, 0, 0.25]);
    expect(graph.formats?.get('y')).toEqual({ bits: 8, signed: true, scale: 0.125, zeroPoint: -7 });
    expect(graph.outputs).toEqual(['y']);
  });

  it('moves weights to [outputs][inputs][rows][columns], and pads SAME more at the end', () => {
    const data = Array.from({ length: 2 * 2 * 2 * 2 }, (_, i) => i);
    const conv = convOf(
      importOf(
        simple({
          tensors: [int8('x', [1, 2, 2, 2]), weights('w', [2, 2, 2, 2], data), int8('y', [1, 2, 2, 2])],
        }),
      ),
    );
    // Output 0, input 0: every second value of the first eight.
    expect(Array.from(conv.stored?.weights ?? []).slice(0, 8)).toEqual([0, 2, 4, 6, 1, 3, 5, 7]);
    expect(conv.pads).toEqual({ top: 0, left: 0, bottom: 1, right: 1 });
  });

  it('keeps bias integers in units of input scale times weight scale', () => {
    const bias = { name: 'b', type: 'int32', shape: [3], scales: [0.125], zeroPoints: [0], data: [7, -8, 9] };
    const m = simple();
    const graph = importOf({
      ...m,
      tensors: [...m.tensors, bias as TestTensor],
      operators: [{ op: 'CONV_2D', inputs: ['x', 'w', 'b'], output: 'y', options: ONE_STEP }],
    });
    expect(convOf(graph).stored?.bias).toEqual({
      values: Int32Array.of(7, -8, 9),
      scales: [0.125, 0.125, 0.125],
    });
    expect(Array.from(convOf(graph).bias ?? [])).toEqual([0.875, -1, 1.125]);
  });

  it('fuses activations as clamps in real units', () => {
    const graph = importOf(
      simple({
        operators: [
          { op: 'CONV_2D', inputs: ['x', 'w', ''], output: 'y', options: { ...ONE_STEP, fused: 3 } },
        ],
      }),
    );
    expect(graph.nodes.map((n) => n.op)).toEqual(['conv', 'clamp']);
    expect(graph.nodes[1]).toMatchObject({ min: 0, max: 6, output: 'y' });
  });

  it('reads a code above 127 from the newer field, and names operators it does not have in one error', () => {
    const m = simple();
    const more = ['a', 'b', 'c', 'd'].map((name) => int8(name, [1, 2, 2, 3]));
    const d = diagnosticOf(() =>
      importOf({
        ...m,
        tensors: [...m.tensors, ...more],
        operators: [
          ...m.operators,
          { op: 'CONV_3D', inputs: ['y'], output: 'a' },
          { op: 'TRANSPOSE_CONV', inputs: ['a'], output: 'b' },
          { op: 'TRANSPOSE_CONV', inputs: ['b'], output: 'c' },
          { op: 'CUSTOM', inputs: ['c'], output: 'd' },
        ],
        output: 'd',
      }),
    );
    expect(d.code).toBe('BLN201');
    expect(d.found).toBe('CONV_3D, TRANSPOSE_CONV (2 times), custom TFLite_Detection_PostProcess');
    expect(d.need).toContain('CONV_2D');
  });

  it('makes names unique, and keeps the file in the order of its indices', () => {
    const m = simple();
    const twice = { ...m, tensors: m.tensors.map((t) => ({ ...t, name: 'same' })) };
    // Names are how the test writer finds tensors, so the operators must not need them.
    const names = tensorNames(
      readTflite(tfliteModel({ ...twice, operators: [], input: 'same', output: 'same' })),
    );
    expect(names).toEqual(['same', 'same_2', 'same_3']);
  });
});

describe('pixels', () => {
  const takesPixels = (m: TestModel) => {
    const g = importOf(m);
    return inputFormat(preprocessingOf(g.metadata), [0, 1], 8, g.formats?.get('x')).takesPixels;
  };

  it('are the integers of a quantized input, said as an assumption', () => {
    const graph = importOf(simple());
    expect(graph.metadata).toEqual({ 'blnet.input.mean': '131', 'blnet.input.std': '2' });
    expect(graph.formats?.get('x')).toEqual({ bits: 8, signed: false, scale: 0.5, zeroPoint: 131 });
    expect(graph.notes).toEqual([
      expect.objectContaining({ kind: 'assumed', text: expect.stringContaining('less 128') }),
    ]);
    expect(takesPixels(simple())).toBe(true);
  });

  it('are so for any scale and zero point', () => {
    const p = new Prng(5);
    for (let i = 0; i < 100; i++) {
      const scale = Math.fround(2 ** (-10 * p.float()));
      const m = simple();
      const tensors = [int8('x', [1, 2, 2, 2], scale, p.int(-128, 127)), ...m.tensors.slice(1)];
      expect(takesPixels({ ...m, tensors }), `${scale}`).toBe(true);
    }
  });

  it('follow the normalization metadata where there is some', () => {
    const graph = importOf(simple({ normalization: { mean: [127.5], std: [64, 32] } }));
    expect(graph.metadata).toEqual({ 'blnet.input.mean': '127.5', 'blnet.input.std': '64,32' });
    expect(graph.notes).toBeUndefined();
  });
});

describe('refusals', () => {
  const rows: readonly (readonly [title: string, m: TestModel, message: RegExp])[] = [
    [
      'an activation of 16 bits',
      simple({
        tensors: [
          { name: 'x', type: 'int16', shape: [1, 2, 2, 2], scales: [1] },
          weights('w', [3, 1, 1, 2]),
          int8('y', [1, 2, 2, 3]),
        ],
      }),
      /BLN202 .*tensor x: an activation of type int16/s,
    ],
    [
      'a free height',
      simple({ tensors: [int8('x', [1, 0, 2, 2]), weights('w', [3, 1, 1, 2]), int8('y', [1, 2, 2, 3])] }),
      /BLN103 .*input x.*\[1, 0, 2, 2\]/s,
    ],
    [
      'uneven strides',
      simple({
        operators: [
          { op: 'CONV_2D', inputs: ['x', 'w', ''], output: 'y', options: { strideH: 1, strideW: 2 } },
        ],
      }),
      /BLN202 .*strides 1x2/s,
    ],
    [
      'a fused TANH',
      simple({
        operators: [
          { op: 'CONV_2D', inputs: ['x', 'w', ''], output: 'y', options: { ...ONE_STEP, fused: 4 } },
        ],
      }),
      /BLN202 .*fused activation TANH/s,
    ],
    [
      'extents that the inputs do not give',
      simple({
        tensors: [int8('x', [1, 2, 2, 2]), weights('w', [3, 1, 1, 2]), int8('y', [1, 2, 3, 3])],
      }),
      /BLN103 .*declares \[1, 2, 3, 3\], its inputs give \[1, 2, 2, 3\]/s,
    ],
    [
      'arithmetic behind SOFTMAX',
      simple({
        tensors: [int8('x', [1, 1, 1, 2]), int8('s', [1, 1, 1, 2]), int8('y', [1, 1, 1, 2])],
        operators: [
          { op: 'SOFTMAX', inputs: ['x'], output: 's', options: { beta: 1 } },
          { op: 'RELU', inputs: ['s'], output: 'y' },
        ],
      }),
      /BLN203 .*with the result of SOFTMAX/s,
    ],
    [
      'a padded mean',
      simple({
        tensors: [int8('x', [1, 3, 3, 2]), int8('y', [1, 3, 3, 2])],
        operators: [
          {
            op: 'AVERAGE_POOL_2D',
            inputs: ['x'],
            output: 'y',
            options: { ...ONE_STEP, filterW: 2, filterH: 2 },
          },
        ],
      }),
      /BLN202 .*leaves the padding out of the count/s,
    ],
  ];
  for (const [title, m, message] of rows) it(title, () => expect(() => importOf(m)).toThrow(message));

  it('bytes that are no TFLite file', () => {
    expect(() => importTflite(new Uint8Array())).toThrow(/BLN101/);
    expect(() => importTflite(new TextEncoder().encode('PK..TFL2 and more'))).toThrow(/BLN101 .*TFL3/s);
  });
});

/** Flips, cuts and repeats of a good file; whatever comes, it is a graph or a BlnetError. */
function mutate(bytes: Uint8Array, p: Prng): Uint8Array {
  const copy = bytes.slice(
    p.int(0, 20) === 0 ? p.int(0, 12) : 0,
    p.int(0, 9) === 0 ? p.int(0, bytes.length) : undefined,
  );
  const view = new DataView(copy.buffer);
  for (let n = p.int(1, 6); n > 0 && copy.length > 8; n--) {
    const at = p.int(0, copy.length - 5);
    const kind = p.int(0, 4);
    if (kind === 0) copy[at] = p.int(0, 255);
    else if (kind === 1) view.setUint32(at, p.nextUint32(), true);
    else if (kind === 2) view.setInt32(at, p.pick([0, 1, -1, 2 ** 31 - 1, -(2 ** 31), copy.length]), true);
    else if (kind === 3) copy.copyWithin(at, p.int(0, copy.length - 1), p.int(0, copy.length));
    else view.setUint16(at, p.int(0, 40), true);
  }
  return copy;
}

describe('damaged files', () => {
  it('end in a coded error or a graph, 2,500 times', () => {
    const p = new Prng(1);
    const n = new TestNetwork(p, [5, 5, 2]);
    const window = { kernel: [3, 3], stride: 2, dilation: [1, 1], padding: 0, fused: 1 } as const;
    const whole = n.dense(n.add(n.conv(n.input, 3, window), n.conv(n.input, 3, window)), 4);
    const files = [n.bytes(whole), tfliteModel(simple({ normalization: { mean: [1], std: [2] } }))];
    let refused = 0;
    for (let i = 0; i < 2500; i++) {
      try {
        importTflite(mutate(files[i % 2], p));
      } catch (error) {
        if (!(error instanceof BlnetError) || error.diagnostic.code === 'BLN901') throw error;
        expect(error.message.length).toBeLessThan(10_000);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(600);
  });
});

describe('public models', () => {
  for (const [file, layers] of [
    ['resnet8.tflite', 14],
    ['kws.tflite', 11],
    ['vww_96_int8.tflite', 29],
  ] as const) {
    itWithModel(file, `${file} imports whole, SOFTMAX left to the host`, (path) => {
      const graph = importTflite(new Uint8Array(readFileSync(path)));
      expect(graph.nodes.filter((n) => n.op !== 'clamp')).toHaveLength(layers);
      expect(graph.notes?.filter((n) => n.kind === 'host')).toHaveLength(1);
    });
  }
});
