// Join: y = clamp(((a * M_A + b * M_B + OFFSET) >> SHIFT) + ZERO_POINT, CLAMP_MIN, CLAMP_MAX) in every lane.
// One beat of both inputs a cycle. OFFSET holds the zero points and the rounding constant. Multipliers are constants, so
// that LUTs make the products.
#ifndef BLNET_ADD_HPP
#define BLNET_ADD_HPP

#include "blnet_common.hpp"

template <int BEATS, int LANES, int A_BITS, int A_SIGNED, int B_BITS, int B_SIGNED, int M_A, int M_B, int M_BITS,
          long long OFFSET, int C_BITS, int SHIFT, int OUT_BITS, int ZERO_POINT, int CLAMP_MIN, int CLAMP_MAX>
void blnet_add(hls::stream<ap_uint<LANES * A_BITS> >& a, hls::stream<ap_uint<LANES * B_BITS> >& b,
               hls::stream<ap_uint<LANES * OUT_BITS> >& out) {
  const int X_BITS = A_BITS > B_BITS ? A_BITS : B_BITS;
  const int PAIR_BITS = X_BITS + M_BITS + 2;
  const int SUM_BITS = (PAIR_BITS > C_BITS ? PAIR_BITS : C_BITS) + 1;
  const ap_uint<M_BITS> ma = M_A;
  const ap_uint<M_BITS> mb = M_B;
  const ap_int<C_BITS> offset = OFFSET;
  for (int i = 0; i < BEATS; i++) {
#pragma HLS PIPELINE II=1 style=frp
    const ap_uint<LANES * A_BITS> wa = a.read();
    const ap_uint<LANES * B_BITS> wb = b.read();
    ap_uint<LANES * OUT_BITS> word;
    for (int l = 0; l < LANES; l++) {
#pragma HLS UNROLL
      const ap_int<A_BITS + 1> xa = blnet_lane<A_BITS, A_SIGNED>(wa, l);
      const ap_int<B_BITS + 1> xb = blnet_lane<B_BITS, B_SIGNED>(wb, l);
      const ap_int<A_BITS + 1 + M_BITS> pa = xa * ma;
#pragma HLS BIND_OP variable=pa op=mul impl=fabric
      const ap_int<B_BITS + 1 + M_BITS> pb = xb * mb;
#pragma HLS BIND_OP variable=pb op=mul impl=fabric
      const ap_int<SUM_BITS> sum = pa + pb + offset;
      const ap_uint<OUT_BITS> y = blnet_clamp<SUM_BITS, SHIFT, OUT_BITS, ZERO_POINT, CLAMP_MIN, CLAMP_MAX>(sum);
      word.range(l * OUT_BITS + OUT_BITS - 1, l * OUT_BITS) = y;
    }
    out.write(word);
  }
}

#endif
