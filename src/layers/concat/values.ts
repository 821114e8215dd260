/** Integers of a concatenation: the specification, and WebAssembly that gives the same. */
import type { LayerTensors, QuantTensor } from '../../ir/quant-graph.js';
import { i32, increment, repeat } from '../../sim/wasm/ops.js';
import type { IntegerRun } from '../layer-kind.js';
import { BYTES, entryOf, load16, store16 } from '../lookup/simd.js';
import { pixelsOf } from '../shared/lanes.js';
import { pixelBytes, type SimdKit } from '../shared/simd-kit.js';
import type { QuantConcat } from './types.js';

/** Channels in front of each input's own. */
const offsetsOf = (inputs: readonly QuantTensor[]): number[] =>
  inputs.map((_, i) => inputs.slice(0, i).reduce((sum, x) => sum + x.shape.channels, 0));

export function reference({ tables }: QuantConcat, { inputs, output: y }: LayerTensors): IntegerRun {
  const { channels } = y.shape;
  const offsets = offsetsOf(inputs);
  return (values, ys) => {
    inputs.forEach(({ shape }, i) => {
      const [xs, table] = [values[i], tables[i]];
      const mask = table ? table.length - 1 : 0;
      for (let p = 0, from = 0; p < pixelsOf(y); p++) {
        const to = p * channels + offsets[i];
        for (let c = 0; c < shape.channels; c++, from++)
          ys[to + c] = table ? table[xs[from] & mask] : xs[from];
      }
    });
  };
}

/** Value after value: channels of one map may begin anywhere in the vectors of the other. */
function emitPart(
  kit: SimdKit,
  part: number,
  channels: number,
  offset: number,
  table: Int16Array | null,
): void {
  const { f, output: y } = kit;
  const x = kit.inputs[part];
  const [from, to, pixels, left] = Array.from({ length: 4 }, () => f.local('i32'));
  const value = table ? entryOf(table, kit.place(table), from.get) : load16(from.get);
  f.emit(
    from.set(i32.const(x.address)),
    to.set(i32.const(y.address + offset * BYTES)),
    repeat(
      pixels,
      y.height * y.width,
      repeat(left, channels, store16(to.get, value), increment(from, BYTES), increment(to, BYTES)),
      increment(from, pixelBytes(x) - channels * BYTES),
      increment(to, pixelBytes(y) - channels * BYTES),
    ),
  );
}

export function emit({ tables }: QuantConcat, { inputs }: LayerTensors, kit: SimdKit): void {
  const offsets = offsetsOf(inputs);
  inputs.forEach(({ shape }, i) => {
    emitPart(kit, i, shape.channels, offsets[i], tables[i]);
  });
}
