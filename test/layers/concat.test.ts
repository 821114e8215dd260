/** Channels one behind the other: formats and tables of its inputs, against the float layer; what its node must be. */
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/ir/graph.js';
import { Prng } from '../../src/ir/prng.js';
import { type QuantGraph, type QuantNode, type QuantTensor, tensorOf } from '../../src/ir/quant-graph.js';
import { dequantizeValues, quantizeValues } from '../../src/ir/quantize-values.js';
import type { QuantConcat } from '../../src/layers/concat/index.js';
import { GraphBuilder } from '../../src/layers/graph-builder.js';
import { deserializeQuantGraph, serializeQuantGraph } from '../../src/layers/serialize-quant-graph.js';
import { quantGraphProblems } from '../../src/layers/verify-quant-graph.js';
import { calibrate } from '../../src/passes/calibrate.js';
import { formatFor, quantize } from '../../src/passes/quantize.js';
import { FloatExecutor, runFloat } from '../../src/sim/float-executor.js';
import { IntegerExecutor } from '../../src/sim/integer-executor.js';
import { diagnosticOf } from '../support/errors.js';
import { randomConv } from '../support/random-graph.js';

const SHAPE = { channels: 3, height: 5, width: 4 };

/** The image beside a convolution of it, as wide as `gain` times its usual range; a clamp behind it where one is given. */
function graphOf(gain: number, clamp?: readonly [number, number]): Graph {
  const prng = new Prng(11);
  const b = new GraphBuilder('parts', 'x', SHAPE);
  const conv = randomConv(prng, SHAPE, false, 3, 1) as { weights: Float32Array; bias: Float32Array | null };
  const scaled = { ...conv, weights: conv.weights.map((w) => gain * w), bias: null } as never;
  let y = b.add('concat', { op: 'concat' }, ['x', b.add('conv', scaled, ['x']), 'x']);
  if (clamp) y = b.add('act', { op: 'clamp', min: clamp[0], max: clamp[1] }, [y]);
  return b.finish(y);
}

const image = Float32Array.from({ length: 60 }, (_, i) => ((i * 37) % 60) / 30 - 0.9);

function quantized(graph: Graph): QuantGraph {
  const { tensors } = calibrate(graph, [image], 'min-max', new FloatExecutor(graph));
  return quantize(graph, { ranges: tensors, inputFormat: formatFor(...(tensors.x as [number, number]), 8) });
}

const concatOf = (q: QuantGraph) => q.nodes.find((n) => n.op === 'concat') as QuantNode & QuantConcat;

describe('concat', () => {
  it.each([
    ['a narrow branch takes the format of the image', 0.1, [null, 'table', null]],
    ['the image takes the format of a wide branch', 20, ['table', null, 'table']],
  ])('%s', (_, gain, wanted) => {
    const graph = graphOf(gain);
    const q = quantized(graph);
    expect(quantGraphProblems(q)).toEqual([]);
    expect(concatOf(q).tables.map((t) => t && 'table')).toEqual(wanted);
    const [x, y] = [tensorOf(q, 'x'), tensorOf(q, 'concat')];
    const integers = new IntegerExecutor(q);
    integers.run(quantizeValues(image, x.shape, x));
    const reals = (t: QuantTensor) => dequantizeValues(integers.valuesOf(t.name), t.shape, t);
    // The parts as the integers in front of it stand for them.
    const parts = ['x', 'conv', 'x'].flatMap((name) => Array.from(reals(tensorOf(q, name))));
    reals(y).forEach((v, i) => {
      expect(Math.abs(v - parts[i])).toBeLessThanOrEqual(y.scale * 0.5001);
    });
  });

  it('is what the float layer is', () => {
    const tensors = runFloat(graphOf(1), image);
    const [x, conv] = [tensors.get('x'), tensors.get('conv')] as [Float32Array, Float32Array];
    expect(Array.from(tensors.get('concat') as Float32Array)).toEqual([...x, ...conv, ...x]);
  });

  it('takes in the clamp behind it, in a table for every input', () => {
    const q = quantized(graphOf(1, [0, 0.5]));
    expect(q.nodes.map((n) => n.op)).toEqual(['conv', 'concat']);
    expect(concatOf(q).tables.every((t) => t !== null)).toBe(true);
    const y = tensorOf(q, 'act');
    const integers = new IntegerExecutor(q);
    integers.run(quantizeValues(image, SHAPE, tensorOf(q, 'x')));
    for (const v of dequantizeValues(integers.valuesOf('act'), y.shape, y)) {
      expect(v).toBeGreaterThanOrEqual(0);
      expect(v).toBeLessThanOrEqual(0.5 + y.scale);
    }
  });

  it('survives its file', () => {
    const q = quantized(graphOf(0.1));
    expect(deserializeQuantGraph(serializeQuantGraph(q), 'x')).toEqual(q);
  });

  it.each([
    ['a table too few', (n: QuantConcat) => ({ tables: n.tables.slice(1) }), /2 tables for 3 inputs/],
    [
      'another format without a table',
      () => ({ tables: [null, null, null] }),
      /its output .*: it only moves values/,
    ],
    ['one input', () => ({ inputs: ['conv'] }), /1 inputs where 2 or more belong/],
    ['an input too few', () => ({ inputs: ['x', 'conv'] }), /3 tables for 2 inputs/],
  ])('%s is refused', (_, change, message) => {
    const q = quantized(graphOf(0.1));
    const nodes = q.nodes.map((n) => (n.op === 'concat' ? { ...n, ...change(n) } : n)) as QuantNode[];
    expect(quantGraphProblems({ ...q, nodes }).map((p) => p.found)).toContainEqual(
      expect.stringMatching(message),
    );
  });

  it('maps of different heights do not join', () => {
    const b = new GraphBuilder('g', 'x', SHAPE);
    const up = b.add('up', { op: 'upsample', rows: 2, columns: 2, fill: 'repeat' }, ['x']);
    expect(diagnosticOf(() => b.add('concat', { op: 'concat' }, ['x', up]))).toMatchObject({
      code: 'BLN103',
      found: 'channels of 3x5x4 and 3x10x8',
    });
  });
});
