// Depthwise engine: every lane has its own channel. A beat brings TAPS taps of LANES channels (lanes innermost);
// FOLD_TAPS beats make one result. One beat a cycle. Sums leave as one word per result; blnet_emit requantizes them.
// Products are made in DSPs or, without USE_DSP, in LUTs.
#ifndef BLNET_DEPTHWISE_HPP
#define BLNET_DEPTHWISE_HPP

#include "blnet_common.hpp"

template <int PIXELS, int GROUPS, int LANES, int TAPS, int FOLD_TAPS, int USE_DSP, int X_BITS, int X_SIGNED, int W_BITS,
          int ACC_BITS>
void blnet_depthwise(hls::stream<ap_uint<TAPS * LANES * X_BITS> >& in, hls::stream<ap_uint<LANES * ACC_BITS> >& out,
                     const ap_int<W_BITS> weights[GROUPS * FOLD_TAPS][TAPS * LANES]) {
#pragma HLS ARRAY_RESHAPE variable=weights type=complete dim=2
  ap_int<ACC_BITS> acc[LANES];
#pragma HLS ARRAY_PARTITION variable=acc type=complete dim=1
  int phase = 0;
  int group = 0;
  for (int i = 0; i < PIXELS * GROUPS * FOLD_TAPS; i++) {
#pragma HLS PIPELINE II=1 style=frp
    const ap_uint<TAPS * LANES * X_BITS> x = in.read();
    ap_uint<LANES * ACC_BITS> sums;
    for (int l = 0; l < LANES; l++) {
#pragma HLS UNROLL
      ap_int<ACC_BITS> sum = 0;
      if (phase > 0) sum = acc[l];
      for (int t = 0; t < TAPS; t++) {
#pragma HLS UNROLL
        const ap_int<X_BITS + 1> xt = blnet_lane<X_BITS, X_SIGNED>(x, t * LANES + l);
        const ap_int<W_BITS> w = weights[group * FOLD_TAPS + phase][t * LANES + l];
        if (USE_DSP) {
          const ap_int<X_BITS + 1 + W_BITS> product = xt * w;
#pragma HLS BIND_OP variable=product op=mul impl=dsp
          sum += product;
        } else {
          const ap_int<X_BITS + 1 + W_BITS> product = xt * w;
#pragma HLS BIND_OP variable=product op=mul impl=fabric
          sum += product;
        }
      }
      acc[l] = sum;
      sums.range(l * ACC_BITS + ACC_BITS - 1, l * ACC_BITS) = sum;
    }
    if (phase == FOLD_TAPS - 1) {
      out.write(sums);
      phase = 0;
      if (group == GROUPS - 1) group = 0;
      else group++;
    } else {
      phase++;
    }
  }
}

#endif
