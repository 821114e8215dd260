/** Tables of integers: one entry for each integer of a format, in the order of its bits as an unsigned number. */
import Type from 'typebox';
import { proofOf, unproved } from '../../arithmetic/proof.js';
import { type QuantFormat, type QuantTensor, rangeOf } from '../../ir/quant-graph.js';
import type { Activation, QuantizeContext, Tabulated } from '../layer-kind.js';
import { clampBounds } from '../shared/choose-requant.js';
import { byte } from '../shared/documents.js';
import { anyOutside } from '../shared/problems.js';

/** In network.json. */
export const tableSchema = Type.Array(byte, { maxItems: 256 });

/** Results, in integers of `y`, of a function of the reals that `x` stands for: rounded, and clamped to the activation. */
export function tableOf(
  f: (real: number) => number,
  x: QuantFormat,
  y: QuantFormat,
  activation: Activation,
): Int16Array {
  const { min, max } = clampBounds(y, activation);
  const [lo, hi] = rangeOf(x);
  const entries = 2 ** x.bits;
  const table = new Int16Array(entries);
  for (let q = lo; q <= hi; q++) {
    const real = f(x.scale * (q - x.zeroPoint));
    const integer = Math.round(real / y.scale) + y.zeroPoint;
    table[q & (entries - 1)] = Math.min(max, Math.max(min, integer));
  }
  return table;
}

/** The runtime's own table where it has one for these formats, which then is equal; blnet's otherwise, which is said. */
export function provedTable(
  c: Pick<QuantizeContext, 'runtime' | 'prove' | 'output'>,
  f: Tabulated,
  x: QuantFormat,
  y: QuantFormat,
  activation: Activation,
): Int16Array {
  const entry = c.runtime?.table(f.function, x, y, f.parameters);
  if (!entry) {
    if (c.runtime) c.prove(unproved(`not proved: ${f.function} is blnet's own table`));
    return tableOf(f.at, x, y, activation);
  }
  c.prove(proofOf(new Array<number>(c.output.channels).fill(0)));
  const { min, max } = clampBounds(y, activation);
  const [lo, hi] = rangeOf(x);
  const mask = 2 ** x.bits - 1;
  const table = new Int16Array(mask + 1);
  for (let q = lo; q <= hi; q++) table[q & mask] = Math.min(max, Math.max(min, entry(q - x.zeroPoint)));
  return table;
}

export function tableProblems(table: Int16Array, x: QuantTensor, y: QuantTensor): string[] {
  if (table.length !== 2 ** x.bits) return [`a table of ${table.length} entries for ${x.bits} bits`];
  const [lo, hi] = rangeOf(y);
  return anyOutside(table, lo, hi) ? [`an entry of its table is outside ${lo}..${hi}`] : [];
}

/** Every value's entry; padding lanes hold any value, so all are masked. */
export function applyTable(table: Int16Array, xs: Int16Array, ys: Int16Array): void {
  const mask = table.length - 1;
  for (let i = 0; i < ys.length; i++) ys[i] = table[xs[i] & mask];
}
