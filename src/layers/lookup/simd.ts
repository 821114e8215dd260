/** A table in WebAssembly: a value after the other, since vectors cannot gather. */
import { type Code, sequence } from '../../sim/wasm/encode.js';
import { i32, increment, repeat } from '../../sim/wasm/ops.js';
import { type Plane, planeBytes, type SimdKit } from '../shared/simd-kit.js';

/** Of a value in memory. */
export const BYTES = 2;
export const load16 = (address: Code, offset = 0): Code => {
  const bytes: number[] = [];
  // LEB128
  for (let rest = offset; ; rest >>>= 7) {
    bytes.push((rest & 127) | (rest > 127 ? 128 : 0));
    if (rest <= 127) return [address, 0x2e, 1, bytes];
  }
};
export const store16 = (address: Code, value: Code): Code => [address, value, 0x3b, 1, 0];

/** Entry of the value at `from`; padding lanes hold any value, so all are masked. */
export const entryOf = (table: Int16Array, address: number, from: Code): Code =>
  load16(i32.mul(i32.and(load16(from), i32.const(table.length - 1)), i32.const(BYTES)), address);

/** Writes the entry of every value of `x` to its place in `y`, padding channels included. */
export function emitTable(kit: SimdKit, table: Int16Array, x: Plane, y: Plane): void {
  const { f } = kit;
  const address = kit.place(table);
  const [from, to, count] = [f.local('i32'), f.local('i32'), f.local('i32')];
  f.emit(
    sequence(
      from.set(i32.const(x.address)),
      to.set(i32.const(y.address)),
      repeat(
        count,
        planeBytes(y) / BYTES,
        store16(to.get, entryOf(table, address, from.get)),
        increment(from, BYTES),
        increment(to, BYTES),
      ),
    ),
  );
}
