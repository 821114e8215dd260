/** Every operator that blnet takes, against ONNX Runtime on a model of one or a few nodes. The input is 4 x 6 x 6. */
import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/frontend/onnx/import-onnx.js';
import { DATA_TYPE, type NodeMessage, type TensorMessage } from '../../../src/frontend/onnx/onnx-proto.js';
import { FloatModel } from '../../../src/io/images/float-model.js';
import { Prng } from '../../../src/ir/prng.js';
import { FloatExecutor } from '../../../src/sim/float-executor.js';
import { floats, int64s, type ModelOptions, node, onnxModel } from '../../support/onnx-model.js';
import { randomValues, relativeError } from '../../support/random-graph.js';

interface Case {
  readonly title: string;
  readonly nodes: readonly NodeMessage[];
  readonly constants?: readonly TensorMessage[];
  readonly options?: ModelOptions;
}

const weights = floats('w', [5, 4, 3, 3]);
const dense = floats('d', [3, 4]);
const scalar = (name: string, value: number) => floats(name, [], [value]);
const pooled = node('GlobalAveragePool', ['x'], 'p');
const flat = node('Flatten', ['p'], 'f');
const norm = ['gamma', 'beta', 'mean'].map((n, i) => floats(n, [4], [0.5 + i, 1, -1, 2]));
const variance = floats('variance', [4], [0.2, 1, 2, 3]);

const CASES: readonly Case[] = [
  { title: 'Conv 3x3', nodes: [node('Conv', ['x', 'w'], 'y')], constants: [weights] },
  {
    title: 'Conv with bias, stride 2, uneven pads',
    nodes: [
      node('Conv', ['x', 'w', 'b'], 'y', { strides: [2, 2], pads: [1, 0, 0, 1], kernel_shape: [3, 3] }),
    ],
    constants: [weights, floats('b', [5])],
  },
  ...(['SAME_UPPER', 'SAME_LOWER', 'VALID'] as const).map((mode) => ({
    title: `Conv with auto_pad ${mode}`,
    nodes: [node('Conv', ['x', 'w'], 'y', { auto_pad: mode, strides: [2, 2] })],
    constants: [weights],
  })),
  {
    title: 'Conv depthwise',
    nodes: [node('Conv', ['x', 'w'], 'y', { group: 4, pads: [1, 1, 1, 1] })],
    constants: [floats('w', [4, 1, 3, 3])],
  },
  { title: 'Conv 1x1', nodes: [node('Conv', ['x', 'w'], 'y')], constants: [floats('w', [7, 4, 1, 1])] },
  {
    title: 'Pad taken over by the convolution behind it',
    nodes: [node('Pad', ['x', 'amounts'], 't'), node('Conv', ['t', 'w'], 'y')],
    constants: [int64s('amounts', [0, 0, 1, 2, 0, 0, 1, 0]), weights],
  },
  {
    title: 'BatchNormalization',
    nodes: [
      node('BatchNormalization', ['x', 'gamma', 'beta', 'mean', 'variance'], 'y', {
        epsilon: { float: 1e-3 },
      }),
    ],
    constants: [...norm, variance],
  },
  { title: 'Relu', nodes: [node('Relu', ['x'], 'y')] },
  {
    title: 'Clip, ReLU6',
    nodes: [node('Clip', ['x', 'lo', 'hi'], 'y')],
    constants: [scalar('lo', 0), scalar('hi', 6)],
  },
  { title: 'Clip above only', nodes: [node('Clip', ['x', '', 'hi'], 'y')], constants: [scalar('hi', 0.5)] },
  ...(['Sigmoid', 'Tanh', 'HardSigmoid', 'LeakyRelu', 'Elu'] as const).map((op) => ({
    title: op,
    nodes: [node(op, ['x'], 'y')],
  })),
  ...(['HardSigmoid', 'LeakyRelu', 'Elu'] as const).map((op) => ({
    title: `${op} with its own slope`,
    nodes: [node(op, ['x'], 'y', { alpha: { float: 0.3 } })],
  })),
  {
    title: 'Concat of channels',
    nodes: [node('Relu', ['x'], 't'), node('Concat', ['t', 'x', 't'], 'y', { axis: 1 })],
  },
  { title: 'HardSwish', nodes: [node('HardSwish', ['x'], 'y')], options: { opset: 14 } },
  ...(['Sigmoid', 'HardSigmoid'] as const).map((op, i) => ({
    title: `${op} times its input is one table`,
    nodes: [node(op, ['x'], 't'), node('Mul', i ? ['x', 't'] : ['t', 'x'], 'y')],
  })),
  { title: 'Add of two feature maps', nodes: [node('Relu', ['x'], 't'), node('Add', ['t', 'x'], 'y')] },
  ...(['Add', 'Sub', 'Mul', 'Div'] as const).map((op) => ({
    title: `${op} of a constant per channel`,
    nodes: [node(op, ['x', 'k'], 'y')],
    constants: [floats('k', [4, 1, 1], [2, -1, 0.5, 3])],
  })),
  { title: 'Sub from a constant', nodes: [node('Sub', ['k', 'x'], 'y')], constants: [scalar('k', 1.5)] },
  {
    title: 'Resize, asymmetric and floor',
    nodes: [
      node('Resize', ['x', '', 'scales'], 'y', {
        mode: 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      }),
    ],
    constants: [floats('scales', [4], [1, 1, 2, 2])],
  },
  {
    title: 'Resize with half pixels and sizes',
    nodes: [node('Resize', ['x', '', '', 'sizes'], 'y', { mode: 'nearest' })],
    constants: [int64s('sizes', [1, 4, 12, 12])],
    options: { input: [1, 4, 6, 6] },
  },
  { title: 'MaxPool', nodes: [node('MaxPool', ['x'], 'y', { kernel_shape: [2, 2], strides: [2, 2] })] },
  {
    title: 'MaxPool with pads',
    nodes: [node('MaxPool', ['x'], 'y', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] })],
  },
  {
    title: 'AveragePool',
    nodes: [node('AveragePool', ['x'], 'y', { kernel_shape: [2, 2], strides: [2, 2] })],
  },
  {
    title: 'AveragePool that counts its pads',
    nodes: [
      node('AveragePool', ['x'], 'y', { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1 }),
    ],
  },
  {
    title: 'AveragePool over everything',
    nodes: [node('AveragePool', ['x'], 'y', { kernel_shape: [6, 6] })],
  },
  { title: 'GlobalAveragePool', nodes: [node('GlobalAveragePool', ['x'], 'y')] },
  {
    title: 'ReduceMean by attribute',
    nodes: [node('ReduceMean', ['x'], 'y', { axes: [2, 3], keepdims: 0 })],
  },
  {
    title: 'ReduceMean by input (opset 18)',
    nodes: [node('ReduceMean', ['x', 'axes'], 'y')],
    constants: [int64s('axes', [-1, -2])],
    options: { opset: 18 },
  },
  {
    title: 'Flatten and Gemm',
    nodes: [pooled, flat, node('Gemm', ['f', 'd', 'b'], 'y', { transB: 1 })],
    constants: [dense, floats('b', [3])],
  },
  {
    title: 'Gemm with alpha, beta and weights the other way round',
    nodes: [pooled, flat, node('Gemm', ['f', 'd', 'b'], 'y', { alpha: { float: 0.5 }, beta: { float: 2 } })],
    constants: [floats('d', [4, 3]), floats('b', [3])],
  },
  {
    title: 'Reshape and MatMul',
    nodes: [pooled, node('Reshape', ['p', 'shape'], 'f'), node('MatMul', ['f', 'd'], 'y')],
    constants: [int64s('shape', [0, -1]), floats('d', [4, 3])],
  },
  {
    title: 'Squeeze and MatMul and Add',
    nodes: [
      pooled,
      node('Squeeze', ['p', 'axes'], 'f'),
      node('MatMul', ['f', 'd'], 'm'),
      node('Add', ['m', 'b'], 'y'),
    ],
    constants: [int64s('axes', [2, 3]), floats('d', [4, 3]), floats('b', [3])],
  },
  {
    title: 'Identity and Dropout',
    nodes: [node('Identity', ['x'], 't'), node('Dropout', ['t'], 'u'), node('Relu', ['u'], 'y')],
  },
];

async function expectLikeRuntime(c: Case, seed: number): Promise<void> {
  const bytes = onnxModel(c.nodes, c.constants ?? [], c.options);
  const model = await FloatModel.open(bytes);
  const executor = new FloatExecutor(importOnnx(bytes));
  const image = randomValues(new Prng(seed), 4 * 36);
  const theirs = (await model.run([image])).get('y')?.[0] as Float32Array;
  await model.close();
  expect(relativeError(executor.run(image), theirs)).toBeLessThan(1e-5);
}

describe('operators against ONNX Runtime', () => {
  it.each(CASES.map((c) => [c.title, c] as const))('%s', async (_, c) => {
    await expectLikeRuntime(c, 1);
  });

  it.each([7, 8, 9, 10, 11, 12, 13, 15, 17, 19, 21, 22, 23, 24, 25])('opset %i', async (opset) => {
    const nodes = [node('Conv', ['x', 'w'], 't'), node('Relu', ['t'], 'y')];
    await expectLikeRuntime({ title: '', nodes, constants: [weights], options: { opset } }, opset);
  });

  it('leaves out what the output does not need', () => {
    const nodes = [node('Relu', ['x'], 'y'), node('Softmax', ['x'], 'unused')];
    expect(importOnnx(onnxModel(nodes)).nodes.map((n) => n.op)).toEqual(['clamp']);
  });

  it('takes half-precision constants', () => {
    // 1.0 and -2.0 as IEEE 754 binary16, little endian.
    const half = {
      name: 'k',
      dims: [2],
      dataType: DATA_TYPE.float16,
      rawData: Uint8Array.from([0, 0x3c, 0, 0xc0]),
    };
    const graph = importOnnx(
      onnxModel(
        [node('Mul', ['x', 'k2'], 'y'), node('Reshape', ['k', 's'], 'k2')].reverse(),
        [half, int64s('s', [2, 1, 1])],
        { input: ['N', 2, 6, 6] },
      ),
    );
    expect(graph.nodes[0]).toMatchObject({ op: 'batchNorm', scale: Float32Array.from([1, -2]) });
  });
});
