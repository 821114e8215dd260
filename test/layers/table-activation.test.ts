/** A table behind a convolution is its activation: one node, and every answer agrees with the two layers apart. */
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/ir/graph.js';
import { Prng } from '../../src/ir/prng.js';
import { type QuantGraph, type QuantNode, tensorOf, tensorsOf } from '../../src/ir/quant-graph.js';
import type { QuantConv } from '../../src/layers/conv/index.js';
import { GraphBuilder } from '../../src/layers/graph-builder.js';
import { quantLayer } from '../../src/layers/index.js';
import { deserializeQuantGraph, serializeQuantGraph } from '../../src/layers/serialize-quant-graph.js';
import { quantGraphProblems } from '../../src/layers/verify-quant-graph.js';
import { formatFor, quantize } from '../../src/passes/quantize.js';
import { FloatExecutor } from '../../src/sim/float-executor.js';
import { IntegerExecutor } from '../../src/sim/integer-executor.js';
import { SimdExecutor } from '../../src/sim/simd-executor.js';

const SHAPE = { channels: 3, height: 6, width: 5 };
const PADS = { top: 1, left: 1, bottom: 1, right: 1 };
type Op = 'conv' | 'depthwise';

/** x -> convolution -> clamp -> silu -> clamp; with `tap` somebody else reads what is in front of the table. */
function graphOf(op: Op, prng: Prng, tap = false): Graph {
  const b = new GraphBuilder('table', 'x', SHAPE);
  const outChannels = op === 'conv' ? 5 : 3;
  const weights = Float32Array.from({ length: outChannels * (op === 'conv' ? 3 : 1) * 9 }, () =>
    prng.normal(),
  );
  const filters = { kernel: 3, stride: 1, pads: PADS, weights, bias: null };
  const y = b.add('f', op === 'conv' ? { op, outChannels, ...filters } : { op, ...filters }, ['x'], 'sum');
  const low = b.add('low', { op: 'clamp', min: -2, max: Number.POSITIVE_INFINITY }, [y], 'low');
  const t = b.add('silu', { op: 'lookup', function: 'silu', alpha: 0, beta: 0 }, [low], 'table');
  const high = b.add('high', { op: 'clamp', min: Number.NEGATIVE_INFINITY, max: 3 }, [t], 'high');
  return tap ? b.finish(b.add('both', { op: 'add' }, [low, high], 'both')) : b.finish(high);
}

function quantized(graph: Graph, tensors: readonly string[]): QuantGraph {
  const ranges = Object.fromEntries(tensors.map((t) => [t, [-4, 4] as const]));
  return quantize(graph, { ranges, inputFormat: formatFor(-4, 4, 8) });
}

const imageOf = (prng: Prng): Int16Array => Int16Array.from({ length: 90 }, () => prng.int(-128, 127));

describe.each<Op>(['conv', 'depthwise'])('a table behind a %s', (op) => {
  const q = quantized(graphOf(op, new Prng(3)), ['low', 'high']);

  it('is its activation, with the clamps on both sides', () => {
    expect(q.nodes.map((n) => [n.op, n.output])).toEqual([[op, 'high']]);
    expect(quantGraphProblems(q)).toEqual([]);
    const { table, requant } = q.nodes[0] as QuantNode & QuantConv;
    const real = (v: number): number => (table?.scale ?? 0) * (v - (table?.zeroPoint ?? 0));
    expect(real(requant.min)).toBeCloseTo(-2, 1);
    const y = tensorOf(q, 'high');
    expect(y.scale * (Math.max(...(table?.table ?? [])) - y.zeroPoint)).toBeCloseTo(3, 1);
    expect(quantLayer(q.nodes[0]).title(q.nodes[0])).toBe(`${op === 'conv' ? 'conv' : op} 3x3 silu`);
  });

  it('gives the function to the steps of both formats', () => {
    const prng = new Prng(5);
    const graph = graphOf(op, new Prng(3));
    const [x, y] = [tensorOf(q, 'x'), tensorOf(q, 'high')];
    const image = imageOf(prng);
    const raster = (i: number): number => (i % 30) * 3 + Math.floor(i / 30);
    const reals = Float32Array.from({ length: 90 }, (_, i) => x.scale * (image[raster(i)] - x.zeroPoint));
    const wanted = new FloatExecutor(graph).run(reals);
    const found = new IntegerExecutor(q).run(image);
    const channels = y.shape.channels;
    found.forEach((v, i) => {
      const at = (i % channels) * 30 + Math.floor(i / channels);
      expect(Math.abs(y.scale * (v - y.zeroPoint) - Math.min(3, wanted[at]))).toBeLessThan(0.2);
    });
  });

  it('runs alike in its fast twin', () => {
    const prng = new Prng(6);
    const [slow, fast] = [new IntegerExecutor(q), new SimdExecutor(q)];
    for (let i = 0; i < 4; i++) {
      const image = imageOf(prng);
      expect(Array.from(fast.run(image))).toEqual(Array.from(slow.run(image)));
    }
  });

  it('is a block behind the engine, in the format in front of it', () => {
    const [node] = q.nodes;
    const tensors = tensorsOf(q, node);
    const layer = quantLayer(node);
    const [{ first }] = layer.foldings(node, tensors, { widePortBits: 0, requantize: true });
    const blocks = layer.blocks(node, tensors, first, [layer.lanesIn(node, first, 0)[0]]);
    expect(blocks.map((b) => b.shape.kind)).toEqual([
      'window',
      op === 'conv' ? 'pointwise' : 'depthwise',
      'lookup',
    ]);
    expect(blocks.map((b) => b.role)).toEqual(['window', '', 'table']);
  });

  it('survives its file', () => {
    expect(deserializeQuantGraph(serializeQuantGraph(q), 'x')).toEqual(q);
  });

  it('with an entry too few, or out of range, is refused', () => {
    const [n] = q.nodes as (QuantNode & QuantConv)[];
    const faulty = (table: Int16Array): QuantGraph => ({
      ...q,
      nodes: [{ ...n, table: { ...(n.table as NonNullable<QuantConv['table']>), table } }],
    });
    expect(quantGraphProblems(faulty(new Int16Array(255)))[0].found).toMatch(
      /a table of 255 entries for 8 bits/,
    );
    expect(quantGraphProblems(faulty(new Int16Array(256).fill(300)))[0].found).toMatch(
      /an entry of its table/,
    );
  });

  it('stays apart where somebody else reads what is in front of it', () => {
    const apart = quantized(graphOf(op, new Prng(3), true), ['low', 'high', 'both']);
    expect(apart.nodes.map((n) => n.op)).toEqual([op, 'lookup', 'add']);
  });
});
