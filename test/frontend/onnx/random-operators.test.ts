/**
 * Random operators against ONNX Runtime: what blnet rewrites (kernels, groups, dense layers over maps, layouts, pads,
 * folded constants) must compute what the model says, to float accuracy.
 */
import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/frontend/onnx/import-onnx.js';
import { Prng } from '../../../src/ir/prng.js';
import { expectLikeRuntime } from '../../support/like-runtime.js';
import { floats, int64s, node, onnxModel } from '../../support/onnx-model.js';

import { type MakeModel, randomFloats, SEEDS, sizeOf, windowOf } from '../../support/random-onnx.js';

const FLOAT_KINDS: Readonly<Record<string, MakeModel>> = {
  'convolution with any kernel, dilation and groups': (p) => {
    const { height, width } = sizeOf(p);
    const [groups, perGroup, outputsPerGroup] = [p.int(1, 3), p.int(1, 3), p.int(1, 3)];
    const { kernel, attributes } = windowOf(p, height, width, p.int(0, 1) === 1);
    const outputs = groups * outputsPerGroup;
    return {
      nodes: [node('Conv', ['x', 'w', 'b'], 'y', { ...attributes, group: groups })],
      constants: [randomFloats(p, 'w', outputs, perGroup, ...kernel), randomFloats(p, 'b', outputs)],
      options: { input: ['N', groups * perGroup, height, width] },
    };
  },
  'mean of windows': (p) => {
    const { channels, height, width } = sizeOf(p);
    const kernel = [p.int(1, 4), p.int(1, 4)];
    const pads = kernel.map((k) => p.int(0, k - 1));
    return {
      nodes: [
        node('AveragePool', ['x'], 'y', {
          kernel_shape: kernel,
          strides: [2, 2],
          pads: [...pads, ...pads],
          count_include_pad: 1,
        }),
      ],
      options: { input: ['N', channels, height, width] },
    };
  },
  'largest of windows, some sticking out': (p) => {
    const { channels, height, width } = sizeOf(p);
    const k = p.int(1, 4);
    const pads = Array.from({ length: 4 }, () => p.int(0, Math.max(0, Math.floor(k / 2))));
    return {
      nodes: [
        node('MaxPool', ['x'], 'y', {
          kernel_shape: [k, k],
          strides: [p.int(1, 3), 0].map((s, _, [first]) => s || first),
          pads,
          ceil_mode: p.int(0, 1),
        }),
      ],
      options: { input: ['N', channels, height, width] },
    };
  },
  'largest of the map': (p) => {
    const { channels, height, width } = sizeOf(p);
    return {
      nodes: [node('GlobalMaxPool', ['x'], 'y')],
      options: { input: ['N', channels, height, width] },
    };
  },
  'dense layer over a map': (p) => {
    const { channels, height, width } = sizeOf(p);
    const [inputs, outputs] = [channels * height * width, p.int(1, 5)];
    const isGemm = p.int(0, 1) === 1;
    const flat = isGemm ? node('Flatten', ['r'], 'f') : node('Reshape', ['r', 'shape'], 'f');
    return {
      nodes: [
        node('Relu', ['x'], 'r'),
        flat,
        isGemm ? node('Gemm', ['f', 'w', 'b'], 'y', { transB: 1 }) : node('MatMul', ['f', 'w'], 'y'),
      ],
      constants: [
        int64s('shape', [p.pick([0, 1, -1]), inputs]),
        ...(isGemm
          ? [randomFloats(p, 'w', outputs, inputs), randomFloats(p, 'b', outputs)]
          : [randomFloats(p, 'w', inputs, outputs)]),
      ],
      options: { input: [1, channels, height, width] },
    };
  },
  'channels last, with arithmetic before and a dense layer behind': (p) => {
    const { channels, height, width } = sizeOf(p);
    const outputs = p.int(2, 4);
    return {
      nodes: [
        node('Sub', ['x', 'mean'], 'c'),
        node('Mul', ['c', 'gain'], 'g'),
        node('Transpose', ['g'], 't', { perm: [0, 3, 1, 2] }),
        node('Conv', ['t', 'w'], 'v', { pads: [1, 1, 1, 1] }),
        node('Transpose', ['v'], 'l', { perm: [0, 2, 3, 1] }),
        node('Add', ['l', 'shift'], 'a'),
        node('Relu', ['a'], 'r'),
        node('Reshape', ['r', 'shape'], 'f'),
        node('MatMul', ['f', 'd'], 'y'),
      ],
      constants: [
        randomFloats(p, 'mean', channels),
        randomFloats(p, 'gain', 1, 1, 1, channels),
        randomFloats(p, 'w', outputs, channels, 3, 3),
        randomFloats(p, 'shift', outputs),
        int64s('shape', [1, -1]),
        randomFloats(p, 'd', outputs * height * width, 3),
      ],
      options: { input: [1, height, width, channels] },
    };
  },
  'channels last, mean and transposed vector': (p) => {
    const { channels, height, width } = sizeOf(p);
    return {
      nodes: [
        node('Relu', ['x'], 'r'),
        node('Transpose', ['r'], 't', { perm: [0, 2, 3, 1] }),
        node('ReduceMean', ['t'], 'm', { axes: [1, 2], keepdims: 1 }),
        node('Mul', ['m', 'k'], 's'),
        node('Reshape', ['s', 'shape'], 'f'),
        node('MatMul', ['f', 'd'], 'y'),
      ],
      constants: [
        randomFloats(p, 'k', channels),
        int64s('shape', [-1, channels]),
        randomFloats(p, 'd', channels, 3),
      ],
      options: { input: ['N', channels, height, width] },
    };
  },
  'Pad by axes before a convolution or a maximum': (p) => {
    const { channels, height, width } = sizeOf(p);
    const isConv = p.int(0, 1) === 1;
    const axes = p.pick([[2, 3], [3, 2], [-1, -2], [2], [-1]]);
    const amounts = Array.from({ length: 2 * axes.length }, () => p.int(0, 2));
    return {
      nodes: [
        node('Relu', ['x'], 'r'),
        node('Pad', ['r', 'amounts', '', 'axes'], 't'),
        isConv
          ? node('Conv', ['t', 'w'], 'y')
          : node('MaxPool', ['t'], 'y', { kernel_shape: [3, 3], strides: [2, 2] }),
      ],
      constants: [int64s('amounts', amounts), int64s('axes', axes), randomFloats(p, 'w', 3, channels, 3, 3)],
      options: { input: ['N', channels, height, width], opset: 18 },
    };
  },
  'Sum, Max and Min': (p) => {
    const { channels, height, width } = sizeOf(p);
    const maps = ['x', 'a', 'b', 'x'].slice(0, p.int(1, 4));
    return {
      nodes: [
        node('Relu', ['x'], 'a'),
        node('Conv', ['x', 'w'], 'b'),
        node('Sum', maps, 's'),
        node('Max', ['s', 'lo'], 'm'),
        node('Min', ['hi', 'm'], 'y'),
      ],
      constants: [
        randomFloats(p, 'w', channels, channels, 1, 1),
        floats('lo', [], [-p.float()]),
        floats('hi', [1], [p.float()]),
      ],
      options: { input: ['N', channels, height, width] },
    };
  },
  'clips one after the other': (p) => {
    const limits = Array.from({ length: 3 }, () => [p.normal(), p.normal()].sort((a, b) => a - b));
    return {
      nodes: limits.map((_, i) =>
        node('Clip', [i === 0 ? 'x' : `c${i - 1}`, `lo${i}`, `hi${i}`], i === 2 ? 'y' : `c${i}`),
      ),
      constants: limits.flatMap(([lo, hi], i) => [floats(`lo${i}`, [], [lo]), floats(`hi${i}`, [], [hi])]),
    };
  },
  'resize by a power of two': (p) => {
    const { channels, height, width } = sizeOf(p);
    const f = p.pick([2, 4, 8]);
    return {
      nodes: [
        node('Resize', ['x', '', 'scales'], 'y', {
          mode: 'nearest',
          ...p.pick([
            { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
            { coordinate_transformation_mode: 'half_pixel', nearest_mode: 'round_prefer_floor' },
            { coordinate_transformation_mode: 'half_pixel', nearest_mode: 'round_prefer_ceil' },
          ]),
        }),
      ],
      constants: [floats('scales', [4], [1, 1, f, f])],
      options: { input: ['N', channels, height, width] },
    };
  },
  'weights made of constants': (p) => {
    const outputs = p.int(2, 4);
    return {
      nodes: [
        node('Mul', ['v', 'v'], 'squares'),
        node('ReduceSum', ['squares', 'axes'], 'sums', { keepdims: 1 }),
        node('Sqrt', ['sums'], 'norms'),
        node('Div', ['v', 'norms'], 'unit'),
        node('Mul', ['unit', 'g'], 'w1'),
        node('Transpose', ['w1'], 'w2', { perm: [0, 1, 3, 2] }),
        node('Slice', ['w2', 'starts', 'ends', 'places', 'steps'], 'w'),
        node('Conv', ['x', 'w'], 'y'),
      ],
      constants: [
        randomFloats(p, 'v', outputs, 4, 3, 5),
        randomFloats(p, 'g', outputs, 1, 1, 1),
        int64s('axes', [1, 2, 3]),
        int64s('starts', [4, -1]),
        int64s('ends', [-100, -100]),
        int64s('places', [2, 3]),
        int64s('steps', [-2, -1]),
      ],
    };
  },
};

describe('rewritten operators compute what ONNX Runtime does', () => {
  for (const [title, make] of Object.entries(FLOAT_KINDS)) {
    it(title, async () => {
      for (const seed of SEEDS) {
        const { nodes, constants, options } = make(new Prng(seed));
        await expectLikeRuntime(onnxModel(nodes, constants, options), title, seed);
      }
    });
  }

  it('functions in functions, with attributes of the call', async () => {
    const body = [{ ...node('Clip', ['v', 'lo', ''], 'c'), attribute: [] }, node('Mul', ['c', 'k'], 'w')];
    const constantNode = (name: string, ref: string) => ({
      ...node('Constant', [], name),
      attribute: [{ name: 'value_float', type: 1, refAttrName: ref }],
    });
    const call = (op: string, x: string, y: string, attributes: Record<string, { float: number }>) => ({
      ...node(op, [x], y, attributes),
      domain: 'own',
    });
    const bytes = onnxModel(
      [call('Scaled', 'x', 't', { low: { float: -0.5 }, gain: { float: 2 } }), call('Twice', 't', 'y', {})],
      [],
      {
        opset: 18,
        patch: (m) => {
          m.irVersion = 8;
          m.opsetImport?.push({ domain: 'own', version: 1 });
          const imports = {
            opsetImport: [
              { domain: '', version: 18 },
              { domain: 'own', version: 1 },
            ],
          };
          m.functions = [
            {
              name: 'Scaled',
              domain: 'own',
              input: ['v'],
              output: ['w'],
              attribute: ['low', 'gain'],
              node: [constantNode('lo', 'low'), constantNode('k', 'gain'), ...body],
              ...imports,
            },
            {
              name: 'Twice',
              domain: 'own',
              input: ['v'],
              output: ['w'],
              node: [
                call('Scaled', 'v', 'a', { low: { float: 0.25 }, gain: { float: 3 } }),
                call('Scaled', 'a', 'w', { low: { float: 1 }, gain: { float: -1 } }),
              ],
              ...imports,
            },
          ];
        },
      },
    );
    await expectLikeRuntime(bytes, 'functions', 3);
    expect(importOnnx(bytes).nodes).toHaveLength(6);
  });
});
