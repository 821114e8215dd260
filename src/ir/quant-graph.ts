/**
 * The quantized graph: integers only, one node per layer, every width stated.
 * real = scale * (q - zeroPoint); weights have zero point 0. This is the specification that the integer
 * reference, the cycle simulator, the RTL and the HLS code all implement exactly.
 */
import { type Shape, sizeOf } from './graph.js';
import type { HostPart } from './host-part.js';
import type { QuantOpOf } from './layer-types.js';
import type { QuantFormat } from './number-format.js';

export type { QuantFormat };

export interface QuantTensor extends QuantFormat {
  readonly name: string;
  readonly shape: Shape;
}

/**
 * p = (acc + bias) * multiplier; y = clamp(((p + 2^(shift-1) + r * 2^unit) >> shift) + zeroPoint, min, max), >> being an
 * arithmetic shift. Halves go up, unless the correction r, which depends on the sign of p, says otherwise.
 * All per output channel: bias holds the layer's bias less zp_x * sum(w).
 */
export interface Requant {
  /** Unsigned, at most 26 bits; one per output channel. */
  readonly multipliers: Int32Array;
  /** Signed, in units of the accumulator; one per output channel. */
  readonly biases: Float64Array;
  /** 1..47, one per output channel. */
  readonly shifts: Int32Array;
  /** Null where there are none. */
  readonly corrections: Corrections | null;
  readonly zeroPoint: number;
  readonly min: number;
  readonly max: number;
}

/** What another runtime's way of rounding adds to a product, in units of 2^unit; one of each per output channel. */
export interface Corrections {
  /** Below every shift. */
  readonly unit: number;
  /** Where p is 0 or more. */
  readonly above: Int32Array;
  /** Where p is below 0. */
  readonly below: Int32Array;
}

/** Of one of the operations in `src/layers/` that become hardware. */
export type QuantOp = QuantOpOf;

export type QuantNode = QuantOp & {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly output: string;
};

export interface QuantGraph {
  readonly name: string;
  readonly input: string;
  /** Tensors that leave, in the order of the model; at least one, none twice. */
  readonly outputs: readonly string[];
  /** In topological order. */
  readonly nodes: readonly QuantNode[];
  readonly tensors: ReadonlyMap<string, QuantTensor>;
  readonly metadata: Readonly<Record<string, string>>;
  /** What is done behind outputs, outside of the hardware. */
  readonly host?: readonly HostPart[];
}

/** A layer's tensors. */
export interface LayerTensors {
  readonly inputs: readonly QuantTensor[];
  readonly output: QuantTensor;
}

/** Tensors that a node reads and writes. */
export const tensorsOf = (graph: QuantGraph, node: QuantNode): LayerTensors => ({
  inputs: node.inputs.map((name) => tensorOf(graph, name)),
  output: tensorOf(graph, node.output),
});

/** Smallest and largest integer of a format. */
export const rangeOf = (f: { readonly bits: number; readonly signed: boolean }): readonly [number, number] =>
  f.signed ? [-(2 ** (f.bits - 1)), 2 ** (f.bits - 1) - 1] : [0, 2 ** f.bits - 1];

/** Bits of the narrowest two's-complement integer that holds every value in lo..hi. */
export function signedBits(lo: number, hi: number): number {
  let bits = 1;
  while (-(2 ** (bits - 1)) > lo || 2 ** (bits - 1) - 1 < hi) bits++;
  return bits;
}

/** Tensor by name; the verifier guarantees that it exists. */
export function tensorOf(graph: QuantGraph, name: string): QuantTensor {
  const t = graph.tensors.get(name);
  if (!t) throw new Error(`unknown tensor ${name}`);
  return t;
}

/** The values of each output, of all outputs one behind the other; views, not copies. */
export function splitOutputs(graph: QuantGraph, values: Int16Array): Int16Array[] {
  let at = 0;
  return graph.outputs.map((name) => {
    const size = sizeOf(tensorOf(graph, name).shape);
    at += size;
    return values.subarray(at - size, at);
  });
}
