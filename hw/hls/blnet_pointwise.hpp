// Matrix-vector engine. Per pixel it goes FOLD_OUT times over an input vector of FOLD_IN beats, SIMD elements each, and
// sums up PE outputs in each pass: acc[p] = sum of w[pass][beat][p][s] * x[beat][s]. FOLD_IN * FOLD_OUT cycles a
// pixel. Sums leave as one word per pass; blnet_emit requantizes them. The next vector waits in the channel in front.
#ifndef BLNET_POINTWISE_HPP
#define BLNET_POINTWISE_HPP

#include "blnet_common.hpp"

template <int PIXELS, int SIMD, int FOLD_IN, int PE, int FOLD_OUT, int X_BITS, int X_SIGNED, int W_BITS, int ACC_BITS>
void blnet_pointwise(hls::stream<ap_uint<SIMD * X_BITS> >& in, hls::stream<ap_uint<PE * ACC_BITS> >& out,
                     const ap_int<W_BITS> weights[FOLD_OUT * FOLD_IN][PE * SIMD]) {
#pragma HLS ARRAY_RESHAPE variable=weights type=complete dim=2
  ap_uint<SIMD * X_BITS> held[FOLD_IN];
#pragma HLS BIND_STORAGE variable=held type=ram_s2p
  ap_int<ACC_BITS> acc[PE];
#pragma HLS ARRAY_PARTITION variable=acc type=complete dim=1
  int beat = 0;
  int pass = 0;
  for (int i = 0; i < PIXELS * FOLD_OUT * FOLD_IN; i++) {
#pragma HLS PIPELINE II=1 style=frp
    ap_uint<SIMD * X_BITS> x;
    if (pass == 0) {
      x = in.read();
      held[beat] = x;
    } else {
      x = held[beat];
    }
    ap_uint<PE * ACC_BITS> sums;
    for (int p = 0; p < PE; p++) {
#pragma HLS UNROLL
      ap_int<ACC_BITS> sum = 0;
      if (beat > 0) sum = acc[p];
      for (int s = 0; s < SIMD; s++) {
#pragma HLS UNROLL
        const ap_int<X_BITS + 1> xs = blnet_lane<X_BITS, X_SIGNED>(x, s);
        const ap_int<X_BITS + 1 + W_BITS> product = xs * weights[pass * FOLD_IN + beat][p * SIMD + s];
#pragma HLS BIND_OP variable=product op=mul impl=dsp
        sum += product;
      }
      acc[p] = sum;
      sums.range(p * ACC_BITS + ACC_BITS - 1, p * ACC_BITS) = sum;
    }
    if (beat == FOLD_IN - 1) {
      out.write(sums);
      beat = 0;
      if (pass == FOLD_OUT - 1) pass = 0;
      else pass++;
    } else {
      beat++;
    }
  }
}

#endif
