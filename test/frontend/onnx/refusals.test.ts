/** What the frontend refuses: the code, the layer's name, what was found, and where it helps what to try. */
import { describe, expect, it } from 'vitest';
import type { Code } from '../../../src/diagnostics.js';
import { importOnnx } from '../../../src/frontend/onnx/import-onnx.js';
import type { NodeMessage, TensorMessage } from '../../../src/frontend/onnx/onnx-proto.js';
import { diagnosticOf } from '../../support/errors.js';
import { floats, int64s, type ModelOptions, node, onnxModel } from '../../support/onnx-model.js';

type Row = readonly [
  title: string,
  code: Code,
  found: string,
  nodes: readonly NodeMessage[],
  constants?: readonly TensorMessage[],
  options?: ModelOptions,
];

const conv = (attributes: Parameters<typeof node>[3] = {}) => [node('Conv', ['x', 'w'], 'y', attributes)];
const w = (...dims: number[]) => [floats('w', dims)];

const ROWS: readonly Row[] = [
  ['an unknown operator', 'BLN201', 'Det', [node('Det', ['x'], 'y')]],
  ['Softmax over a map', 'BLN202', 'Softmax along axis', [node('Softmax', ['x'], 'y')]],
  ['Concat of rows', 'BLN202', 'axis 2 of', [node('Concat', ['x', 'x'], 'y', { axis: 2 })]],
  [
    'a ConvTranspose whose pads cut its result',
    'BLN202',
    'pads that take more off',
    [node('ConvTranspose', ['x', 'w'], 'y', { strides: [3, 3], pads: [2, 2, 2, 2] })],
    w(4, 4, 3, 3),
  ],
  ['dilation 0', 'BLN102', 'dilations [0, 2]', conv({ dilations: [0, 2] }), w(5, 4, 3, 3)],
  ['groups that do not divide', 'BLN103', '5 outputs of 2 groups', conv({ group: 2 }), w(5, 2, 3, 3)],
  ['a rectangular maximum', 'BLN202', '2x1', [node('MaxPool', ['x'], 'y', { kernel_shape: [2, 1] })]],
  ['uneven strides', 'BLN202', '[1, 2]', conv({ strides: [1, 2] }), w(5, 4, 3, 3)],
  ['a negative pad', 'BLN202', '-1', conv({ pads: [-1, 0, 0, 0] }), w(5, 4, 3, 3)],
  ['weights for other channels', 'BLN103', 'input has 4', conv(), w(5, 3, 3, 3)],
  ['a window larger than its input', 'BLN103', '7x7', conv(), w(5, 4, 7, 7)],
  ['an attribute nobody knows', 'BLN202', 'colour', conv({ colour: 3 }), w(5, 4, 3, 3)],
  [
    'a constant that is not finite',
    'BLN102',
    'not finite',
    conv(),
    [floats('w', [1, 4, 1, 1], [1, Number.NaN, 1, 1])],
  ],
  [
    'adding different shapes',
    'BLN103',
    'adding',
    [node('MaxPool', ['x'], 't', { kernel_shape: [2, 2] }), node('Add', ['x', 't'], 'y')],
  ],
  [
    'multiplying maps of different sizes',
    'BLN203',
    'multiplying [1, 4, 6, 6] and [1, 4, 5, 5]',
    [node('MaxPool', ['x'], 't', { kernel_shape: [2, 2] }), node('Mul', ['x', 't'], 'y')],
  ],
  ['dividing two feature maps', 'BLN203', 'two feature maps', [node('Div', ['x', 'x'], 'y')]],
  [
    'a Slice of rows',
    'BLN202',
    'axis 2 of',
    [node('Slice', ['x', 'a', 'b', 'c'], 'y')],
    [int64s('a', [1]), int64s('b', [4]), int64s('c', [2])],
  ],
  [
    'a Split of columns',
    'BLN202',
    'axis 3 of',
    [{ ...node('Split', ['x'], 'y', { axis: 3 }), output: ['y', 'z'] }],
  ],
  [
    'a Gather beyond the channels',
    'BLN102',
    'channels 4 of 4',
    [node('Gather', ['x', 'i'], 'y', { axis: 1 })],
    [int64s('i', [4])],
  ],
  [
    'shuffled channels that are computed with',
    'BLN203',
    'another order',
    [
      node('Reshape', ['x', 'a'], 'r'),
      node('Transpose', ['r'], 't', { perm: [0, 2, 1, 3, 4] }),
      node('Relu', ['t'], 'y'),
    ],
    [int64s('a', [1, 2, 2, 6, 6])],
  ],
  [
    'an extra output',
    'BLN202',
    'its extra output z is used',
    [{ ...node('MaxPool', ['x'], 'y', { kernel_shape: [2, 2] }), output: ['y', 'z'] }],
    [],
    { output: 'z' },
  ],
  [
    'a constant per pixel',
    'BLN202',
    '[1, 1, 6, 6]',
    [node('Add', ['x', 'k'], 'y')],
    [floats('k', [1, 1, 6, 6])],
  ],
  [
    'Resize by a half',
    'BLN202',
    '[1, 1, 0.5, 1.5]',
    [
      node('Resize', ['x', '', 's'], 'y', {
        mode: 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      }),
    ],
    [floats('s', [4], [1, 1, 0.5, 1.5])],
  ],
  [
    'bilinear Resize',
    'BLN202',
    'mode linear',
    [node('Resize', ['x', '', 's'], 'y', { mode: 'linear' })],
    [floats('s', [4], [1, 1, 2, 2])],
  ],
  [
    'Resize whose pixels do not repeat',
    'BLN202',
    'tf_half_pixel_for_nn',
    [
      node('Resize', ['x', '', 's'], 'y', {
        mode: 'nearest',
        coordinate_transformation_mode: 'tf_half_pixel_for_nn',
      }),
    ],
    [floats('s', [4], [1, 1, 2, 2])],
  ],
  [
    'a mean that leaves its pads out',
    'BLN202',
    'count_include_pad',
    [node('AveragePool', ['x'], 'y', { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })],
  ],
  ['a mean over channels', 'BLN202', 'axes [1]', [node('ReduceMean', ['x'], 'y', { axes: [1] })]],
  ['a dense layer over a map', 'BLN203', 'MatMul', [node('MatMul', ['x', 'd'], 'y')], [floats('d', [6, 3])]],
  [
    'a reflecting Pad',
    'BLN202',
    'reflect',
    [node('Pad', ['x', 'a'], 't', { mode: 'reflect' }), node('Conv', ['t', 'w'], 'y')],
    [int64s('a', [0, 0, 1, 1, 0, 0, 1, 1]), ...w(5, 4, 3, 3)],
  ],
  [
    'an operator of another domain',
    'BLN201',
    'com.acme',
    [{ ...node('Relu', ['x'], 'y'), domain: 'com.acme' }],
  ],
  ['opset 26', 'BLN204', 'opset 26', [node('Relu', ['x'], 'y')], [], { opset: 26 }],
  ['an input of unknown size', 'BLN103', 'W', [node('Relu', ['x'], 'y')], [], { input: ['N', 3, 32, 'W'] }],
  [
    'a fixed batch beyond reason',
    'BLN103',
    '[300, 3, 8, 8]',
    [node('Relu', ['x'], 'y')],
    [],
    { input: [300, 3, 8, 8] },
  ],
  [
    'a volume as input',
    'BLN103',
    '[N, 3, 4, 4, 4]',
    [node('Relu', ['x'], 'y')],
    [],
    { input: ['N', 3, 4, 4, 4] },
  ],
  ['an output that no node makes', 'BLN203', 'y', [node('Relu', ['x'], 'z')]],
  [
    'two outputs of one tensor',
    'BLN203',
    'the values of output y again',
    [node('Relu', ['x'], 'y'), node('Identity', ['y'], 'z')],
    [],
    { patch: (m) => m.graph?.output?.push({ name: 'z' }) },
  ],
];

describe('the frontend refuses', () => {
  it.each(ROWS.map((row) => ({ title: row[0], row })))('$title', ({ row }) => {
    const [, code, found, nodes, constants = [], options = {}] = row;
    const bytes = onnxModel(nodes, constants, options);
    const d = diagnosticOf(() => importOnnx(bytes));
    expect(d.code.startsWith(code), JSON.stringify(d)).toBe(true);
    expect(`${d.where} ${d.found}`).toContain(found);
    const isOfANode = ['BLN201', 'BLN202'].includes(code);
    if (isOfANode) {
      expect(d.where).toMatch(/^node /);
      expect(d.need ?? d.hint, 'what is supported, or what to try').toBeTruthy();
    }
  });
});

it('all operators that are not known are named at once', () => {
  const nodes = [
    node('Det', ['x'], 'a'),
    node('LRN', ['a'], 'b'),
    node('LRN', ['b'], 'c'),
    node('Relu', ['c'], 'd'),
    { ...node('Swish', ['d'], 'y'), domain: 'com.acme' },
  ];
  const { found, where } = diagnosticOf(() => importOnnx(onnxModel(nodes, [])));
  expect(where).toContain('Det');
  expect(found).toBe('operator Det; the model also has LRN (2 times), com.acme::Swish');
});
