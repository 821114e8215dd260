/** Products in WebAssembly, eight at a time; a gate's vectors are read again for every pixel. */
import type { Code, Local } from '../../sim/wasm/encode.js';
import { i32, i32x4, increment, repeat, v128 } from '../../sim/wasm/ops.js';
import { Requantizer, type Scaling, VECTOR_BYTES } from '../../sim/wasm/requantizer.js';
import type { SimdKit } from '../shared/simd-kit.js';

export function emit(
  { f, inputs: [a, b], output: y }: SimdKit,
  scaling: Scaling,
  zeroPoints: readonly [number, number],
  isGate: boolean,
): void {
  const [pa, pb, to, pixels, vectors] = Array.from({ length: 5 }, () => f.local('i32'));
  const [va, vb, low, high] = Array.from({ length: 4 }, () => f.local('v128'));
  const zeros = zeroPoints.map((z) => {
    const splat = f.local('v128');
    f.emit(splat.set(i32x4.splat(i32.const(-z))));
    return splat;
  });
  const requantizer = new Requantizer(f, scaling, i32.const(scaling.address));
  const real = (extend: (v: Code) => Code, v: Local, zero: Local): Code => i32x4.add(extend(v.get), zero.get);
  const products = (extend: (v: Code) => Code): Code =>
    i32x4.mul(real(extend, va, zeros[0]), real(extend, vb, zeros[1]));
  f.emit(
    pa.set(i32.const(a.address)),
    pb.set(i32.const(b.address)),
    to.set(i32.const(y.address)),
    repeat(
      pixels,
      y.height * y.width,
      isGate ? pb.set(i32.const(b.address)) : [],
      repeat(
        vectors,
        y.vectors,
        va.set(v128.load(pa.get)),
        vb.set(v128.load(pb.get)),
        low.set(products(i32x4.extendLow)),
        high.set(products(i32x4.extendHigh)),
        v128.store(to.get, requantizer.eight(low, high)),
        increment(pa, VECTOR_BYTES),
        increment(pb, VECTOR_BYTES),
        increment(to, VECTOR_BYTES),
      ),
    ),
  );
}
