// Front end of a network: takes the payload out of AXI4-Stream beats. One beat a cycle.
// It does not look at TLAST: a frame is BEATS beats.
#ifndef BLNET_AXIS_IN_HPP
#define BLNET_AXIS_IN_HPP

#include <ap_axi_sdata.h>

#include "blnet_common.hpp"

// WIDTH bits of the payload are used, PORT_BITS (whole bytes) come.
template <int BEATS, int WIDTH, int PORT_BITS>
void blnet_axis_in(hls::stream<ap_axiu<PORT_BITS, 0, 0, 0> >& in, hls::stream<ap_uint<WIDTH> >& out) {
  for (int i = 0; i < BEATS; i++) {
#pragma HLS PIPELINE II=1 style=frp
    const ap_axiu<PORT_BITS, 0, 0, 0> beat = in.read();
    const ap_uint<WIDTH> word = beat.data.range(WIDTH - 1, 0);
    out.write(word);
  }
}

#endif
