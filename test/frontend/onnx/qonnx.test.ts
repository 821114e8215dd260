/**
 * QONNX: integers equal to a reference of its semantics written here (x / scale + zero point, clamped, rounded half to even),
 * but for exact halves, which blnet rounds up; the public QONNX network compiles.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/frontend/onnx/import-onnx.js';
import type { NodeMessage, TensorMessage } from '../../../src/frontend/onnx/onnx-proto.js';
import { Prng } from '../../../src/ir/prng.js';
import { tensorOf } from '../../../src/ir/quant-graph.js';
import { dequantizeValues, quantizeValues } from '../../../src/ir/quantize-values.js';
import { foldBatchNorm } from '../../../src/passes/fold-batch-norm.js';
import { quantize } from '../../../src/passes/quantize.js';
import { FloatExecutor, runFloat } from '../../../src/sim/float-executor.js';
import { IntegerExecutor } from '../../../src/sim/integer-executor.js';
import { diagnosticOf } from '../../support/errors.js';
import { floats, node, onnxModel } from '../../support/onnx-model.js';
import { itWithFile, SHARED } from '../../support/shared-models.js';

interface Quantizer {
  readonly bits: number;
  readonly signed: boolean;
  readonly narrow: boolean;
  readonly scale: number;
}

const halfEven = (v: number): number => {
  const floor = Math.floor(v);
  const rest = v - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
};
const boundsOf = ({ bits, signed, narrow }: Quantizer): readonly [number, number] =>
  signed
    ? [-(2 ** (bits - 1)) + (narrow ? 1 : 0), 2 ** (bits - 1) - 1]
    : [0, 2 ** bits - 1 - (narrow ? 1 : 0)];
const integerOf = (x: number, q: Quantizer): number => {
  const [lo, hi] = boundsOf(q);
  return halfEven(Math.min(hi, Math.max(lo, x / q.scale)));
};
const isHalf = (x: number, q: Quantizer): boolean => Math.abs(Math.abs((x / q.scale) % 1) - 0.5) < 1e-3;

const scalar = (name: string, v: number): TensorMessage => floats(name, [], [v]);
const DOMAIN = 'qonnx.custom_op.general';
const quantNode = (x: string, y: string, q: Quantizer, constants: TensorMessage[]): NodeMessage => {
  constants.push(scalar(`${y}.s`, q.scale), scalar(`${y}.z`, 0), scalar(`${y}.b`, q.bits));
  return {
    ...node('Quant', [x, `${y}.s`, `${y}.z`, `${y}.b`], y, {
      signed: Number(q.signed),
      narrow: Number(q.narrow),
      rounding_mode: 'ROUND',
    }),
    domain: DOMAIN,
  };
};

const randomQuantizer = (p: Prng, signed: boolean): Quantizer => ({
  bits: p.int(1, 8),
  signed,
  narrow: p.int(0, 1) === 1,
  scale: 2 ** -p.int(2, 5) * (p.int(0, 1) ? 1 : 0.7 + 0.6 * p.float()),
});

/** Quant, Conv with quantized weights, Relu or not, Quant. */
function network(p: Prng) {
  const constants: TensorMessage[] = [];
  const input: Quantizer = { ...randomQuantizer(p, false), bits: p.int(2, 8), narrow: false };
  const weight: Quantizer = { ...randomQuantizer(p, true), bits: p.int(2, 8), narrow: true };
  const output: Quantizer = { ...randomQuantizer(p, p.int(0, 1) === 1), bits: p.int(2, 8) };
  const weights = Array.from({ length: 3 * 2 * 9 }, () => 0.5 * p.normal());
  constants.push(floats('w', [3, 2, 3, 3], weights));
  const nodes = [
    quantNode('x', 'a', input, constants),
    quantNode('w', 'v', weight, constants),
    node('Conv', ['a', 'v'], 'c', { pads: [1, 1, 1, 1] }),
    ...(output.signed ? [] : [node('Relu', ['c'], 'r')]),
    quantNode(output.signed ? 'c' : 'r', 'y', output, constants),
  ];
  const bytes = onnxModel(nodes, constants, { input: ['N', 2, 5, 4] });
  return { bytes, input, weight, output, weights };
}

/** The sums in front of the last Quant, in double precision. */
function sums(image: readonly number[], { input, weight, weights }: ReturnType<typeof network>): number[] {
  const x = image.map((v) => input.scale * integerOf(v, input));
  const w = weights.map((v) => weight.scale * integerOf(v, weight));
  const at = (c: number, r: number, k: number) =>
    r < 0 || r > 4 || k < 0 || k > 3 ? 0 : x[c * 20 + r * 4 + k];
  return Array.from({ length: 60 }, (_, i) => {
    const [o, r, k] = [Math.floor(i / 20), Math.floor((i % 20) / 4), i % 4];
    let sum = 0;
    for (let c = 0; c < 2; c++)
      for (let t = 0; t < 9; t++)
        sum += w[(o * 2 + c) * 9 + t] * at(c, r + Math.floor(t / 3) - 1, k + (t % 3) - 1);
    return sum;
  });
}

describe('QONNX', () => {
  it('gives the integers of its semantics, 2 to 8 bits, narrow or not, signed or not', () => {
    let halves = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const p = new Prng(seed);
      const made = network(p);
      const graph = importOnnx(made.bytes);
      const image = Array.from({ length: 40 }, () => 2 ** made.input.bits * made.input.scale * p.float());
      const folded = foldBatchNorm(graph);
      const inputFormat = { bits: 8, signed: false, scale: 1, zeroPoint: 0 };
      const quantized = quantize(folded, { ranges: {}, inputFormat });
      const [x, y] = [tensorOf(quantized, 'x'), tensorOf(quantized, quantized.outputs[0])];
      expect(x.bits).toBe(made.input.bits);
      const integers = new IntegerExecutor(quantized).run(
        quantizeValues(Float32Array.from(image), x.shape, x),
      );
      const reals = dequantizeValues(integers, y.shape, y);
      sums(image, made).forEach((sum, i) => {
        const real = made.output.signed ? sum : Math.max(0, sum);
        const wanted = integerOf(real, made.output);
        const found = Math.round(reals[i] / made.output.scale);
        if (isHalf(real, made.output) || image.some((v) => isHalf(v, made.input))) {
          halves++;
          expect(Math.abs(found - wanted), `seed ${seed}`).toBeLessThanOrEqual(1);
        } else expect(found, `seed ${seed}, value ${i}`).toBe(wanted);
      });
    }
    expect(halves).toBeLessThan(1800);
  });

  it('has bipolar weights and maps, one bit, and the upper bits of a sum', () => {
    const constants = [
      floats('w', [2, 2, 1, 1], [0.3, -0.2, 0, -5]),
      ...['s', 'half'].map((name) => scalar(name, 0.5)),
      scalar('z', 0),
      scalar('b6', 6),
      scalar('b4', 4),
    ];
    const nodes = [
      { ...node('BipolarQuant', ['w', 's'], 'v'), domain: DOMAIN },
      node('Conv', ['x', 'v'], 'c'),
      { ...node('BipolarQuant', ['c', 's'], 'b'), domain: DOMAIN },
      node('Add', ['b', 'x'], 't'),
      { ...node('Trunc', ['t', 'half', 'z', 'b6', 'b4'], 'y'), domain: 'finn.custom_op.general' },
    ];
    const graph = importOnnx(onnxModel(nodes, constants, { input: ['N', 2, 1, 1] }));
    const values = runFloat(graph, Float32Array.of(1, 3));
    // 0.5 * 1 - 0.5 * 3 is below zero, 0.5 * 1 - 0.5 * 3 as well.
    expect(Array.from(values.get('c') as Float32Array)).toEqual([-1, -1]);
    expect(Array.from(values.get('b') as Float32Array)).toEqual([-0.5, -0.5]);
    expect(graph.formats?.get('y')).toEqual({ bits: 4, signed: true, scale: 0.5, zeroPoint: 0 });
    const y = new FloatExecutor(graph).run(Float32Array.of(1, 3));
    // floor((0.5 / 0.5) / 4) and floor((2.5 / 0.5) / 4), rounding still to come.
    expect(Array.from(y, (v) => Math.round(v / 0.5) + 0)).toEqual([0, 1]);
  });

  it('refuses nine bits, rounding down of maps, and scales for each channel of a map', () => {
    const refused = (q: Partial<Quantizer>, change: (n: NodeMessage) => NodeMessage = (n) => n) => {
      const constants: TensorMessage[] = [];
      const n = quantNode('x', 'y', { bits: 8, signed: true, narrow: false, scale: 1, ...q }, constants);
      return diagnosticOf(() => importOnnx(onnxModel([change(n)], constants)));
    };
    expect(refused({ bits: 9 })).toMatchObject({ code: 'BLN202', found: '9 bits' });
    const floor = { name: 'rounding_mode', type: 3, s: new TextEncoder().encode('FLOOR') };
    const byFloor = refused({}, (n) => ({ ...n, attribute: [floor] }));
    expect(byFloor).toMatchObject({ code: 'BLN202', found: 'a map rounded by FLOOR' });
    expect(refused({ scale: -1 }).code).toBe('BLN202');
  });

  itWithFile('models/qonnx_separable.onnx', 'the public network is read: 4 bits, channels last', () => {
    const graph = importOnnx(new Uint8Array(readFileSync(join(SHARED, 'models/qonnx_separable.onnx'))));
    expect(graph.shapes.get(graph.input)).toEqual({ channels: 3, height: 512, width: 512 });
    const inputFormat = { bits: 8, signed: true, scale: 1, zeroPoint: 0 };
    const ranges = { global_out: [-8, 8] as const };
    const quantized = quantize(foldBatchNorm(graph), { ranges, inputFormat });
    expect(tensorOf(quantized, quantized.input)).toMatchObject({ bits: 4, signed: true, scale: 0.0625 });
    // The LeakyRelu is a table of the second convolution, whose own 4 bits address it.
    const bits = quantized.nodes.map((n) => tensorOf(quantized, n.output).bits);
    expect(bits).toEqual([4, 4, 4, 8]);
  });
});
