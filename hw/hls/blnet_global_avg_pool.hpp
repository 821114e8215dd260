// Global average pooling: sums PIXELS pixels of GROUPS x LANES channels and sends
// its requantized mean while the last pixel passes (blnet_requantize). One beat a cycle.
// The sums are registers, since a memory could not be read and written again in one cycle when GROUPS is small.
#ifndef BLNET_GLOBAL_AVG_POOL_HPP
#define BLNET_GLOBAL_AVG_POOL_HPP

#include "blnet_common.hpp"

template <int LANES, int GROUPS, int PIXELS, int X_BITS, int X_SIGNED, int MULTIPLIER, long long BIAS, int ABOVE,
          int BELOW, int ACC_BITS, int M_BITS, int BIAS_BITS, int SUM_BITS, int SHIFT, int SPREAD_BITS,
          int CORRECTION_BITS, int CORRECTION_UNIT, int OUT_BITS, int ZERO_POINT, int CLAMP_MIN, int CLAMP_MAX,
          int SCALE_DSP>
void blnet_global_avg_pool(hls::stream<ap_uint<LANES * X_BITS> >& in, hls::stream<ap_uint<LANES * OUT_BITS> >& out) {
  ap_int<ACC_BITS> sums[GROUPS][LANES];
#pragma HLS ARRAY_PARTITION variable=sums type=complete dim=0
  const ap_uint<M_BITS> m = MULTIPLIER;
  const ap_int<BIAS_BITS> bias = BIAS;
  const int C_BITS = CORRECTION_BITS > 0 ? CORRECTION_BITS : 1;
  const ap_int<C_BITS> above = ABOVE;
  const ap_int<C_BITS> below = BELOW;
  ap_uint<2 * C_BITS> rounding = 0;
  rounding.range(C_BITS - 1, 0) = above;
  rounding.range(2 * C_BITS - 1, C_BITS) = below;
  int group = 0;
  int pixel = 0;
  for (int i = 0; i < PIXELS * GROUPS; i++) {
#pragma HLS PIPELINE II=1 style=frp
    const ap_uint<LANES * X_BITS> x = in.read();
    ap_uint<LANES * OUT_BITS> word;
    for (int l = 0; l < LANES; l++) {
#pragma HLS UNROLL
      ap_int<ACC_BITS> sum = 0;
      if (pixel > 0) sum = sums[group][l];
      sum += blnet_lane<X_BITS, X_SIGNED>(x, l);
      sums[group][l] = sum;
      const ap_uint<OUT_BITS> y =
          blnet_requantize<ACC_BITS, M_BITS, BIAS_BITS, SUM_BITS, SHIFT, SPREAD_BITS, CORRECTION_BITS, CORRECTION_UNIT,
                           OUT_BITS, ZERO_POINT, CLAMP_MIN, CLAMP_MAX, SCALE_DSP>(sum, m, bias, rounding);
      word.range(l * OUT_BITS + OUT_BITS - 1, l * OUT_BITS) = y;
    }
    if (pixel == PIXELS - 1) out.write(word);
    if (group == GROUPS - 1) {
      group = 0;
      pixel++;
    } else {
      group++;
    }
  }
}

#endif
