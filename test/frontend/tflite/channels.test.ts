/** Channels chosen by TFLite's operators: which of them each output has, and what is refused. */
import { describe, expect, it } from 'vitest';
import { importTflite } from '../../../src/frontend/tflite/import-tflite.js';
import type { Graph } from '../../../src/ir/graph.js';
import { runFloat } from '../../../src/sim/float-executor.js';
import { diagnosticOf } from '../../support/errors.js';
import {
  type TestModel,
  type TestOperator,
  type TestTensor,
  tfliteModel,
} from '../../support/tflite-model.js';

const FORMAT = { type: 'int8', scales: [0.5], zeroPoints: [3] } as const;
const map = (name: string, channels: number): TestTensor => ({ ...FORMAT, name, shape: [1, 2, 1, channels] });
const constant = (name: string, ...data: number[]): TestTensor => ({
  name,
  type: 'int32',
  shape: [data.length],
  data,
});

const importOf = (operators: TestOperator[], tensors: TestTensor[], output = 'y'): Graph => {
  const model: TestModel = { tensors: [map('x', 6), ...tensors], operators, input: 'x', output };
  return importTflite(tfliteModel(model));
};

/** Channels of the input, by the channels of the output, read off an image whose values are its channels. */
function channelsOf(graph: Graph): number[] {
  const image = Float32Array.from({ length: 12 }, (_, i) => Math.floor(i / 2) + (i % 2) / 2);
  const values = runFloat(graph, image).get(graph.outputs[0]) as Float32Array;
  expect(Array.from(values.filter((_, i) => i % 2 === 1))).toEqual(
    Array.from(
      values.filter((_, i) => i % 2 === 0),
      (v) => v + 0.5,
    ),
  );
  return Array.from(values.filter((_, i) => i % 2 === 0));
}

const begin = constant('b', 0, 0, 0, 1);
const SPLIT: TestOperator = {
  op: 'SPLIT',
  inputs: ['a', 'x'],
  output: 'p',
  more: ['y', 'q'],
  options: { parts: 3 },
};

describe('channels', () => {
  it.each<[string, TestOperator, TestTensor[], number[]]>([
    ['SPLIT', SPLIT, [constant('a', 3), map('p', 2), map('y', 2), map('q', 2)], [2, 3]],
    [
      'SPLIT_V',
      { op: 'SPLIT_V', inputs: ['x', 's', 'a'], output: 'p', more: ['y'], options: { parts: 2 } },
      [constant('s', 1, -1), constant('a', -1), map('p', 1), map('y', 5)],
      [1, 2, 3, 4, 5],
    ],
    [
      'SLICE',
      { op: 'SLICE', inputs: ['x', 'b', 's'], output: 'y' },
      [begin, constant('s', -1, 2, 1, 3), map('y', 3)],
      [1, 2, 3],
    ],
    [
      'STRIDED_SLICE',
      { op: 'STRIDED_SLICE', inputs: ['x', 'b', 'e', 's'], output: 'y', options: { endMask: 7 } },
      [begin, constant('e', 0, 0, 0, -1), constant('s', 1, 1, 1, 2), map('y', 2)],
      [1, 3],
    ],
    [
      'GATHER',
      { op: 'GATHER', inputs: ['x', 'i'], output: 'y', options: { axis: 3 } },
      [constant('i', 5, 0, 0, 2), map('y', 4)],
      [5, 0, 0, 2],
    ],
  ])('%s', (_, operator, tensors, wanted) => {
    expect(channelsOf(importOf([operator], tensors))).toEqual(wanted);
  });

  it('of rows are refused, and so are parts that are not equal', () => {
    const rows = { ...SPLIT, more: ['y'], options: { parts: 2 } };
    const tensors = [constant('a', 1), map('p', 6), map('y', 6)];
    expect(diagnosticOf(() => importOf([rows], tensors))).toMatchObject({
      code: 'BLN202',
      found: 'axis 1 of [1, 2, 1, 6]',
    });
    const uneven = [constant('a', 3), map('p', 2), map('y', 2)];
    const four = { ...SPLIT, more: ['y'], options: { parts: 4 } };
    expect(diagnosticOf(() => importOf([four], uneven))).toMatchObject({
      code: 'BLN103',
      found: '4 equal parts of 6 channels',
    });
  });
});
