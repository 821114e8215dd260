/**
 * Random operators against ONNX Runtime: what blnet rewrites (kernels, groups, dense layers over maps, layouts, pads,
 * folded constants) must compute what the model says. Reals agree to float accuracy, integers to a step of the output.
 */
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
import { FloatExecutor } from '../../../src/sim/float-executor.js';
import { IntegerExecutor } from '../../../src/sim/integer-executor.js';
import { expectLikeRuntime } from '../../support/like-runtime.js';
import {
  floats,
  int8s,
  int64s,
  type ModelOptions,
  node,
  onnxModel,
  value,
} from '../../support/onnx-model.js';

interface Model {
  readonly nodes: readonly NodeMessage[];
  readonly constants?: readonly TensorMessage[];
  readonly options?: ModelOptions;
}
type Make = (p: Prng) => Model;

const gauss = (p: Prng, dims: readonly number[]): number[] =>
  Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => p.normal());
const randomFloats = (p: Prng, name: string, ...dims: number[]) => floats(name, dims, gauss(p, dims));

const sizeOf = (p: Prng) => ({ channels: p.int(1, 5), height: p.int(5, 9), width: p.int(5, 9) });

/** Window attributes that fit a map; `reach` stays inside it. */
function windowOf(p: Prng, height: number, width: number, isDilated: boolean) {
  const kernel = [p.int(1, 3), p.int(1, 4)];
  const dilations = isDilated ? [p.int(1, 2), p.int(1, 2)] : [1, 1];
  const reach = kernel.map((k, i) => (k - 1) * dilations[i] + 1) as [number, number];
  const stride = p.int(1, 2);
  const pad = (r: number) => p.int(0, Math.min(2, r - 1));
  const pads = [pad(reach[0]), pad(reach[1]), pad(reach[0]), pad(reach[1])];
  expect(reach[0]).toBeLessThanOrEqual(height);
  expect(reach[1]).toBeLessThanOrEqual(width);
  const auto = p.pick(['', '', 'SAME_UPPER', 'SAME_LOWER', 'VALID']);
  return {
    kernel,
    attributes: {
      strides: [stride, stride],
      ...(isDilated ? { dilations } : {}),
      ...(auto && !isDilated ? { auto_pad: auto } : { pads }),
    },
  };
}

const FLOAT_KINDS: Readonly<Record<string, Make>> = {
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

const SEEDS = Array.from({ length: 8 }, (_, i) => i + 1);

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

describe('a fixed batch', () => {
  it('is frames: each image gives what ONNX Runtime gives it among the others', async () => {
    const p = new Prng(2);
    const nodes = [
      node('Conv', ['x', 'w'], 'c'),
      node('Relu', ['c'], 'r'),
      node('Reshape', ['r', 'shape'], 'f'),
      node('MatMul', ['f', 'd'], 'y'),
    ];
    const constants = [
      randomFloats(p, 'w', 3, 2, 3, 3),
      int64s('shape', [4, 3 * 3 * 2]),
      randomFloats(p, 'd', 18, 5),
    ];
    const bytes = onnxModel(nodes, constants, { input: [4, 2, 5, 4], outputDims: [4, 5] });
    const graph = importOnnx(bytes);
    expect(graph.notes?.[0]?.text).toContain('4 images at once');
    // Six images: the second batch is not full.
    const images = Array.from({ length: 6 }, () => Float32Array.from({ length: 40 }, () => p.normal()));
    const model = await FloatModel.open(bytes);
    const theirs = (await model.run(images)).get('y') as readonly Float32Array[];
    await model.close();
    expect(theirs).toHaveLength(6);
    const run = new FloatExecutor(graph);
    for (const [n, image] of images.entries()) {
      const ours = run.run(image);
      const wanted = theirs[n];
      expect(wanted).toHaveLength(5);
      ours.forEach((v, i) => {
        expect(Math.abs(v - wanted[i])).toBeLessThan(1e-4);
      });
    }
  });
});

describe('operators before opset 7', () => {
  it('broadcast along an axis that an attribute names', () => {
    const nodes = [node('Add', ['x', 'k'], 't', { broadcast: 1, axis: 1 }), node('Relu', ['t'], 'y')];
    const graph = importOnnx(onnxModel(nodes, [floats('k', [4], [1, 2, 3, 4])], { opset: 6 }));
    expect(graph.nodes[0]).toMatchObject({ op: 'batchNorm', shift: Float32Array.of(1, 2, 3, 4) });
  });
});

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

const INTEGER_KINDS: Readonly<Record<string, Make>> = {
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
