/** Pieces of random ONNX models that several tests draw from. */
import { expect } from 'vitest';
import type { NodeMessage, TensorMessage } from '../../src/frontend/onnx/onnx-proto.js';
import type { Prng } from '../../src/ir/prng.js';
import { floats, type ModelOptions } from './onnx-model.js';

export interface RandomModel {
  readonly nodes: readonly NodeMessage[];
  readonly constants?: readonly TensorMessage[];
  readonly options?: ModelOptions;
}
export type MakeModel = (p: Prng) => RandomModel;

const gauss = (p: Prng, dims: readonly number[]): number[] =>
  Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => p.normal());
export const randomFloats = (p: Prng, name: string, ...dims: number[]) => floats(name, dims, gauss(p, dims));

export const sizeOf = (p: Prng) => ({ channels: p.int(1, 5), height: p.int(5, 9), width: p.int(5, 9) });

/** Window attributes that fit a map; `reach` stays inside it. */
export function windowOf(p: Prng, height: number, width: number, isDilated: boolean) {
  const kernel = [p.int(1, 3), p.int(1, 4)];
  const dilations = isDilated ? [p.int(1, 2), p.int(1, 2)] : [1, 1];
  const reach = kernel.map((k, i) => (k - 1) * dilations[i] + 1) as [number, number];
  const stride = p.int(1, 2);
  const pad = (r: number) => p.int(0, Math.min(2, r - 1));
  const pads = [pad(reach[0]), pad(reach[1]), pad(reach[0]), pad(reach[1])];
  expect(reach[0]).toBeLessThanOrEqual(height);
  expect(reach[1]).toBeLessThanOrEqual(width);
  const auto = p.pick(['', '', 'SAME_UPPER', 'SAME_LOWER', 'VALID']);
  return {
    kernel,
    attributes: {
      strides: [stride, stride],
      ...(isDilated ? { dilations } : {}),
      ...(auto && !isDilated ? { auto_pad: auto } : { pads }),
    },
  };
}

export const SEEDS = Array.from({ length: 8 }, (_, i) => i + 1);
