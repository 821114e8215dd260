/** The SIMD executor gives the reference's values, every tensor, bit for bit. */
import { describe, expect, it } from 'vitest';
import type { QuantGraph, QuantNode } from '../../src/ir/quant-graph.js';
import { isQuantName, LAYERS } from '../../src/layers/index.js';
import { type Executor, IntegerExecutor } from '../../src/sim/integer-executor.js';
import { createExecutor, SimdExecutor } from '../../src/sim/simd-executor.js';
import { randomInput, randomQuantGraph } from '../support/random-quant-graph.js';

/** First tensor whose values differ, or null. */
function firstDifference(graph: QuantGraph, a: Executor, b: Executor, input: Int16Array): string | null {
  a.run(input);
  b.run(input);
  for (const name of graph.tensors.keys()) {
    const [left, right] = [a.valuesOf(name), b.valuesOf(name)];
    if (left.length !== right.length || left.some((v, i) => v !== right[i])) return name;
  }
  return null;
}

describe('SIMD executor', () => {
  it('is what this machine gets', () => {
    expect(createExecutor(randomQuantGraph(1))).toBeInstanceOf(SimdExecutor);
  });

  it('equals the reference on every tensor of random graphs, image after image', () => {
    const ops = new Set<string>();
    for (let seed = 1; seed <= 150; seed++) {
      const graph = randomQuantGraph(seed);
      for (const n of graph.nodes) ops.add(n.op);
      const [plain, fast] = [new IntegerExecutor(graph), new SimdExecutor(graph)];
      for (const image of [1, 2, 4]) {
        const found = firstDifference(graph, plain, fast, randomInput(graph, image));
        expect({ seed, found }).toEqual({ seed, found: null });
      }
    }
    expect([...ops].sort()).toEqual(Object.keys(LAYERS).filter(isQuantName).sort());
  });

  it('has test images on which values neither all saturate nor all agree', () => {
    let inner = 0;
    for (let seed = 1; seed <= 50; seed++) {
      const graph = randomQuantGraph(seed);
      const executor = new IntegerExecutor(graph);
      executor.run(randomInput(graph, 1));
      for (const n of graph.nodes) {
        if (n.op !== 'conv' && n.op !== 'depthwise') continue;
        const { min, max } = n.requant;
        if (executor.valuesOf(n.output).some((v) => v > min && v < max)) inner++;
      }
    }
    expect(inner).toBeGreaterThan(50);
  });

  it('an offset one step lower is seen', () => {
    const graph = randomQuantGraph(3);
    const at = graph.nodes.findIndex((n) => n.op === 'conv');
    const faulty = graph.nodes.map((n, i): QuantNode => {
      if (i !== at || n.op !== 'conv') return n;
      return {
        ...n,
        requant: {
          ...n.requant,
          biases: n.requant.biases.map((b, i) => b - 2 ** n.requant.shifts[i] / n.requant.multipliers[i]),
        },
      };
    });
    const b = new SimdExecutor({ ...graph, nodes: faulty });
    expect(firstDifference(graph, new IntegerExecutor(graph), b, randomInput(graph, 1))).not.toBeNull();
  });
});
