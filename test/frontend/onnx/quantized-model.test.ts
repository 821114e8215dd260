/**
 * Models in QDQ form: scales, zero points and integers are taken as they stand. The golden network and its integers
 * come from the training code (training/qdq_fixture.py), which implements the same arithmetic in PyTorch.
 */
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/frontend/onnx/import-onnx.js';
import type { NodeMessage, TensorMessage } from '../../../src/frontend/onnx/onnx-proto.js';
import { SESSION_OPTIONS } from '../../../src/io/images/float-model.js';
import type { Graph } from '../../../src/ir/graph.js';
import { type QuantGraph, tensorOf } from '../../../src/ir/quant-graph.js';
import type { ConvOp } from '../../../src/layers/conv/index.js';
import { inputFormat } from '../../../src/passes/input-format.js';
import { quantize } from '../../../src/passes/quantize.js';
import { IntegerExecutor } from '../../../src/sim/integer-executor.js';
import { floats, int8s, node, onnxModel } from '../../support/onnx-model.js';

const golden = (file: string) => new URL(`./golden/${file}`, import.meta.url);
const bytes = new Uint8Array(readFileSync(golden('small.qdq.onnx')));
const expected = JSON.parse(readFileSync(golden('small.qdq.json'), 'utf8')) as Record<string, number[][]>;
const PIXELS = { bits: 8, signed: false, scale: 1 / 64, zeroPoint: 128 } as const;

const quantizeGiven = (graph: Graph): QuantGraph => quantize(graph, { ranges: {}, inputFormat: PIXELS });

/** Channel-major values of one image in raster order with channels innermost, and back. */
const toRaster = (values: ArrayLike<number>, channels: number): number[] => {
  const pixels = values.length / channels;
  return Array.from(
    { length: values.length },
    (_, i) => values[(i % channels) * pixels + Math.floor(i / channels)],
  );
};

describe('a network in QDQ form', () => {
  const graph = importOnnx(bytes);
  const quantized = quantizeGiven(graph);

  it('needs no calibration: every layer has the format that the model states', () => {
    const stem = graph.nodes.find((n) => n.name === 'stem.conv');
    expect(graph.formats?.get('stem.act')).toEqual(tensorFormat(quantized, 'stem.act'));
    expect((stem as ConvOp).stored?.scales).toHaveLength(7);
    expect(quantized.nodes.map((n) => n.op)).not.toContain('clamp');
  });

  it('gives the integers of the training code at every layer of every image', () => {
    const run = new IntegerExecutor(quantized);
    const { images, ...tensors } = expected;
    let compared = 0;
    images.forEach((image, n) => {
      run.run(toRaster(image, 3));
      for (const [step, values] of Object.entries(tensors)) {
        const name = [`${step}.act`, `${step}.conv`, step].find((t) => quantized.tensors.has(t)) as string;
        const { channels } = tensorOf(quantized, name).shape;
        expect(Array.from(run.valuesOf(name)), `${step} of image ${n}`).toEqual(
          toRaster(values[n], channels),
        );
        compared++;
      }
    });
    expect(compared).toBe(2 * 21);
  });

  it('agrees with ONNX Runtime to two steps of the output: it rounds in floating point, and halves to even', async () => {
    const session = await InferenceSession.create(bytes, SESSION_OPTIONS);
    const run = new IntegerExecutor(quantized);
    const { scale, zeroPoint } = tensorOf(quantized, quantized.outputs[0]);
    for (const image of expected.images) {
      const reals = Float32Array.from(image, (p) => (p - 128) / 64);
      const outputs = await session.run({ input: new Tensor('float32', reals, [1, 3, 16, 16]) });
      const integers = run.run(toRaster(image, 3));
      const logits = outputs.logits.data as Float32Array;
      logits.forEach((y, i) => {
        expect(Math.abs(y / scale + zeroPoint - integers[i])).toBeLessThanOrEqual(2.001);
      });
    }
  });

  it('takes pixels where the input is quantized as the preprocessing says', () => {
    const given = graph.formats?.get('input');
    const uniform = { mean: [128, 128, 128], std: [64, 64, 64] };
    expect(inputFormat(uniform, [0, 0], 8, given)).toEqual({ format: PIXELS, takesPixels: true });
    expect(inputFormat({ ...uniform, mean: [127, 127, 127] }, [0, 0], 8, given).takesPixels).toBe(false);
  });
});

/** One convolution over a 1x2x2 image; the callback may put nodes and constants between its parts. */
function modelOf(nodes: readonly NodeMessage[], extra: readonly TensorMessage[] = []): Uint8Array {
  const scalar = (name: string, v: number) => floats(name, [], [v]);
  const constants = [
    int8s('w', [2, 1, 1, 1], [3, -5]),
    floats('ws', [2], [0.5, 0.25]),
    int8s('wz', [2], [0, 0]),
    scalar('s', 0.125),
    int8s('z', [], [-3]),
    ...extra,
  ];
  const weights = node('DequantizeLinear', ['w', 'ws', 'wz'], 'weight', { axis: 0 });
  return onnxModel([weights, ...nodes], constants, { input: ['N', 1, 2, 2] });
}
const quantizer = (x: string, y: string, scale = 's', zero = 'z'): NodeMessage[] => [
  node('QuantizeLinear', [x, scale, zero], `${y}_q`),
  node('DequantizeLinear', [`${y}_q`, scale, zero], y),
];

describe('integers and formats of a model', () => {
  it('become real weights, and are kept beside them', () => {
    const graph = importOnnx(
      modelOf([...quantizer('x', 'a'), node('Conv', ['a', 'weight'], 'c'), ...quantizer('c', 'y')]),
    );
    const conv = graph.nodes[0] as ConvOp;
    expect(Array.from(conv.weights)).toEqual([1.5, -1.25]);
    expect(conv.stored).toEqual({ weights: Int8Array.of(3, -5), scales: [0.5, 0.25], bias: null });
    expect(graph.formats?.get('c')).toEqual({ bits: 8, signed: true, scale: 0.125, zeroPoint: -3 });
    expect(graph.outputs).toEqual(['c']);
  });

  it('quantize a real bias in units of input scale times weight scale', () => {
    const nodes = [...quantizer('x', 'a'), node('Conv', ['a', 'weight', 'b'], 'c'), ...quantizer('c', 'y')];
    const [conv] = quantizeGiven(importOnnx(modelOf(nodes, [floats('b', [2], [1, -0.25])]))).nodes;
    expect(conv).toMatchObject({ op: 'conv', bias: Int32Array.of(16, -8), weights: Int8Array.of(3, -5) });
  });

  it('fold a QuantizeLinear of real weights, halves to even', () => {
    const nodes = [
      node('QuantizeLinear', ['real', 'ws', 'wz'], 'rq', { axis: 0 }),
      node('DequantizeLinear', ['rq', 'ws', 'wz'], 'rw', { axis: 0 }),
      ...quantizer('x', 'a'),
      node('Conv', ['a', 'rw'], 'c'),
      ...quantizer('c', 'y'),
    ];
    const conv = importOnnx(modelOf(nodes, [floats('real', [2, 1, 1, 1], [1.25, -0.9])])).nodes[0] as ConvOp;
    expect(Array.from(conv.stored?.weights ?? [])).toEqual([2, -4]);
  });

  it('take a weight of -128', () => {
    const conv = importOnnx(
      modelOf(
        [node('DequantizeLinear', ['v', 's', 'z0'], 'vw'), node('Conv', ['x', 'vw'], 'y')],
        [int8s('v', [1, 1, 1, 1], [-128]), int8s('z0', [], [0])],
      ),
    ).nodes[0] as ConvOp;
    expect(Array.from(conv.stored?.weights ?? [])).toEqual([-128]);
  });

  const refused: readonly (readonly [string, () => unknown, RegExp])[] = [
    [
      'scales per channel for a feature map',
      () =>
        importOnnx(
          modelOf([
            node('QuantizeLinear', ['x', 'ws', 'wz'], 'q'),
            node('DequantizeLinear', ['q', 'ws', 'wz'], 'y'),
          ]),
        ),
      /BLN202 .*2 scales for a feature map/s,
    ],
    [
      'arithmetic on integers',
      () =>
        importOnnx(
          modelOf([node('QuantizeLinear', ['x', 's', 'z'], 'q'), node('Conv', ['q', 'weight'], 'y')]),
        ),
      /BLN203 .*DequantizeLinear directly behind/s,
    ],
    [
      'a DequantizeLinear of reals',
      () => importOnnx(modelOf([node('DequantizeLinear', ['x', 's', 'z'], 'y')])),
      /BLN203 .*no output of a QuantizeLinear/s,
    ],
  ];
  for (const [what, act, message] of refused) it(`refuse ${what}`, () => expect(act).toThrow(message));
});

function tensorFormat(graph: QuantGraph, name: string): object {
  const { bits, signed, scale, zeroPoint } = tensorOf(graph, name);
  return { bits, signed, scale, zeroPoint };
}
