/** Depthwise windows and clamps in WebAssembly against the plain loops: the same floats, bit for bit. */
import { describe, expect, it } from 'vitest';
import { NO_PADS, type Pads } from '../../../src/ir/graph.js';
import { Prng } from '../../../src/ir/prng.js';
import type { DepthwiseOp } from '../../../src/layers/depthwise/index.js';
import { GraphBuilder } from '../../../src/layers/graph-builder.js';
import { FloatExecutor } from '../../../src/sim/float-executor.js';

/** Exponents apart, so that sums round. */
const values = (prng: Prng, length: number): Float32Array =>
  Float32Array.from({ length }, () => (prng.float() - 0.5) * 2 ** prng.int(-6, 6));

const bitsOf = (x: Float32Array): Int32Array => new Int32Array(x.buffer, x.byteOffset, x.length);

describe('float layers', () => {
  it.each(Array.from({ length: 24 }, (_, i) => i + 1))('equal the plain loops, network %i', (seed) => {
    const prng = new Prng(seed);
    const shape = { channels: prng.int(2, 9), height: prng.int(5, 12), width: prng.int(5, 12) };
    const b = new GraphBuilder('g', 'x', shape);
    let y = 'x';
    // The second and later layers find the memory as others left it.
    for (let layer = 0; layer < 3; layer++) {
      const pads: Pads =
        layer === 0
          ? prng.pick([NO_PADS, { top: 1, left: 1, bottom: 1, right: 1 }])
          : { top: 1, left: 1, bottom: 2, right: 2 };
      const conv: DepthwiseOp = {
        op: 'depthwise',
        kernel: 3,
        stride: layer === 0 ? prng.int(1, 3) : prng.int(1, 2),
        pads,
        weights: values(prng, 9 * shape.channels),
        bias: prng.int(0, 1) ? values(prng, shape.channels) : null,
      };
      y = b.add(`conv${layer}`, conv, [y]);
      const [min, max] = prng.pick([
        [0, 6],
        [0, Number.POSITIVE_INFINITY],
        [-0.5, 2],
      ] as const);
      y = b.add(`clamp${layer}`, { op: 'clamp', min, max }, [y]);
    }
    const graph = b.finish(y);
    const image = values(prng, shape.channels * shape.height * shape.width);
    const plain = new Map<string, Float32Array>();
    new FloatExecutor(graph, false).run(image, (name, v) => plain.set(name, Float32Array.from(v)));
    const fast = new FloatExecutor(graph, true);
    for (let round = 0; round < 2; round++) {
      fast.run(image, (name, v) => {
        expect({ name, bits: bitsOf(Float32Array.from(v)) }).toEqual({
          name,
          bits: bitsOf(plain.get(name) as Float32Array),
        });
      });
    }
  });

  it('leave what is not a number as it is', () => {
    const b = new GraphBuilder('g', 'x', { channels: 1, height: 1, width: 5 });
    const graph = b.finish(b.add('act', { op: 'clamp', min: 0, max: 6 }, ['x']));
    const image = Float32Array.of(Number.NaN, -1, 7, Number.POSITIVE_INFINITY, 3);
    for (const useSimd of [true, false])
      expect([...new FloatExecutor(graph, useSimd).run(image)]).toEqual([Number.NaN, 0, 6, 6, 3]);
  });
});
