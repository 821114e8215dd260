/** Random quantized operators against ONNX Runtime: integers to a step of the output. */
import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/frontend/onnx/import-onnx.js';
import { DATA_TYPE, type NodeMessage, type TensorMessage } from '../../../src/frontend/onnx/onnx-proto.js';
import { FloatModel } from '../../../src/io/images/float-model.js';
import { preprocess, preprocessingOf } from '../../../src/ir/preprocess.js';
import { Prng } from '../../../src/ir/prng.js';
import { tensorOf } from '../../../src/ir/quant-graph.js';
import { quantizeValues } from '../../../src/ir/quantize-values.js';
import { foldBatchNorm } from '../../../src/passes/fold-batch-norm.js';
import { quantize } from '../../../src/passes/quantize.js';
import { IntegerExecutor } from '../../../src/sim/integer-executor.js';
import { floats, int8s, node, onnxModel, value } from '../../support/onnx-model.js';

import { type MakeModel, SEEDS } from '../../support/random-onnx.js';

/** Integers of one image of a quantized model, and those of ONNX Runtime behind its last DequantizeLinear. */
async function integersOf(bytes: Uint8Array, pixels: Uint8Array) {
  const graph = importOnnx(bytes);
  const inputFormat = { bits: 8, signed: false, scale: 1 / 255, zeroPoint: 0 };
  const quantized = quantize(foldBatchNorm(graph), { ranges: {}, inputFormat });
  const [input, output] = [tensorOf(quantized, quantized.input), tensorOf(quantized, quantized.outputs[0])];
  const reals = preprocess(pixels, input.shape, preprocessingOf(graph.metadata));
  const ours = new IntegerExecutor(quantized).run(quantizeValues(reals, input.shape, input));
  const model = await FloatModel.open(bytes);
  const theirs = (await model.run([reals])).get(model.output)?.[0] as Float32Array;
  await model.close();
  const area = output.shape.height * output.shape.width;
  const { channels } = output.shape;
  const expected = Array.from(ours, (_, i) => {
    const real = theirs[(i % channels) * area + Math.floor(i / channels)];
    return Math.round(real / output.scale) + output.zeroPoint;
  });
  return { ours: Array.from(ours), expected };
}

const uint8 = (name: string, v: number): TensorMessage => ({
  name,
  dims: [],
  dataType: DATA_TYPE.uint8,
  int32Data: [v],
});
const scalar = (name: string, v: number) => floats(name, [], [v]);
const qdq = (x: string, y: string, s: string, z: string): NodeMessage[] => [
  node('QuantizeLinear', [x, s, z], `${y}_q`),
  node('DequantizeLinear', [`${y}_q`, s, z], y),
];

/** Constants that most quantized models share: three formats and int8 weights of 3 outputs. */
function quantizedConstants(p: Prng, kernel: number, channels = 2): TensorMessage[] {
  const integers = Array.from({ length: 3 * channels * kernel * kernel }, () => p.int(-127, 127));
  return [
    scalar('s0', 1 / 255),
    uint8('z0', 0),
    scalar('s1', Math.fround((0.01 * kernel * (0.5 + p.float())) / 4)),
    uint8('z1', p.int(80, 170)),
    scalar('s2', Math.fround((0.013 * kernel * (0.5 + p.float())) / 4)),
    uint8('z2', p.int(80, 170)),
    int8s('w', [3, channels, kernel, kernel], integers),
    floats('ws', [3], [0.004, 0.006, 0.003]),
    int8s('wz', [3], [0, 0, 0]),
    { name: 'b', dims: [3], dataType: DATA_TYPE.int32, int32Data: [p.int(-900, 900), 500, -700] },
  ];
}
const weightsNode = node('DequantizeLinear', ['w', 'ws', 'wz'], 'weight', { axis: 0 });

const INTEGER_KINDS: Readonly<Record<string, MakeModel>> = {
  'QuantizeLinear between a layer and its activation': (p) => ({
    nodes: [
      weightsNode,
      ...qdq('x', 'a', 's0', 'z0'),
      node('Conv', ['a', 'weight'], 'c', { pads: [1, 1, 1, 1] }),
      ...qdq('c', 'd', 's1', 'z1'),
      node('Relu', ['d'], 'r'),
      ...qdq('r', 'y', 's2', 'z2'),
    ],
    constants: quantizedConstants(p, 3),
  }),
  'a pool between two formats': (p) => ({
    nodes: [
      weightsNode,
      ...qdq('x', 'a', 's0', 'z0'),
      node('Conv', ['a', 'weight'], 'c', { pads: [1, 1, 1, 1] }),
      ...qdq('c', 'd', 's1', 'z1'),
      node('MaxPool', ['d'], 'm', { kernel_shape: [2, 2] }),
      ...qdq('m', 'y', 's2', 'z2'),
    ],
    constants: quantizedConstants(p, 3),
  }),
  'two formats of one tensor': (p) => ({
    nodes: [
      weightsNode,
      ...qdq('x', 'a', 's0', 'z0'),
      node('Conv', ['a', 'weight'], 'c'),
      ...qdq('c', 'd', 's1', 'z1'),
      ...qdq('d', 'e', 's2', 'z2'),
      node('Add', ['d', 'e'], 't'),
      ...qdq('t', 'y', 's2', 'z2'),
    ],
    constants: quantizedConstants(p, 1),
  }),
  QLinearConv: (p) => ({
    nodes: [
      node('QuantizeLinear', ['x', 's0', 'z0'], 'q'),
      node('QLinearConv', ['q', 's0', 'z0', 'w', 'ws', 'wz', 's1', 'z1', 'b'], 'c', { pads: [1, 1, 1, 1] }),
      node('MaxPool', ['c'], 'm', { kernel_shape: [2, 2] }),
      node('DequantizeLinear', ['m', 's1', 'z1'], 'y'),
    ],
    constants: quantizedConstants(p, 3),
  }),
  'integers as input': (p) => ({
    nodes: [
      weightsNode,
      node('DequantizeLinear', ['x', 's2', 'z2'], 'a'),
      node('Conv', ['a', 'weight'], 'c'),
      ...qdq('c', 'y', 's1', 'z1'),
    ],
    constants: quantizedConstants(p, 1),
    options: {
      patch: (m) => {
        if (m.graph) m.graph.input = [value('x', ['N', 2, 5, 6], DATA_TYPE.uint8)];
      },
    },
  }),
};

describe('quantized models against ONNX Runtime', () => {
  for (const [title, make] of Object.entries(INTEGER_KINDS)) {
    it(`${title}: within a step`, async () => {
      for (const seed of SEEDS) {
        const p = new Prng(seed);
        const { nodes, constants, options } = make(p);
        const bytes = onnxModel(nodes, constants, { input: ['N', 2, 5, 6], ...options });
        const pixels = Uint8Array.from({ length: 60 }, () => p.int(0, 255));
        const { ours, expected } = await integersOf(bytes, pixels);
        expect(new Set(expected).size, 'the case says something').toBeGreaterThan(8);
        const steps = Math.max(...ours.map((v, i) => Math.abs(v - expected[i])));
        expect(steps, `seed ${seed}`).toBeLessThanOrEqual(title === 'two formats of one tensor' ? 2 : 1);
      }
    });
  }

  it('output_dtype says the type where there is no zero point', () => {
    const bytes = onnxModel(
      [
        node('Conv', ['x', 'v'], 'c'),
        node('QuantizeLinear', ['c', 's'], 'q', { output_dtype: DATA_TYPE.int8 }),
        node('DequantizeLinear', ['q', 's'], 'y'),
      ],
      [floats('v', [1, 4, 1, 1]), scalar('s', 0.5)],
      { opset: 21 },
    );
    expect(importOnnx(bytes).formats?.get('c')).toEqual({ bits: 8, signed: true, scale: 0.5, zeroPoint: 0 });
  });

  it('a channel without weights keeps its bias, whatever scale it has', async () => {
    const p = new Prng(1);
    const constants = quantizedConstants(p, 1).map((t) => {
      if (t.name === 'w') return int8s('w', [3, 2, 1, 1], [90, -40, 0, 0, 70, 20]);
      if (t.name === 'ws') return floats('ws', [3], [0.004, 1e-9, 0.003]);
      return t;
    });
    const bias: TensorMessage = {
      name: 'b',
      dims: [3],
      dataType: DATA_TYPE.int32,
      int32Data: [100, Math.round((0.02 * 255) / 1e-9 / 3), -80],
    };
    const nodes = [
      weightsNode,
      node('DequantizeLinear', ['b', 'bs', 'bz'], 'bias', { axis: 0 }),
      ...qdq('x', 'a', 's0', 'z0'),
      node('Conv', ['a', 'weight', 'bias'], 'c'),
      ...qdq('c', 'y', 's1', 'z1'),
    ];
    const more = [
      floats('bs', [3], [0.004 / 255, 1e-9 / 255, 0.003 / 255]),
      { name: 'bz', dims: [3], dataType: DATA_TYPE.int32, int32Data: [0, 0, 0] },
    ];
    const bytes = onnxModel(nodes, [...constants.filter((t) => t.name !== 'b'), bias, ...more], {
      input: ['N', 2, 5, 6],
    });
    const pixels = Uint8Array.from({ length: 60 }, () => p.int(0, 255));
    const { ours, expected } = await integersOf(bytes, pixels);
    expect(Math.max(...ours.map((v, i) => Math.abs(v - expected[i])))).toBeLessThanOrEqual(1);
  });
});
