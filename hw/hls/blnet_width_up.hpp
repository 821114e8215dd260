// Joins RATIO narrow beats to a wide one, the first in the low bits. The last wide beat of a pixel leaves as soon as
// the pixel's GROUPS_IN narrow beats are in; its unused part is zero. One narrow beat a cycle.
#ifndef BLNET_WIDTH_UP_HPP
#define BLNET_WIDTH_UP_HPP

#include "blnet_common.hpp"

template <int PIXELS, int IN_BITS, int RATIO, int GROUPS_IN>
void blnet_width_up(hls::stream<ap_uint<IN_BITS> >& in, hls::stream<ap_uint<RATIO * IN_BITS> >& out) {
  ap_uint<RATIO * IN_BITS> wide = 0;
  int slot = 0;
  int group = 0;
  for (int i = 0; i < PIXELS * GROUPS_IN; i++) {
#pragma HLS PIPELINE II=1 style=frp
    const ap_uint<IN_BITS> word = in.read();
    for (int s = 0; s < RATIO; s++) {
#pragma HLS UNROLL
      if (s == slot) wide.range(s * IN_BITS + IN_BITS - 1, s * IN_BITS) = word;
    }
    const bool pixelEnds = group == GROUPS_IN - 1;
    if (pixelEnds || slot == RATIO - 1) {
      out.write(wide);
      wide = 0;
      slot = 0;
    } else {
      slot++;
    }
    if (pixelEnds) group = 0;
    else group++;
  }
}

#endif
