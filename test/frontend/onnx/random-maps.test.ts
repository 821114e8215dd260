/**
 * Operators that move channels and pixels, gates and signals, each at random sizes against ONNX Runtime: reals agree to float
 * accuracy.
 */
import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/frontend/onnx/import-onnx.js';
import type { NodeMessage, TensorMessage } from '../../../src/frontend/onnx/onnx-proto.js';
import { Prng } from '../../../src/ir/prng.js';
import { expectLikeRuntime } from '../../support/like-runtime.js';
import { floats, int64s, type ModelOptions, node, onnxModel } from '../../support/onnx-model.js';

interface Model {
  readonly nodes: readonly NodeMessage[];
  readonly constants?: readonly TensorMessage[];
  readonly options?: ModelOptions;
}

const random = (p: Prng, name: string, ...dims: number[]): TensorMessage => {
  const count = dims.reduce((a, b) => a * b, 1);
  return floats(
    name,
    dims,
    Array.from({ length: count }, () => p.normal()),
  );
};

/** Several outputs. */
const nodes = (opType: string, inputs: string[], outputs: string[], attributes = {}): NodeMessage => ({
  ...node(opType, inputs, outputs[0], attributes),
  output: outputs,
});

const KINDS: Readonly<Record<string, (p: Prng) => Model>> = {
  'Split in two, joined the other way around': (p) => {
    const [a, b] = [p.int(1, 5), p.int(1, 5)];
    return {
      nodes: [
        nodes('Split', ['x', 's'], ['a', 'b'], { axis: 1 }),
        node('Relu', ['a'], 'r'),
        node('Concat', ['b', 'r'], 'y', { axis: 1 }),
      ],
      constants: [int64s('s', [a, b])],
      options: { input: ['N', a + b, p.int(1, 5), p.int(1, 5)] },
    };
  },
  'Split in equal parts, of which one is left': (p) => ({
    nodes: [nodes('Split', ['x'], ['a', 'b', 'y'], { axis: 1 })],
    options: { input: ['N', 3 * p.int(1, 4), 4, 3] },
  }),
  'Slice of channels, from behind and in steps': (p) => {
    const channels = p.int(3, 9);
    return {
      nodes: [node('Slice', ['x', 'a', 'b', 'c', 'd'], 'y')],
      constants: [int64s('a', [-1]), int64s('b', [-channels]), int64s('c', [1]), int64s('d', [-p.int(1, 2)])],
      options: { input: ['N', channels, 3, 4] },
    };
  },
  'Gather of channels': (p) => {
    const channels = p.int(2, 7);
    const picked = Array.from({ length: p.int(1, 9) }, () => p.int(-channels, channels - 1));
    return {
      nodes: [node('Gather', ['x', 'i'], 'g', { axis: 1 }), node('Relu', ['g'], 'y')],
      constants: [int64s('i', picked)],
      options: { input: ['N', channels, 3, 4] },
    };
  },
  'channel shuffle': (p) => {
    const [groups, inGroup, height, width] = [p.int(1, 4), p.int(1, 4), p.int(1, 4), p.int(1, 4)];
    const channels = groups * inGroup;
    return {
      nodes: [
        node('Reshape', ['x', 'a'], 'r'),
        node('Transpose', ['r'], 't', { perm: [0, 2, 1, 3, 4] }),
        node('Reshape', ['t', 'b'], 'm'),
        node('Conv', ['m', 'w'], 'y'),
      ],
      constants: [
        int64s('a', [1, groups, inGroup, height, width]),
        int64s('b', [1, channels, height, width]),
        random(p, 'w', 3, channels, 1, 1),
      ],
      options: { input: [1, channels, height, width] },
    };
  },
  'squeeze and excitation': (p) => {
    const [channels, inner] = [p.int(1, 6), p.int(1, 4)];
    return {
      nodes: [
        node('GlobalAveragePool', ['x'], 'm'),
        node('Conv', ['m', 'w'], 'c'),
        node('Relu', ['c'], 'r'),
        node('Conv', ['r', 'v'], 'e'),
        node('HardSigmoid', ['e'], 'g'),
        node('Mul', p.int(0, 1) ? ['x', 'g'] : ['g', 'x'], 'y'),
      ],
      constants: [random(p, 'w', inner, channels, 1, 1), random(p, 'v', channels, inner, 1, 1)],
      options: { input: ['N', channels, p.int(1, 5), p.int(1, 5)] },
    };
  },
  'product and difference of maps': (p) => ({
    nodes: [
      node('Conv', ['x', 'w'], 'c'),
      node('Mul', ['x', 'c'], 'm'),
      node('Sub', ['m', 'c'], 's'),
      node('Neg', ['s'], 'y'),
    ],
    constants: [random(p, 'w', 3, 3, 1, 1)],
    options: { input: ['N', 3, 4, 5] },
  }),
  'a slope for each channel': (p) => ({
    nodes: [node('PRelu', ['x', 's'], 'y')],
    constants: [random(p, 's', 4, 1, 1)],
    options: { input: ['N', 4, p.int(1, 4), 3] },
  }),
  'transposed convolution': (p) => {
    const [groups, inGroup, outGroup] = [p.int(1, 2), p.int(1, 3), p.int(1, 3)];
    const strides = [p.int(1, 3), p.int(1, 3)];
    const kernel = strides.map((s) => s + p.int(0, 2));
    const extra = strides.map((s) => p.int(0, s - 1));
    // What a kernel adds beyond its stride may be taken off again.
    const before = kernel.map((k, i) => p.int(0, k - strides[i]));
    const after = kernel.map((k, i) => p.int(0, k - strides[i] - before[i]));
    return {
      nodes: [
        node('ConvTranspose', ['x', 'w', 'b'], 'y', {
          strides,
          group: groups,
          pads: [...before, ...after],
          output_padding: extra,
        }),
      ],
      constants: [random(p, 'w', groups * inGroup, outGroup, ...kernel), random(p, 'b', groups * outGroup)],
      options: { input: ['N', groups * inGroup, p.int(1, 4), p.int(1, 4)] },
    };
  },
  'depth to space and back': (p) => {
    const block = p.int(1, 3);
    return {
      nodes: [
        node('DepthToSpace', ['x'], 'd', { blocksize: block, mode: p.pick(['DCR', 'CRD']) }),
        node('SpaceToDepth', ['d'], 'y', { blocksize: block }),
      ],
      options: { input: ['N', p.int(1, 3) * block * block, p.int(1, 3), p.int(1, 3)] },
    };
  },
  'resize by whole factors': (p) => ({
    nodes: [
      node('Resize', ['x', '', 's'], 'y', {
        mode: 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      }),
    ],
    constants: [floats('s', [4], [1, 1, p.int(1, 5), p.int(1, 5)])],
    options: { input: ['N', 2, 3, 4] },
  }),
  'a Pad behind which nothing takes it over': (p) => ({
    nodes: [node('Pad', ['x', 'a', 'v'], 't'), node('Sigmoid', ['t'], 'y')],
    constants: [
      int64s('a', [0, 0, p.int(0, 3), p.int(0, 3), 0, 0, p.int(0, 3), p.int(1, 3)]),
      floats('v', [], [p.pick([0, 1.5, -2])]),
    ],
    options: { input: ['N', p.int(1, 3), 4, 3] },
  }),
  'reductions over a map': (p) => ({
    nodes: [
      node(p.pick(['ReduceMean', 'ReduceSum', 'ReduceMax']), ['x'], 'y', {
        axes: [2, 3],
        keepdims: p.int(0, 1),
      }),
    ],
    options: { input: ['N', 3, p.int(2, 5), 4], opset: 12 },
  }),
  'a signal': (p) => {
    const [channels, kernel] = [p.int(1, 3), p.int(1, 5)];
    return {
      nodes: [
        node('Conv', ['x', 'w', 'b'], 'c', { pads: [kernel >> 1, kernel >> 1], strides: [p.int(1, 2)] }),
        node('Relu', ['c'], 'r'),
        node('MaxPool', ['r'], 'm', { kernel_shape: [2], strides: [2] }),
        node('GlobalAveragePool', ['m'], 'g'),
        node('Flatten', ['g'], 'f'),
        node('Gemm', ['f', 'd'], 'y'),
      ],
      constants: [random(p, 'w', 4, channels, kernel), random(p, 'b', 4), random(p, 'd', 4, 3)],
      options: { input: ['N', channels, p.int(12, 20)] },
    };
  },
  'a vector': (p) => {
    const inputs = p.int(1, 9);
    return {
      nodes: [
        node('Gemm', ['x', 'w', 'b'], 'h'),
        node('Tanh', ['h'], 't'),
        node('MatMul', ['t', 'v'], 'm'),
        node('Add', ['m', 'c'], 'y'),
      ],
      constants: [random(p, 'w', inputs, 6), random(p, 'b', 6), random(p, 'v', 6, 4), random(p, 'c', 4)],
      options: { input: ['N', inputs] },
    };
  },
};

describe('maps against ONNX Runtime', () => {
  for (const [title, make] of Object.entries(KINDS)) {
    it(title, async () => {
      for (let seed = 1; seed <= 12; seed++) {
        const { nodes: list, constants, options } = make(new Prng(seed));
        await expectLikeRuntime(onnxModel(list, constants, options), title, seed);
      }
    });
  }
});

it('a shuffle is one layer, and a split takes a layer for each part', () => {
  const shuffled = KINDS['channel shuffle'](new Prng(3));
  expect(
    importOnnx(onnxModel(shuffled.nodes, shuffled.constants, shuffled.options)).nodes.map((n) => n.op),
  ).toEqual(['select', 'conv']);
  const { nodes: list, constants, options } = KINDS['Split in two, joined the other way around'](new Prng(1));
  const { nodes: graph } = importOnnx(onnxModel(list, constants, options));
  expect(graph.map((n) => n.op)).toEqual(['select', 'select', 'clamp', 'concat']);
});
