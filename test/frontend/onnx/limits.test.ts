/**
 * Models that once crashed, hung or filled the memory, and what they end with now: the code and what was found. Sizes
 * are refused before anything of that size exists, so that each of these takes some milliseconds.
 */
import { describe, expect, it } from 'vitest';
import type { Code } from '../../../src/diagnostics.js';
import { importOnnx } from '../../../src/frontend/onnx/import-onnx.js';
import { DATA_TYPE, type NodeMessage, type TensorMessage } from '../../../src/frontend/onnx/onnx-proto.js';
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

const conv1 = node('Conv', ['x', 'w'], 'y');
/** A tensor whose extents promise more than it holds. */
const promised = (name: string, dims: readonly number[]): TensorMessage => ({
  name,
  dims: [...dims],
  dataType: DATA_TYPE.float,
  rawData: new Uint8Array(),
});
const resize = (x: string, y: string, attributes: Parameters<typeof node>[3] = {}) =>
  node('Resize', [x, '', 'scales'], y, {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
    ...attributes,
  });
const scales = floats('scales', [4], [1, 1, 2, 2]);
const pool = (kernel: number) => node('MaxPool', ['x'], 'y', { kernel_shape: [kernel, kernel] });
const ofShape = (dims: TensorMessage) =>
  [[node('ConstantOfShape', [dims.name as string], 'k'), node('Add', ['x', 'k'], 'y')], [dims]] as const;
const pad = (amounts: readonly number[]) =>
  [
    [node('Pad', ['x', 'pads'], 't'), node('AveragePool', ['t'], 'y', { kernel_shape: [2, 2] })],
    [floats('pads', [8], [0, 0, ...amounts.slice(0, 2), 0, 0, ...amounts.slice(2)])],
  ] as const;
/** t0 = [1, 2], then each is the one before it, twice. */
const doubled = (times: number) =>
  [
    [
      ...Array.from({ length: times }, (_, i) =>
        node('Concat', [`t${i}`, `t${i}`], `t${i + 1}`, { axis: 0 }),
      ),
      node('Reshape', ['x', `t${times}`], 'y'),
    ],
    [int64s('t0', [1, 2])],
  ] as const;

const ROWS: readonly Row[] = [
  [
    'a prototype name as nearest_mode',
    'BLN202',
    'valueOf',
    [resize('x', 'y', { nearest_mode: 'valueOf' })],
    [scales],
  ],
  [
    'a prototype name as coordinate mode',
    'BLN202',
    '__proto__',
    [resize('x', 'y', { coordinate_transformation_mode: '__proto__' })],
    [scales],
  ],
  [
    'constructor as auto_pad',
    'BLN202',
    'constructor',
    [node('Conv', ['x', 'w'], 'y', { auto_pad: 'constructor' })],
    [floats('w', [2, 4, 1, 1])],
  ],
  ['an operator named constructor', 'BLN201', 'constructor', [node('constructor', ['x'], 'y')]],
  [
    'an operator named __proto__ of constants',
    'BLN201',
    '__proto__',
    [node('__proto__', ['k'], 't'), node('Add', ['x', 't'], 'y')],
    [floats('k', [1])],
  ],
  ['0 output channels', 'BLN103', '0 output channels', [conv1], [floats('w', [0, 4, 1, 1], [])]],
  [
    'a dense layer of 0 outputs',
    'BLN103',
    '0 output channels',
    [node('Flatten', ['x'], 't'), node('Gemm', ['t', 'w'], 'y')],
    [floats('w', [4, 0], [])],
    { input: ['N', 4, 1, 1] },
  ],
  [
    '130,000 channels',
    'BLN207',
    '130,000 channels',
    [conv1],
    [floats('w', [130_000, 1, 1, 1])],
    { input: ['N', 1, 2, 2] },
  ],
  ['ConstantOfShape of a negative extent', 'BLN102', '-3', ...ofShape(int64s('s', [-3]))],
  ['ConstantOfShape of a fraction', 'BLN102', '1.5', ...ofShape(floats('s', [1], [1.5]))],
  ['ConstantOfShape of NaN', 'BLN102', 'NaN', ...ofShape(floats('s', [1], [Number.NaN]))],
  [
    'ConstantOfShape of 2^40 values',
    'BLN207',
    '1,099,511,627,776',
    ...ofShape(int64s('s', [2 ** 20, 2 ** 20])),
  ],
  [
    '300,000 inputs of a node',
    'BLN207',
    'inputs, outputs or attributes of a node',
    [
      node(
        'Sum',
        Array.from({ length: 300_000 }, () => 'x'),
        'y',
      ),
    ],
  ],
  ['a Concat that doubles 40 times', 'BLN207', '8,192 numbers', ...doubled(40)],
  [
    'a pool of 5,000 x 5,000',
    'BLN207',
    '5,000 rows and columns',
    [pool(5000)],
    [],
    { input: ['N', 1, 6000, 600] },
  ],
  [
    'an image of 65,536 x 65,536',
    'BLN207',
    '65,536 rows or columns',
    [pool(2)],
    [],
    { input: ['N', 1, 65_536, 65_536] },
  ],
  [
    'an image of 4,096 x 4,096',
    'BLN207',
    '16,777,216 pixels',
    [pool(2)],
    [],
    { input: ['N', 3, 4096, 4096] },
  ],
  ['extents beyond 2^32', 'BLN207', '4,294,967,297', [pool(2)], [], { input: ['N', 1, 2 ** 32 + 1, 1] }],
  ['extents beyond 2^53', 'BLN207', 'rows or columns', [pool(2)], [], { input: ['N', 1, 1, 2 ** 60] }],
  [
    'constants whose extents multiply beyond 2^53',
    'BLN207',
    'values of constants',
    [conv1],
    [promised('w', [2 ** 30, 2 ** 30, 3, 3])],
  ],
  [
    'an extent of 2^40 beside one of 0',
    'BLN207',
    '1,099,511,627,776 values of constants',
    [node('Gather', ['k', 'i'], 't', { axis: 1 }), node('Add', ['x', 't'], 'y')],
    [floats('k', [2 ** 40, 1, 0], []), int64s('i', [0, 0])],
  ],
  [
    'a mean over 8,000 x 1 pixels of 30,000 channels',
    'BLN207',
    'rows and columns of a window',
    [node('AveragePool', ['x'], 'y', { kernel_shape: [8000, 1] })],
    [],
    { input: ['N', 4, 8001, 2] },
  ],
  [
    'a constant of a thousand axes',
    'BLN207',
    '1,000 axes',
    [conv1],
    [
      floats(
        'w',
        Array.from({ length: 1000 }, () => 1),
      ),
    ],
  ],
  [
    'a declared tensor of a thousand axes',
    'BLN207',
    '1,000 axes',
    [pool(2)],
    [],
    { input: Array.from({ length: 1000 }, () => 1) },
  ],
  [
    'Resize x2 fourteen times',
    'BLN207',
    'pixels of a feature map',
    Array.from({ length: 14 }, (_, i) => resize(i === 0 ? 'x' : `t${i}`, i === 13 ? 'y' : `t${i + 1}`)),
    [scales],
  ],
  ['Pad by a half', 'BLN202', '0.5', ...pad([0.5, 0, 0, 0])],
  ['Pad by Inf', 'BLN202', 'Infinity', ...pad([Number.POSITIVE_INFINITY, 0, 0, 0])],
  ['Pad by NaN', 'BLN202', 'NaN', ...pad([Number.NaN, 0, 0, 0])],
  ['Pad by 2^40', 'BLN207', 'rows or columns', ...pad([2 ** 40, 0, 0, 0])],
  [
    'pads of 2^40',
    'BLN207',
    'rows or columns',
    [node('Conv', ['x', 'w'], 'y', { pads: [2 ** 40, 0, 0, 0] })],
    [floats('w', [2, 4, 1, 1])],
  ],
  [
    'a stride of 2^40',
    'BLN207',
    'pixels from window to window',
    [node('Conv', ['x', 'w'], 'y', { strides: [2 ** 40, 2 ** 40] })],
    [floats('w', [2, 4, 1, 1])],
  ],
  [
    'an attribute of 5,000 numbers',
    'BLN207',
    '5,000 numbers',
    [node('MaxPool', ['x'], 'y', { kernel_shape: Array.from({ length: 5000 }, () => 2) })],
  ],
  [
    'Squeeze of an axis that is not 1',
    'BLN102',
    'Squeeze of axis 0',
    [node('Squeeze', ['k'], 't', { axes: [0] }), node('Add', ['x', 't'], 'y')],
    [floats('k', [4, 1])],
  ],
  [
    'a zero point that is a fraction',
    'BLN202',
    'no integer tensor',
    [node('QuantizeLinear', ['x', 's', 'z'], 't'), node('DequantizeLinear', ['t', 's', 'z'], 'y')],
    [floats('s', [], [1]), floats('z', [], [0.5])],
  ],
  [
    'an int8 tensor that holds 1,000',
    'BLN102',
    '1000',
    [conv1],
    [{ name: 'w', dims: [1], dataType: DATA_TYPE.int8, int32Data: [1000] }],
  ],
  [
    'more than 2^24 weights in all',
    'BLN207',
    '16,785,218 weights',
    [node('Conv', ['x', 'w'], 't'), node('Conv', ['t', 'w'], 'y')],
    [
      {
        name: 'w',
        dims: [2897, 2897, 1, 1],
        dataType: DATA_TYPE.float16,
        rawData: new Uint8Array(2 * 2897 ** 2),
      },
    ],
    { input: ['N', 2897, 1, 1] },
  ],
];

describe('models beyond reason', () => {
  it.each(ROWS.map((row) => ({ title: row[0], row })))('$title', ({ row }) => {
    const [, code, found, nodes, constants, options] = row;
    const d = diagnosticOf(() => importOnnx(onnxModel(nodes, constants, options)));
    expect(`${d.code} ${d.found}`).toContain(`${code} `);
    expect(`${d.found} ${d.need}`).toContain(found);
    if (code === 'BLN207') expect(d.need).toMatch(/^at most [\d,]+ \(.+\)$/);
    if (code === 'BLN207') expect(d.hint).not.toBe('');
  });
});
