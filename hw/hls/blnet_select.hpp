// Some channels of every pixel, in any order: `places` has for each lane of a beat that leaves the number of its channel.
// A pixel of GROUPS_IN beats is read, then GROUPS_OUT beats leave.
#ifndef BLNET_SELECT_HPP
#define BLNET_SELECT_HPP

#include "blnet_common.hpp"

template <int PIXELS, int LANES, int BITS, int GROUPS_IN, int GROUPS_OUT, int PLACE_BITS>
void blnet_select(hls::stream<ap_uint<LANES * BITS> >& in, hls::stream<ap_uint<LANES * BITS> >& out,
                  const ap_uint<PLACE_BITS> places[GROUPS_OUT][LANES]) {
#pragma HLS ARRAY_PARTITION variable=places type=complete dim=2
  ap_uint<BITS> pixel[GROUPS_IN * LANES];
#pragma HLS ARRAY_PARTITION variable=pixel type=complete
  int step = 0;
  for (int i = 0; i < PIXELS * (GROUPS_IN + GROUPS_OUT); i++) {
#pragma HLS PIPELINE II=1 style=frp
    if (step < GROUPS_IN) {
      const ap_uint<LANES * BITS> x = in.read();
      for (int l = 0; l < LANES; l++) {
#pragma HLS UNROLL
        pixel[step * LANES + l] = x.range(l * BITS + BITS - 1, l * BITS);
      }
    } else {
      ap_uint<LANES * BITS> word;
      for (int l = 0; l < LANES; l++) {
#pragma HLS UNROLL
        const ap_uint<PLACE_BITS> place = places[step - GROUPS_IN][l];
        word.range(l * BITS + BITS - 1, l * BITS) = pixel[place.to_int()];
      }
      out.write(word);
    }
    if (step == GROUPS_IN + GROUPS_OUT - 1) step = 0;
    else step++;
  }
}

#endif
