// Product of two streams, lane by lane: clamp((((a - A_ZERO) * (b - B_ZERO) * MULTIPLIER + 2^(SHIFT-1)) >> SHIFT) + ZERO_POINT).
// One beat a cycle. With HOLD b has one pixel a frame, read while the first pixel of a passes and kept for the others.
#ifndef BLNET_PRODUCT_HPP
#define BLNET_PRODUCT_HPP

#include "blnet_common.hpp"

template <int LANES, int GROUPS, int PIXELS, int HOLD, int A_BITS, int A_SIGNED, int A_ZERO, int B_BITS, int B_SIGNED,
          int B_ZERO, int MULTIPLIER, int ACC_BITS, int M_BITS, int BIAS_BITS, int SUM_BITS, int SHIFT, int SPREAD_BITS,
          int CORRECTION_BITS, int CORRECTION_UNIT, int OUT_BITS, int ZERO_POINT, int CLAMP_MIN, int CLAMP_MAX,
          int SCALE_DSP>
void blnet_product(hls::stream<ap_uint<LANES * A_BITS> >& a, hls::stream<ap_uint<LANES * B_BITS> >& b,
                   hls::stream<ap_uint<LANES * OUT_BITS> >& out) {
  ap_uint<LANES * B_BITS> held[GROUPS];
#pragma HLS ARRAY_PARTITION variable=held type=complete
  const ap_uint<M_BITS> m = MULTIPLIER;
  const ap_int<BIAS_BITS> bias = 0;
  const int C_BITS = CORRECTION_BITS > 0 ? CORRECTION_BITS : 1;
  const ap_uint<2 * C_BITS> rounding = 0;
  int group = 0;
  int pixel = 0;
  for (int i = 0; i < PIXELS * GROUPS; i++) {
#pragma HLS PIPELINE II=1 style=frp
    const ap_uint<LANES * A_BITS> wa = a.read();
    ap_uint<LANES * B_BITS> wb;
    if (!HOLD || pixel == 0) {
      wb = b.read();
      if (HOLD) held[group] = wb;
    } else {
      wb = held[group];
    }
    ap_uint<LANES * OUT_BITS> word;
    for (int l = 0; l < LANES; l++) {
#pragma HLS UNROLL
      const ap_int<A_BITS + 2> xa = blnet_lane<A_BITS, A_SIGNED>(wa, l) - A_ZERO;
      const ap_int<B_BITS + 2> xb = blnet_lane<B_BITS, B_SIGNED>(wb, l) - B_ZERO;
      const ap_int<A_BITS + B_BITS + 4> product = xa * xb;
#pragma HLS BIND_OP variable=product op=mul impl=fabric
      const ap_int<ACC_BITS> acc = product;
      const ap_uint<OUT_BITS> y =
          blnet_requantize<ACC_BITS, M_BITS, BIAS_BITS, SUM_BITS, SHIFT, SPREAD_BITS, CORRECTION_BITS, CORRECTION_UNIT,
                           OUT_BITS, ZERO_POINT, CLAMP_MIN, CLAMP_MAX, SCALE_DSP>(acc, m, bias, rounding);
      word.range(l * OUT_BITS + OUT_BITS - 1, l * OUT_BITS) = y;
    }
    out.write(word);
    if (group == GROUPS - 1) {
      group = 0;
      pixel++;
    } else {
      group++;
    }
  }
}

#endif
