// Channels of two streams one behind the other: A_BEATS beats of a, then B_BEATS beats of b, for every pixel. One beat a
// cycle.
#ifndef BLNET_CONCAT_HPP
#define BLNET_CONCAT_HPP

#include "blnet_common.hpp"

template <int PIXELS, int DATA_BITS, int A_BEATS, int B_BEATS>
void blnet_concat(hls::stream<ap_uint<DATA_BITS> >& a, hls::stream<ap_uint<DATA_BITS> >& b,
                  hls::stream<ap_uint<DATA_BITS> >& out) {
  int beat = 0;
  for (int i = 0; i < PIXELS * (A_BEATS + B_BEATS); i++) {
#pragma HLS PIPELINE II=1 style=frp
    ap_uint<DATA_BITS> word;
    if (beat < A_BEATS) word = a.read();
    else word = b.read();
    out.write(word);
    if (beat == A_BEATS + B_BEATS - 1) beat = 0;
    else beat++;
  }
}

#endif
