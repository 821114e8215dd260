/** The host's part of a network on the integers of an output: SOFTMAX as TFLite Micro has it, or in reals; the largest's index. */
import { softmaxOf, softmaxTable } from '../arithmetic/softmax.js';
import type { HostPart } from '../ir/host-part.js';
import { type QuantGraph, type QuantTensor, tensorOf } from '../ir/quant-graph.js';

/** Results of one vector; `integers` where the model's output has some. */
export interface HostResult {
  readonly computes: HostPart['computes'];
  readonly integers: readonly number[] | null;
  readonly reals: readonly number[];
}

export type HostRun = (integers: ArrayLike<number>) => HostResult;

function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

function softmaxOfReals(values: ArrayLike<number>, factor: number): number[] {
  const largest = values[indexOfLargest(values)];
  const powers = Array.from(values, (v) => Math.exp((v - largest) * factor));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((v) => v / sum);
}

/** @param tensor what the part reads */
export function hostRun(part: HostPart, tensor: QuantTensor): HostRun {
  if (part.computes === 'argmax')
    return (q) => ({ computes: 'argmax', integers: [indexOfLargest(q)], reals: [indexOfLargest(q)] });
  const { beta, format } = part;
  if (!format) {
    const factor = beta * tensor.scale;
    return (q) => ({ computes: 'softmax', integers: null, reals: softmaxOfReals(q, factor) });
  }
  const table = softmaxTable(beta, tensor.scale);
  const low = format.signed ? -128 : 0;
  return (q) => {
    const integers = Array.from(softmaxOf(q, table), (step) => step + low);
    const reals = integers.map((v) => format.scale * (v - format.zeroPoint));
    return { computes: 'softmax', integers, reals };
  };
}

/** By output: what runs behind it. */
export const hostRuns = (graph: QuantGraph): ReadonlyMap<string, HostRun> =>
  new Map((graph.host ?? []).map((part) => [part.tensor, hostRun(part, tensorOf(graph, part.tensor))]));
