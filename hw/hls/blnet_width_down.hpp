// Splits a wide beat into up to RATIO narrow ones, the low bits first. A pixel has GROUPS_OUT narrow beats: the last
// wide beat gives only what is left of them. One narrow beat a cycle.
#ifndef BLNET_WIDTH_DOWN_HPP
#define BLNET_WIDTH_DOWN_HPP

#include "blnet_common.hpp"

template <int PIXELS, int OUT_BITS, int RATIO, int GROUPS_OUT>
void blnet_width_down(hls::stream<ap_uint<RATIO * OUT_BITS> >& in, hls::stream<ap_uint<OUT_BITS> >& out) {
  ap_uint<RATIO * OUT_BITS> wide = 0;
  int slot = 0;
  int group = 0;
  for (int i = 0; i < PIXELS * GROUPS_OUT; i++) {
#pragma HLS PIPELINE II=1 style=frp
    if (slot == 0) wide = in.read();
    const ap_uint<OUT_BITS> word = wide.range(OUT_BITS - 1, 0);
    out.write(word);
    wide = wide >> OUT_BITS;
    const bool pixelEnds = group == GROUPS_OUT - 1;
    if (pixelEnds || slot == RATIO - 1) slot = 0;
    else slot++;
    if (pixelEnds) group = 0;
    else group++;
  }
}

#endif
