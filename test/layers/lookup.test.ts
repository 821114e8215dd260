/** A table in place of a function: its entries are the function's values, rounded and clamped; its node is verified. */
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/ir/graph.js';
import { Prng } from '../../src/ir/prng.js';
import { type QuantGraph, type QuantNode, rangeOf, tensorOf } from '../../src/ir/quant-graph.js';
import { GraphBuilder } from '../../src/layers/graph-builder.js';
import { FUNCTIONS, type FunctionName, valueAt } from '../../src/layers/lookup/functions.js';
import type { QuantLookup } from '../../src/layers/lookup/index.js';
import { deserializeQuantGraph, serializeQuantGraph } from '../../src/layers/serialize-quant-graph.js';
import { quantGraphProblems } from '../../src/layers/verify-quant-graph.js';
import { calibrate } from '../../src/passes/calibrate.js';
import { formatFor, quantize } from '../../src/passes/quantize.js';
import { FloatExecutor } from '../../src/sim/float-executor.js';
import { IntegerExecutor } from '../../src/sim/integer-executor.js';

const SHAPE = { channels: 3, height: 4, width: 5 };
const NAMES = Object.keys(FUNCTIONS) as FunctionName[];

function graphOf(name: FunctionName, clamp?: readonly [number, number]): Graph {
  const b = new GraphBuilder('table', 'x', SHAPE);
  let y = b.add('f', { op: 'lookup', function: name, alpha: 0.25, beta: 0.5 }, ['x']);
  if (clamp) y = b.add('act', { op: 'clamp', min: clamp[0], max: clamp[1] }, [y]);
  return b.finish(y);
}

function quantized(graph: Graph, bits = 8): QuantGraph {
  const prng = new Prng(7);
  const image = Float32Array.from({ length: 60 }, (_, i) => (i < 2 ? 8 * (2 * i - 1) : 4 * prng.normal()));
  const { tensors } = calibrate(graph, [image], 'min-max', new FloatExecutor(graph));
  const inputFormat = formatFor(...(tensors.x as [number, number]), bits);
  return quantize(graph, { ranges: tensors, inputFormat });
}

describe('lookup', () => {
  it.each(NAMES)('%s: every input gives the function, to half a step', (name) => {
    const q = quantized(graphOf(name));
    expect(quantGraphProblems(q)).toEqual([]);
    const [x, y] = [tensorOf(q, 'x'), tensorOf(q, 'f')];
    const [lo, hi] = rangeOf(x);
    const executor = new IntegerExecutor(q);
    const [least, most] = rangeOf(y).map((v) => y.scale * (v - y.zeroPoint));
    for (let from = lo; from <= hi; from += 60) {
      const inputs = Array.from({ length: 60 }, (_, i) => Math.min(hi, from + i));
      const results = executor.run(inputs);
      inputs.forEach((v, i) => {
        const real = valueAt(name, x.scale * (v - x.zeroPoint), { alpha: 0.25, beta: 0.5 });
        const wanted = Math.min(most, Math.max(least, real));
        expect(Math.abs(y.scale * (results[i] - y.zeroPoint) - wanted)).toBeLessThanOrEqual(
          y.scale * (0.5 + 1e-9),
        );
      });
    }
  });

  it('takes in the clamp behind it', () => {
    const q = quantized(graphOf('tanh', [0, 0.5]));
    expect(q.nodes.map((n) => [n.op, n.output])).toEqual([['lookup', 'act']]);
    const y = tensorOf(q, 'act');
    const reals = Array.from((q.nodes[0] as QuantLookup).table, (v) => y.scale * (v - y.zeroPoint));
    expect(Math.min(...reals)).toBe(0);
    expect(Math.max(...reals)).toBeCloseTo(0.5, 2);
  });

  it('a few bits have a short table', () => {
    const q = quantized(graphOf('sigmoid'), 3);
    expect((q.nodes[0] as QuantLookup).table).toHaveLength(8);
    expect(quantGraphProblems(q)).toEqual([]);
  });

  it('survives its file', () => {
    const q = quantized(graphOf('silu'));
    expect(deserializeQuantGraph(serializeQuantGraph(q), 'x')).toEqual(q);
  });

  it.each([
    ['an entry too few', (t: Int16Array) => t.slice(1), /a table of 255 entries for 8 bits/],
    ['an entry out of range', (t: Int16Array) => t.map(() => 300), /an entry of its table is outside/],
  ])('%s is refused', (_, change, message) => {
    const q = quantized(graphOf('silu'));
    const [n] = q.nodes as (QuantNode & QuantLookup)[];
    const faulty = { ...q, nodes: [{ ...n, table: change(n.table) }] };
    expect(quantGraphProblems(faulty)[0].found).toMatch(message);
  });
});
