// Matrix-vector engine. Per pixel it goes FOLD_OUT times over an input vector of FOLD_IN words, SIMD elements each, and
// sums up PE outputs in each pass: acc[p] = sum of w[pass][word][p][s] * x[word][s]. FOLD_IN * FOLD_OUT cycles a
// pixel. Sums leave as one word per pass; blnet_emit requantizes them. The next vector waits in the channel in front.
//
// The first PE_DSP outputs multiply in DSPs, the others in LUTs. With PACK_SHIFT > 0 outputs 2i and 2i + 1 of the
// former share a multiplication x * ((w1 << PACK_SHIFT) + w0); their sums over CHAIN lanes are two fields of one sum.
// The array then holds w1 - (w0 < 0) in place of w1, so that the pair is a concatenation. A chain starts at
// 2^(PACK_SHIFT-1): so the low field never borrows from the high one, and is that much too large. Exact while every
// possible low sum fits PACK_SHIFT signed bits, which the compiler guarantees from the known weights.
#ifndef BLNET_POINTWISE_HPP
#define BLNET_POINTWISE_HPP

#include "blnet_common.hpp"

template <int PIXELS, int SIMD, int FOLD_IN, int PE, int FOLD_OUT, int PE_DSP, int PACK_SHIFT, int CHAIN, int X_BITS,
          int X_SIGNED, int W_BITS, int ACC_BITS>
void blnet_pointwise(hls::stream<ap_uint<SIMD * X_BITS> >& in, hls::stream<ap_uint<PE * ACC_BITS> >& out,
                     const ap_int<W_BITS> weights[FOLD_OUT * FOLD_IN][PE * SIMD]) {
#pragma HLS ARRAY_RESHAPE variable=weights type=complete dim=2
  const int PAIRS = PACK_SHIFT > 0 ? PE_DSP / 2 : 0;
  // Without pairs the widths below only have to be legal.
  const int SHIFT = PACK_SHIFT > 0 ? PACK_SHIFT : W_BITS;
  const int PAIR_BITS = SHIFT + W_BITS;
  const int FIELDS_BITS = SHIFT + ACC_BITS + 1;
  const int CHAINS = (SIMD + CHAIN - 1) / CHAIN;

  ap_uint<SIMD * X_BITS> held[FOLD_IN];
#pragma HLS BIND_STORAGE variable=held type=ram_s2p
  ap_int<ACC_BITS> acc[PE];
#pragma HLS ARRAY_PARTITION variable=acc type=complete dim=1
  int word = 0;
  int pass = 0;
  for (int i = 0; i < PIXELS * FOLD_OUT * FOLD_IN; i++) {
#pragma HLS PIPELINE II=1 style=frp
    ap_uint<SIMD * X_BITS> x;
    if (pass == 0) {
      x = in.read();
      held[word] = x;
    } else {
      x = held[word];
    }
    const int row = pass * FOLD_IN + word;
    ap_int<ACC_BITS> sums[PE];
#pragma HLS ARRAY_PARTITION variable=sums type=complete dim=1
    for (int p = 0; p < PE; p++) {
#pragma HLS UNROLL
      sums[p] = 0;
      if (word > 0) sums[p] = acc[p];
    }

    for (int q = 0; q < PAIRS; q++) {
#pragma HLS UNROLL
      for (int c = 0; c < CHAINS; c++) {
#pragma HLS UNROLL
        ap_int<FIELDS_BITS> fields = ap_int<SHIFT + 1>(1) << (SHIFT - 1);
        for (int n = 0; n < CHAIN; n++) {
#pragma HLS UNROLL
          const int s = c * CHAIN + n;
          if (s < SIMD) {
            const ap_int<SHIFT> low = weights[row][2 * q * SIMD + s];
            ap_int<PAIR_BITS> pair = 0;
            pair.range(SHIFT - 1, 0) = low;
            pair.range(PAIR_BITS - 1, SHIFT) = weights[row][(2 * q + 1) * SIMD + s];
            const ap_int<X_BITS + 1> xs = blnet_lane<X_BITS, X_SIGNED>(x, s);
            const ap_int<X_BITS + 1 + PAIR_BITS> product = xs * pair;
#pragma HLS BIND_OP variable=product op=mul impl=dsp
            fields += product;
          }
        }
        const ap_uint<SHIFT> lowField = fields.range(SHIFT - 1, 0);
        const ap_int<SHIFT + 1> lowSum = lowField - (ap_int<SHIFT + 1>(1) << (SHIFT - 1));
        sums[2 * q] += lowSum;
        sums[2 * q + 1] += fields >> SHIFT;
      }
    }

    for (int p = 2 * PAIRS; p < PE; p++) {
#pragma HLS UNROLL
      for (int s = 0; s < SIMD; s++) {
#pragma HLS UNROLL
        const ap_int<X_BITS + 1> xs = blnet_lane<X_BITS, X_SIGNED>(x, s);
        const ap_int<W_BITS> w = weights[row][p * SIMD + s];
        if (p < PE_DSP) {
          const ap_int<X_BITS + 1 + W_BITS> product = xs * w;
#pragma HLS BIND_OP variable=product op=mul impl=dsp
          sums[p] += product;
        } else {
          const ap_int<X_BITS + 1 + W_BITS> product = xs * w;
#pragma HLS BIND_OP variable=product op=mul impl=fabric
          sums[p] += product;
        }
      }
    }

    ap_uint<PE * ACC_BITS> result;
    for (int p = 0; p < PE; p++) {
#pragma HLS UNROLL
      acc[p] = sums[p];
      result.range(p * ACC_BITS + ACC_BITS - 1, p * ACC_BITS) = sums[p];
    }
    if (word == FOLD_IN - 1) {
      out.write(result);
      word = 0;
      if (pass == FOLD_OUT - 1) pass = 0;
      else pass++;
    } else {
      word++;
    }
  }
}

#endif
